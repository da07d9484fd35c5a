"""Keys and sessions."""

import pytest
from rest_framework.test import APIClient

from apps.core.models import TenantScopeMissing
from apps.core.tenancy import TenantScopeMixed, tenant_scope
from apps.tenants.models import ApiKey, Project
from apps.tenants.services import revoke_api_key


def test_key_opens_its_project(owner, client_of):
    answer = client_of(owner).get("/v1/organization/balance")

    assert answer.status_code == 200
    assert answer.json()["available_micro_usd"] == 5_000_000


def test_no_key_is_401_in_openai_shape():
    answer = APIClient().get("/v1/organization/balance")

    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.json()["error"]["code"] == "invalid_api_key"


@pytest.mark.parametrize("value", ["nonsense", "' OR '1'='1", "sk-fin-" + "0" * 49, "é" * 30])
def test_malformed_key_is_401(db, value):
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {value}")

    assert api.get("/v1/organization/balance").status_code == 401


def test_revoked_key_is_401(owner, client_of):
    revoke_api_key(owner.tenant_id, project_id=owner.project.id, key_id=owner.key_id)

    assert client_of(owner).get("/v1/organization/balance").status_code == 401


def test_unscoped_query_raises(owner):
    with pytest.raises(TenantScopeMissing):
        Project.objects.all()


def test_database_hides_other_tenants_rows_without_the_filter(owner, stranger):
    with tenant_scope(owner.tenant_id):
        seen = set(ApiKey.all_tenants.values_list("tenant_id", flat=True))

    assert seen == {owner.tenant_id}


def test_database_shows_nothing_without_a_scope(owner):
    assert ApiKey.all_tenants.count() == 0


def test_scopes_of_two_tenants_do_not_nest(owner, stranger):
    with pytest.raises(TenantScopeMixed), tenant_scope(owner.tenant_id), tenant_scope(stranger.tenant_id):
        pass


def test_strangers_project_is_missing(owner, stranger):
    api = APIClient()
    api.force_login(stranger.user)

    foreign = api.get(f"/api/projects/{owner.project.id}/api_keys")
    missing = api.get("/api/projects/proj_missing/api_keys")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
