"""The dashboard in a real browser, in both languages, against the whole platform."""

import os
import shutil
import subprocess

import pytest

from tests.architecture.sources import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]
FRONTEND = ROOT / "frontend"


@pytest.fixture(scope="session")
def npx():
    found = shutil.which("npx", path=f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}")
    assert found and (FRONTEND / "node_modules").is_dir(), "run `make frontend` first"
    return found


def test_a_new_customers_way_through_the_dashboard(platform, npx):
    _walk(platform, npx, "journey")


def test_data_from_an_upload_to_its_versions(platform, npx):
    _walk(platform, npx, "data")


def test_people_their_rights_keys_and_accounts(platform, npx):
    _walk(platform, npx, "people")


def _walk(platform, npx, project):
    environment = {
        **os.environ,
        "BASE_URL": platform.base_url,
        "BUCKET_URL": f"{platform.bucket.endpoint}/{platform.bucket.name}",
        "MAIL_DIR": str(platform.mail_dir),
        "SAMPLES_DIR": str(ROOT / "apps" / "datasets" / "samples"),
    }
    done = subprocess.run(
        [npx, "playwright", "test", f"--project={project}"],
        cwd=FRONTEND,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
