"""What is generated is what the code would generate now."""

import json

import pytest
from django.core.management import call_command

from tests.architecture.sources import ROOT


def test_migrations_are_complete(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_openapi_schema_is_fresh(tmp_path):
    made = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", file=str(made))

    kept = ROOT / "frontend" / "openapi.json"
    assert json.loads(made.read_text()) == json.loads(kept.read_text()), "run `make schema`"


@pytest.mark.parametrize("line", ["make test"])
def test_ci_runs_the_same_command(line):
    assert line in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("path", ["chat/completions", "completions", "embeddings", "classify"])
def test_openapi_schema_has_what_the_gateway_serves_and_its_bounds(path):
    document = json.loads((ROOT / "frontend" / "openapi.json").read_text())

    body = document["paths"][f"/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]

    assert "model" in schema["required"]
    assert schema["properties"]["model"] == {"type": "string", "minLength": 1, "maxLength": 256}
