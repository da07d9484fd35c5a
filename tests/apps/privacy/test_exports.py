"""The archive of everything: equal to what the tenant has, nothing of anybody else, no secret."""

import hashlib
import io
import json
import re
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.objects import store
from apps.core.tenancy import system_scope, tenant_scope
from apps.privacy import services
from apps.privacy.models import Export
from apps.privacy.services import exports as building
from apps.privacy.services.archive import plain_name, table_path
from apps.privacy.services.exports import BuilderReplaced
from apps.privacy.tables import SECRETS, rows_of, tenant_models
from apps.privacy.zipping import Entry, zip_chunks
from tests.apps.privacy.canaries import Canaries, stored_at
from tests.factories.finetuning import make_file
from tests.factories.tenants import Owner, make_admin_key, make_member, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)

# Names that sound like secrets and are none, and why.
HARMLESS = {
    "audit.AuditChain.hash": "seals the log, so that whoever reads the archive can check it",
    "audit.AuditEvent.hash": "as above",
    "audit.AuditEvent.previous_hash": "as above",
    "datasets.File.sha256": "of the customer's own bytes",
    "datasets.File.token_counts": "counts",
    "datasets.FileRow.hash": "of the customer's own row",
    "datasets.FileRow.input_hash": "as above",
    "datasets.FileRow.source_hash": "as above",
    "finetuning.FineTuneJob.fencing_token": "a counter that opens nothing without the runners' credential",
    "finetuning.FineTuneJob.quoted_tokens": "a count",
    "finetuning.FineTuneJob.request_hash": "of the customer's own request",
    "finetuning.FineTuneJob.trained_tokens": "a count",
    "metering.UsageRecord.cached_tokens": "a count",
    "metering.UsageRecord.input_tokens": "a count",
    "metering.UsageRecord.output_tokens": "a count",
    "tenants.ProjectRateLimit.tokens_per_minute": "a limit",
}


def path_of(who: Owner, export: str = "") -> str:
    base = f"/api/organizations/{who.tenant_id}/exports"
    return f"{base}/{export}/content" if export else base


def built(who: Owner) -> Export:
    export = services.request_export(who.tenant_id, user_id=who.user.id)
    assert services.build_export(who.tenant_id, export.id)
    with tenant_scope(who.tenant_id):
        return Export.objects.for_tenant(who.tenant_id).get(id=export.id)


def opened(who: Owner, export_id: str) -> zipfile.ZipFile:
    answer = signed_in(who.user).get(path_of(who, export_id))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer.streaming
    return zipfile.ZipFile(io.BytesIO(b"".join(answer)))


def table(archive: zipfile.ZipFile, path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in archive.read(path).splitlines()]


def finish_waiting(tenant: Canaries) -> None:
    """The fixture leaves one queued; the next request would find that one."""
    with system_scope():
        Export.all_tenants.filter(tenant_id=tenant.tenant_id, status="queued").delete()


def test_archive_equals_what_the_tenant_has(ada: Canaries):
    finish_waiting(ada)
    archive = opened(ada.owner, built(ada.owner).id)

    assert archive.testzip() is None
    tables = [name for name in archive.namelist() if name.startswith("tables/")]
    assert tables == [table_path(model) for model in tenant_models()]
    for model in tenant_models():
        hidden = SECRETS.get(model._meta.label, frozenset())
        with tenant_scope(ada.tenant_id):
            rows = list(rows_of(model, ada.tenant_id).order_by("pk").values())
        if model in (Export, AuditEvent) or model._meta.label == "audit.AuditChain":
            continue  # they go on while the archive is written and sent: below
        expected = [
            json.loads(json.dumps({k: v for k, v in row.items() if k not in hidden}, default=_plain))
            for row in rows
        ]
        assert expected != [], f"the canaries have nothing in {model._meta.db_table}"
        assert table(archive, table_path(model)) == expected
    log = table(archive, "tables/audit_auditevent.jsonl")
    assert [row["sequence"] for row in log] == list(range(1, len(log) + 1))
    assert log[-1]["type"] == "organization.exported"
    [organization] = table(archive, "organization.json")
    assert organization["slug"] == ada.owner.organization.slug
    people = table(archive, "people.jsonl")
    assert {(row["email"], row["role"]) for row in people} >= {(ada.owner.user.email, "owner")}
    assert len(people) == 2


def _plain(value):
    if isinstance(value, memoryview):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def test_archive_holds_every_byte_of_files_and_adapters(ada: Canaries):
    finish_waiting(ada)
    archive = opened(ada.owner, built(ada.owner).id)

    files = {
        name.split("/")[1]: archive.read(name) for name in archive.namelist() if name.startswith("files/")
    }
    stored = stored_at(f"files/{ada.tenant_id}")
    assert files == {path.name: path.read_bytes() for path in stored.iterdir() if "." not in path.name}
    assert any(ada.word.encode() in content for content in files.values())
    derived = {name: archive.read(name) for name in archive.namelist() if name.startswith("derived/")}
    [plain] = [content for name, content in derived.items() if ada.word.encode() in content]
    assert plain in [path.read_bytes() for path in stored.glob("*.jsonl")]
    assert any("/tokens-" in name for name in derived)
    adapters = {name: archive.read(name) for name in archive.namelist() if name.startswith("adapters/")}
    assert len(adapters) == 4
    assert {name.split("/")[1] for name in adapters} == {name.partition("@")[0] for name in ada.adapters}
    for name, content in adapters.items():
        assert content == stored_at(name).read_bytes()


def test_manifest_counts_and_digests_are_right(ada: Canaries):
    finish_waiting(ada)
    export = built(ada.owner)
    archive = opened(ada.owner, export.id)

    manifest = json.loads(archive.read("manifest.json"))
    assert [entry["path"] for entry in manifest["files"]] + ["manifest.json"] == archive.namelist()
    for entry in manifest["files"]:
        content = archive.read(entry["path"])
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry.get("rows", content.count(b"\n")) == content.count(b"\n")
    assert manifest["organization"] == ada.tenant_id
    assert export.bytes == stored_at(export.object_key).stat().st_size


def test_nothing_of_another_tenant_is_in_an_archive(ada: Canaries, bob: Canaries):
    finish_waiting(ada)
    archive = opened(ada.owner, built(ada.owner).id)

    content = b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    assert [word for word in (*bob.needles, bob.tenant_id) if word.encode() in content] == []
    assert ada.word.encode() in content


def test_no_secret_is_in_an_archive(ada: Canaries):
    finish_waiting(ada)
    archive = opened(ada.owner, built(ada.owner).id)
    content = b"".join(archive.read(name) for name in archive.namelist())

    secrets = []
    with system_scope():
        for label, columns in SECRETS.items():
            model = apps.get_model(label)
            for column in columns:
                secrets += model.all_tenants.filter(tenant_id=ada.tenant_id).values_list(column, flat=True)
    assert len(secrets) >= 5
    assert [secret for secret in secrets if secret.encode() in content] == []


def test_every_column_that_sounds_secret_is_decided_on():
    sounds = {
        f"{model._meta.label}.{field.attname}"
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if re.search(r"hash|secret|token|password|sha256|signing|credential", field.attname)
    }
    left_out = {f"{label}.{column}" for label, columns in SECRETS.items() for column in columns}

    assert sounds == left_out | set(HARMLESS)


def test_life_of_an_export(owner: Owner, sent):
    api = signed_in(owner.user)

    made = api.post(path_of(owner)).json()
    again = api.post(path_of(owner)).json()

    assert (made["object"], made["status"]) == ("organization.export", "queued")
    assert (made["bytes"], made["finished_at"], made["expires_at"]) == (None, None, None)
    assert again == made
    rung = [kwargs for name, kwargs in sent if name == "privacy.build_export"]
    assert rung == [{"tenant_id": owner.tenant_id, "export_id": made["id"]}]
    assert api.get(path_of(owner, made["id"])).status_code == 404
    assert services.build_export(**rung[0])
    assert services.build_export(**rung[0]) is False  # rung twice
    listed = api.get(path_of(owner)).json()
    assert (listed["object"], [row["id"] for row in listed["data"]]) == ("list", [made["id"]])
    assert listed["data"][0]["status"] == "ready"
    assert listed["data"][0]["bytes"] > 1000
    week = listed["data"][0]["expires_at"] - listed["data"][0]["finished_at"]
    assert week == 7 * 86_400
    opened(owner, made["id"]).close()

    with system_scope():
        Export.all_tenants.update(expires_at=timezone.now())
    services.sweep_exports()

    assert api.get(path_of(owner)).json()["data"][0]["status"] == "expired"
    assert api.get(path_of(owner, made["id"])).status_code == 404
    assert not store.exists(f"exports/{owner.tenant_id}/{made['id']}.zip")
    with tenant_scope(owner.tenant_id):
        types = list(AuditEvent.objects.for_tenant(owner.tenant_id).values_list("type", flat=True))
    assert [t for t in types if "export" in t] == ["organization.exported", "organization.export_downloaded"]


def test_only_a_fresh_admin_of_the_organization_may_export(owner: Owner, stranger: Owner):
    export = built(owner)
    content = path_of(owner, export.id)

    for who, status in [(make_member(owner, "admin"), 200), (make_member(owner, "developer"), 403)]:
        assert signed_in(who).post(path_of(owner)).status_code == status
        assert signed_in(who).get(path_of(owner)).status_code == status
        assert signed_in(who).get(content).status_code == status
    stale = signed_in(owner.user, is_fresh=False)
    assert stale.get(path_of(owner)).status_code == 200  # a page may watch it
    for answer in (stale.post(path_of(owner)), stale.get(content)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "reauthentication_required")
    for api in (with_key(owner.key), with_key(make_admin_key(owner))):
        assert {api.get(path_of(owner)).status_code, api.get(content).status_code} == {401}
    foreign = signed_in(stranger.user)
    assert {foreign.get(path_of(owner)).status_code, foreign.post(path_of(owner)).status_code} == {404}
    assert foreign.get(content).status_code == 404
    assert foreign.get(path_of(stranger, export.id)).status_code == 404


def test_failed_build_is_tried_again_and_given_up_in_the_end(owner: Owner, monkeypatch, sent):
    export = services.request_export(owner.tenant_id, user_id=owner.user.id)

    def broken(tenant_id):
        yield Entry(path="README.txt", chunks=[b"half"])
        raise OSError("disk")

    monkeypatch.setattr(building, "archive_entries", broken)
    for _ in range(3):
        with pytest.raises(OSError, match="disk"):
            services.build_export(owner.tenant_id, export.id)
        assert services.build_export(owner.tenant_id, export.id) is False  # not at once
        with system_scope():
            Export.all_tenants.update(leased_until=timezone.now() - timedelta(seconds=1))
    sent.clear()
    services.sweep_exports()
    assert [name for name, _ in sent] == ["privacy.build_export"]
    services.build_export(owner.tenant_id, export.id)

    [row] = signed_in(owner.user).get(path_of(owner)).json()["data"]
    assert row["status"] == "failed"
    assert list(stored_at(f"exports/{owner.tenant_id}").iterdir()) == []  # nothing half-written stays
    assert signed_in(owner.user).post(path_of(owner)).json()["id"] != export.id


def test_lost_bell_is_rung_again(owner: Owner, sent):
    export = services.request_export(owner.tenant_id, user_id=owner.user.id)
    sent.clear()
    services.sweep_exports()
    assert sent == []  # it may still be on its way
    with system_scope():
        Export.all_tenants.update(created_at=timezone.now() - timedelta(minutes=1))

    services.sweep_exports()

    assert sent == [("privacy.build_export", {"tenant_id": owner.tenant_id, "export_id": export.id})]


def test_slow_builder_that_was_replaced_publishes_nothing(owner: Owner, monkeypatch):
    export = services.request_export(owner.tenant_id, user_id=owner.user.id)

    def slow(tenant_id):
        with system_scope():
            Export.all_tenants.update(attempts=2)  # another took over
        yield Entry(path="README.txt", chunks=[b"mine"])

    monkeypatch.setattr(building, "archive_entries", slow)

    with pytest.raises(BuilderReplaced):
        services.build_export(owner.tenant_id, export.id)

    assert not store.exists(export.object_key)


def test_archive_is_never_whole_in_memory(owner: Owner):
    chunk = bytes(range(256)) * 4096  # 1 MiB
    entries = [Entry(path=f"{n}.bin", chunks=(chunk for _ in range(64)), is_dense=True) for n in range(2)]

    tracemalloc.start()
    size = sum(map(len, zip_chunks(entries, {})))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    print(f"{size / 2**20:.0f} MiB through {peak / 2**20:.1f} MiB")
    assert size > 128 * 2**20
    assert peak < 8 * 2**20


@pytest.mark.parametrize(
    ("filename", "plain"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b\x00c.csv", "a_b_c.csv"),
        ("数据 1.csv", "数据 1.csv"),
        ("...", "content"),
        ("", "content"),
    ],
)
def test_a_files_name_is_never_a_path(filename: str, plain: str):
    assert plain_name(filename) == plain


def test_deleted_files_bytes_are_not_in_an_archive(owner: Owner):
    from apps.catalog.services import sync_price_book
    from apps.datasets.services import delete_file

    sync_price_book()
    gone, kept = make_file(owner, filename="gone.csv"), make_file(owner, filename="kept.csv")
    delete_file(owner.tenant_id, gone)

    archive = opened(owner, built(owner).id)

    assert [n for n in archive.namelist() if n.startswith("files/")] == [f"files/{kept}/kept.csv"]
