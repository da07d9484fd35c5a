"""Addresses beside the API: which are pages, and what is said of the others."""

import pytest
from django.test import Client

from finery.settings.base import PUBLIC_URL

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = ["/", "/login", "/files", "/files/", "/files/file-1", "/reset-password/abc-def", "/index.html"]
NO_PAGES = [
    "/nope",
    "/docs",
    "/jobs/one",
    "/files/file-1/more",
    "/login/x",
    "/$",
    "/indexxhtml",
    "/v1x",
    "//x",
]
PROGRAM = {"Authorization": "Bearer sk-x"}


@pytest.fixture(autouse=True)
def built(tmp_path, settings):
    (tmp_path / "index.html").write_text("<title>The app</title>")
    (tmp_path / "robots.txt").write_text("User-agent: *")
    settings.DASHBOARD_FOLDER, settings.WHITENOISE_ROOT = tmp_path, str(tmp_path)


def ask(path, headers, method="GET", client=None):
    """The path goes as it is: the test client reads `//v1` as the name of a host."""
    client = client or Client()
    return client.generic(method, "/", "{}", "application/json", headers=headers, PATH_INFO=path)


def is_app(response):
    return response["Content-Type"].startswith("text/html") and "The app" in response.text


def assert_unknown(response):
    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json")
    error = response.json()["error"]
    assert (set(error), error["type"]) == ({"message", "type", "param", "code"}, "invalid_request_error")
    assert error["message"].startswith("Invalid URL (")


@pytest.mark.parametrize("path", PAGES)
def test_page_is_served_to_browsers_and_to_whoever_takes_anything(path):
    for headers in (BROWSER, {"Accept": "*/*"}, {}):
        response = ask(path, headers)
        assert (response.status_code, is_app(response)) == (200, True)


@pytest.mark.parametrize("path", NO_PAGES)
def test_unknown_page_is_404_with_the_app_for_people_and_json_for_others(path):
    response = ask(path, BROWSER)
    assert (response.status_code, is_app(response)) == (404, True)

    for headers in ({"Accept": "*/*"}, {"Accept": "application/json"}, {}):
        assert_unknown(ask(path, headers))


@pytest.mark.parametrize("path", ["/favicon.ico", "/sitemap.xml", "/.env", "/wp-login.php"])
def test_file_that_is_not_there_is_not_the_app(path):
    assert Client().get(path, headers=BROWSER).status_code == 404


def test_file_that_is_there_is_served():
    assert Client().get("/robots.txt").getvalue() == b"User-agent: *"


@pytest.mark.parametrize(
    "path",
    ["/chat/completions", "/files", "/fine_tuning/jobs", "/models", "//v1/files", "//v1/chat/completions",
     "/v1//files", "/V1/files", "/api/v1/files", "/", "/openai/v1/models", "/v1", "/v1/"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD"])
def test_program_with_a_wrong_base_url_is_told_so(path, method):
    answer = ask(path, PROGRAM, method, Client(enforce_csrf_checks=True))

    assert answer.status_code == 404 and answer["Content-Type"].startswith("application/json")
    if method != "HEAD":
        assert_unknown(answer)


def test_base_url_is_named_where_it_was_wrong():
    def message(path):
        return ask(path, PROGRAM).json()["error"]["message"]

    assert message("/files") == f"Invalid URL (GET /files). The base URL of the API is {PUBLIC_URL}/v1."
    assert message("//v1/files").endswith(f"{PUBLIC_URL}/v1.")
    assert message("/v1/nothing") == "Invalid URL (GET /v1/nothing)"


def test_unsafe_request_to_a_page_needs_no_token_to_be_refused():
    for path in ("/files", "/nope"):
        assert_unknown(Client(enforce_csrf_checks=True).post(path, "{}", content_type="application/json"))


def test_part_of_openais_api_that_is_not_served_is_named():
    def message(path):
        return ask(path, PROGRAM, "POST").json()["error"]["message"]

    assert message("/v1/responses").startswith("Invalid URL (POST /v1/responses). This part of OpenAI's API")
    assert message("/v1/responses").endswith("is not served; use POST /v1/chat/completions.")
    assert message("/v1/images/generations").endswith("This part of OpenAI's API is not served.")
    assert message("/v1/chat/nothing") == "Invalid URL (POST /v1/chat/nothing)"
