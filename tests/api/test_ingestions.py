"""``/api/v1/sources/…/ingestions/``: send files, get a run, ask after it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Asset, IngestionRun, Source
from catalog.tasks import ingest as ingest_task
from portal.accounts.models import User
from tests.catalog.facts import manifest_bytes, model
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
PATH = "/api/v1/sources/shop/ingestions/"
GOOD = manifest_bytes(model("orders"))
Headers = dict[str, str]


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch, source: Source) -> None:
    monkeypatch.setattr(ingest_task, "apply_async", lambda **_: None)


@pytest.fixture
def token(steward: User, bearer: Callable[..., Headers]) -> Headers:
    return bearer(steward, "read", "ingest")


def send(client: Client, headers: Headers, content: Any, **more: Any) -> Any:
    return client.post(PATH, content, headers=headers, **more)


def parts(name: str = "manifest.json", content: bytes = GOOD) -> dict[str, Any]:
    return {"files": SimpleUploadedFile(name, content)}


def as_json(**body: Any) -> dict[str, Any]:
    return {"content": json.dumps(body), "content_type": "application/json"}


def test_files_are_answered_with_a_run_to_ask_after(client: Client, token: Headers, steward: User) -> None:
    response = send(client, token, parts())
    assert response.status_code == 202
    run = response.json()
    assert response["Location"] == run["url"] == f"{PATH}{run['id']}/"
    assert (run["state"], run["source"], run["requested_by"]) == ("queued", "shop", "stew")
    assert not Asset.objects.exists()
    ingest_task(IngestionRun.objects.get().pk)
    done = client.get(run["url"], headers=token).json()
    assert (done["state"], done["figures"]["created"], done["warnings"], done["error"]) == ("succeeded", 1, [], "")
    assert done["seconds"] >= 0


def test_json_does_as_well(client: Client, token: Headers) -> None:
    response = send(client, token, **as_json(files={"manifest.json": json.loads(GOOD)}, options={"project": "shop"}))
    assert response.status_code == 202
    run = IngestionRun.objects.get()
    assert run.options == {"project": "shop"}
    ingest_task(run.pk)
    assert Asset.objects.get().path == "marts.orders"


def test_further_parts_of_a_form_are_options(client: Client, token: Headers) -> None:
    send(client, token, parts() | {"project": "shop"})
    assert IngestionRun.objects.get().options == {"project": "shop"}


def test_an_option_that_its_reader_does_not_know_is_refused(client: Client, token: Headers) -> None:
    response = send(client, token, parts() | {"porject": "shop"})
    assert response.status_code == 400
    assert "project" in response.json()["errors"]["options"][0]


def test_bad_files_end_in_a_failed_run_with_its_reason(client: Client, token: Headers) -> None:
    run = send(client, token, parts(content=GOOD[:50])).json()
    ingest_task(IngestionRun.objects.get().pk)
    told = client.get(run["url"], headers=token).json()
    assert told["state"] == "failed"
    assert told["error"].startswith("manifest.json")


def test_warnings_name_file_and_place(client: Client, token: Headers) -> None:
    bad = manifest_bytes(nodes={"model.shop.orders": "x"})
    run = send(client, token, parts(content=bad)).json()
    ingest_task(IngestionRun.objects.get().pk)
    (warning,) = client.get(run["url"], headers=token).json()["warnings"]
    assert warning["file"] == "manifest.json"
    assert "model.shop.orders" in warning["place"]


def test_a_viewer_may_neither_send_nor_look(client: Client, viewer: User, bearer: Callable[..., Headers]) -> None:
    headers = bearer(viewer, "read", "ingest")
    assert send(client, headers, parts()).status_code == 403
    for path in (PATH, "/api/v1/sources/", "/api/v1/sources/shop/"):
        response = client.get(path, headers=headers)
        assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")
    assert not IngestionRun.objects.exists()


def test_a_viewer_is_told_the_same_of_sources_that_exist_and_that_do_not(
    client: Client, viewer: User, bearer: Callable[..., Headers]
) -> None:
    headers = bearer(viewer)
    answers = [client.get(f"/api/v1/sources/{slug}/", headers=headers) for slug in ("shop", "nothing")]
    assert answers[0].status_code == answers[1].status_code == 403
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(("scopes", "reads", "sends"), [(["read"], 200, 403), (["ingest"], 403, 202)])
def test_a_token_may_what_its_scopes_say(
    client: Client, steward: User, bearer: Callable[..., Headers], scopes: list[str], reads: int, sends: int
) -> None:
    headers = bearer(steward, *scopes)
    assert client.get(PATH, headers=headers).status_code == reads
    response = send(client, headers, parts())
    assert response.status_code == sends
    if sends == 403:
        assert "ingest" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"files": {}},
        {"files": []},
        {"files": "x"},
        {"files": {"manifest.json": "text"}},
        {"files": {"manifest.json": {}}, "options": {"x": "y" * 501}},
        {"files": {"manifest.json": {}}, "options": []},
    ],
    ids=lambda body: str(body)[:60],
)
def test_a_body_that_is_not_understood_is_400_with_its_faults(
    client: Client, token: Headers, body: dict[str, Any]
) -> None:
    response = send(client, token, **as_json(**body))
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["errors"]
    assert not IngestionRun.objects.exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "1", '"x"', '{"files": {"a": {"x": NaN}}}', '{"files": {"a": {"x": 1e999}}}']
)
def test_json_that_is_none_is_400(client: Client, token: Headers, content: str) -> None:
    response = client.post(PATH, content, content_type="application/json", headers=token)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        '{"files": {"manifest.json": {"a": "\\ud800"}}}',
        '{"files": {"\\ud800.json": {}}}',
        '{"files": {"manifest.json": {"a": "\\u0000"}}}',
        '{"files": {"manifest.json": {}}, "options": {"a": "\\u0000"}}',
        '{"files": {"manifest.json": {}}, "options": {"\\u0000": "a"}}',
        '{"files": {"manifest.json": {}}, "options": {"a": "\\ud800"}}',
        '{"files": {"manifest.json": {"a": 123456789012345678901234567890}}}',
        '{"files": {"manifest.json": ' + '{"a":' * 900 + "1" + "}" * 900 + "}}",
    ],
    ids=range(8),
)
def test_strange_json_is_taken_or_refused_but_no_crash(client: Client, token: Headers, body: str) -> None:
    response = client.post(PATH, body, content_type="application/json", headers=token)
    assert response.status_code in {202, 400}


def test_two_files_of_one_name_are_told_apart(client: Client, token: Headers) -> None:
    twice = {"files": [SimpleUploadedFile("manifest.json", GOOD), SimpleUploadedFile("manifest.json", b"{}")]}
    assert send(client, token, twice).status_code == 202
    names = IngestionRun.objects.get().files.order_by("id").values_list("name", flat=True)
    assert list(names) == ["manifest.json", "manifest.json (2)"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_kind_of_body_is_415(client: Client, token: Headers, content_type: str) -> None:
    assert client.post(PATH, "x", content_type=content_type, headers=token).status_code == 415


@pytest.mark.parametrize("form", [True, False])
def test_too_large_a_body_is_413(client: Client, token: Headers, settings: Any, form: bool) -> None:
    settings.INGEST_MAX_BYTES = 100
    body: dict[str, Any] = {"content": parts()} if form else as_json(files={"manifest.json": json.loads(GOOD)})
    response = send(client, token, body.pop("content"), **body)
    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")


def test_a_project_of_some_megabytes_is_taken(client: Client, token: Headers) -> None:
    content = json.loads(manifest_bytes(model("orders", description="x" * 3_000_000)))
    assert send(client, token, **as_json(files={"manifest.json": content})).status_code == 202


def test_a_source_that_does_not_exist_is_404(client: Client, token: Headers) -> None:
    assert client.post("/api/v1/sources/nothing/ingestions/", parts(), headers=token).status_code == 404


def test_a_run_belongs_to_its_source(client: Client, token: Headers) -> None:
    SourceFactory(slug="other")
    run = send(client, token, parts()).json()
    assert client.get(f"/api/v1/sources/other/ingestions/{run['id']}/", headers=token).status_code == 404


def test_the_runs_of_a_source_are_listed_newest_first(client: Client, token: Headers) -> None:
    ids = [send(client, token, parts()).json()["id"] for _ in range(3)]
    assert [row["id"] for row in client.get(PATH, headers=token).json()["results"]] == ids[::-1]


def test_a_form_in_the_browser_does_the_same(as_steward: Client) -> None:
    response = as_steward.post("/sources/shop/upload/", {"manifest.json": SimpleUploadedFile("manifest.json", GOOD)})
    run = IngestionRun.objects.get()
    assert response["Location"] == run.get_absolute_url()
    ingest_task(run.pk)
    assert Asset.objects.count() == 1


def test_a_viewer_has_no_such_form(as_viewer: Client) -> None:
    for path in ("/sources/", "/sources/new/", "/sources/shop/"):
        assert as_viewer.get(path).status_code == 403
    assert as_viewer.post("/sources/shop/upload/", parts()).status_code == 403
    assert not IngestionRun.objects.exists()


def test_who_sent_the_files_is_told_what_is_wrong_with_them_whatever_else_is_hidden(
    client: Client, token: Headers, source: Source, restricted: Any, administrator: User, bearer: Callable[..., Headers]
) -> None:
    pour(source, [table("hr.salaries", domain="people")])
    run = send(client, token, parts(content=GOOD[:50])).json()
    ingest_task(IngestionRun.objects.get(uuid=run["id"]).pk)
    assert client.get(run["url"], headers=token).json()["error"].startswith("manifest.json")
    other = client.get(run["url"], headers=bearer(administrator, "read")).json()
    assert other["error"]
    assert "manifest" not in other["error"]
