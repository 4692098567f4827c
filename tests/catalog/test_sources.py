"""Making, changing, testing and removing sources in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset, IngestionRun, Source
from catalog.services import connections, credentials, runs, sources
from catalog.states import RunState
from catalog.tasks import ingest as ingest_task
from portal.accounts.models import User
from portal.kernel.models import Event
from tests.catalog.live import CANARY

pytestmark = pytest.mark.django_db
NEW = {
    "kind": "live",
    "title": "Warehouse",
    "slug": "wh2",
    "option_host": "127.0.0.1",
    "option_password": CANARY,
    "option_tables": "marts.a",
}


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_first_page_offers_every_kind(as_steward: Client, live_kind: str) -> None:
    page = text(as_steward.get("/sources/new/"))
    assert "Pretend warehouse" in page
    assert "?kind=dbt" in page


def test_the_form_asks_what_the_reader_wants_to_know(as_steward: Client, live_kind: str) -> None:
    page = text(as_steward.get("/sources/new/?kind=live"))
    assert 'name="option_host"' in page
    assert 'type="password" name="option_password"' in page
    assert "<textarea" in page


def test_a_source_made_in_the_browser_lives_where_its_options_point(as_steward: Client, live_kind: str) -> None:
    assert as_steward.post("/sources/new/", NEW)["Location"] == "/sources/wh2/"
    made = Source.objects.get(slug="wh2")
    assert (made.namespace, made.options) == ("postgres://127.0.0.1:5432", {"host": "127.0.0.1", "tables": "marts.a"})
    assert credentials.opened(made) == {"password": CANARY}


def test_an_option_that_another_one_says_may_be_left_out(as_steward: Client) -> None:
    asked = {"kind": "postgres", "title": "Warehouse", "slug": "pg"}
    refused = as_steward.post("/sources/new/", asked)
    assert 'id="id_option_database_error"' in text(refused)
    made = as_steward.post("/sources/new/", asked | {"option_dsn": "host=127.0.0.1 dbname=shop"})
    assert made["Location"] == "/sources/pg/"
    assert as_steward.post("/sources/pg/edit/", {"title": "Shop"}).status_code == 302
    assert Source.objects.get().title == "Shop"


@pytest.mark.parametrize("missing", ["option_host", "option_password", "title", "slug"])
def test_what_is_missing_is_told_at_its_field_and_nothing_typed_in_secret_comes_back(
    as_steward: Client, live_kind: str, missing: str
) -> None:
    response = as_steward.post("/sources/new/", NEW | {missing: "", "option_private_key": CANARY})
    assert response.status_code == 422
    assert f'id="id_{missing}_error"' in text(response)
    assert CANARY not in text(response)
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "a b"},
        {"slug": "new"},
        {"kind": "fax"},
        {"option_host": "h\0"},
        {"title": "x" * 1_000_000},
        {"slug": "wh"},
    ],
)
def test_what_makes_no_sense_is_refused(as_steward: Client, live_source: Source, changes: dict[str, str]) -> None:
    assert as_steward.post("/sources/new/", NEW | changes).status_code == 422
    assert Source.objects.count() == 1


def test_editing_with_an_empty_secret_keeps_it(as_steward: Client, live_source: Source) -> None:
    page = text(as_steward.get("/sources/wh/edit/"))
    assert "leave this empty to keep it" in page
    assert CANARY not in page
    form = {"title": "Other", "namespace": "", "option_host": "127.0.0.1", "option_tables": "marts.b"}
    assert as_steward.post("/sources/wh/edit/", form).status_code == 302
    live_source.refresh_from_db()
    assert (live_source.title, live_source.options["tables"]) == ("Other", "marts.b")
    assert credentials.opened(live_source) == {"password": CANARY}
    event = Event.objects.get(name="catalog.SourceChanged")
    assert event.chained
    assert event.payload["fields"] == ["title", "namespace", "options"]


def test_a_secret_is_replaced_or_forgotten_when_asked(as_steward: Client, live_source: Source) -> None:
    form = {"title": "Warehouse", "namespace": "", "option_host": "127.0.0.1", "option_password": "newer"}
    as_steward.post("/sources/wh/edit/", form)
    live_source.refresh_from_db()
    assert credentials.opened(live_source) == {"password": "newer"}
    as_steward.post("/sources/wh/edit/", form | {"option_password": "", "clear_password": "on"})
    live_source.refresh_from_db()
    assert live_source.secrets is None
    told = Event.objects.filter(name="catalog.SourceChanged").order_by("id").values_list("payload", flat=True)
    assert [(p["secrets_given"], p["secrets_forgotten"]) for p in told] == [(["password"], []), ([], ["password"])]


def test_a_stored_secret_is_never_sent_to_another_host(
    as_steward: Client, live_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"title": "Warehouse", "namespace": "", "option_host": "evil.example"}
    response = as_steward.post("/sources/wh/edit/", form)
    assert response.status_code == 422
    assert "leads elsewhere" in text(response)
    sent: list[Any] = []

    def note(**given: Any) -> connections.Answer:
        sent.append(given)
        return connections.Answer(True, "", 0)

    monkeypatch.setattr(connections, "test", note)
    as_steward.post("/sources/wh/test/", form)
    assert sent[0]["secrets"] == {}
    as_steward.post("/sources/wh/test/", form | {"option_host": "127.0.0.1"})
    assert sent[1]["secrets"] == {"password": CANARY}


def test_options_of_a_run_cannot_lead_a_stored_secret_elsewhere(as_steward: Client, live_source: Source) -> None:
    body = {"files": {"x.json": {}}, "options": {"host": "evil.example"}}
    response = as_steward.post("/api/v1/sources/wh/ingestions/", body, content_type="application/json")
    assert response.status_code == 400
    assert not IngestionRun.objects.exists()


def test_the_connection_is_tested_before_anything_is_saved(as_steward: Client, live_kind: str) -> None:
    response = as_steward.post("/sources/new/test/", NEW, headers={"HX-Request": "true"})
    assert "Pretend 1.0 on 127.0.0.1" in text(response)
    assert "<form" not in text(response)
    assert CANARY not in text(as_steward.post("/sources/new/test/", NEW))
    assert not Source.objects.exists()


@pytest.mark.parametrize("called", [{"title": "", "slug": ""}, {"slug": "not a slug!"}])
def test_a_test_of_the_connection_asks_for_no_name(as_steward: Client, live_kind: str, called: dict[str, str]) -> None:
    response = as_steward.post("/sources/new/test/", NEW | called, headers={"HX-Request": "true"})
    assert "Pretend 1.0 on 127.0.0.1" in text(response)


def test_a_test_tells_what_is_wrong_with_a_field(as_steward: Client, live_kind: str) -> None:
    response = as_steward.post("/sources/new/test/", NEW | {"option_host": ""}, headers={"HX-Request": "true"})
    assert "Host: This field is required." in text(response)


def test_a_stored_connection_is_tested_from_its_page(as_steward: Client, live_source: Source) -> None:
    assert "Pretend 1.0" in text(as_steward.post("/sources/wh/test/"))


@pytest.mark.parametrize(("behaviour", "words"), [("refuse", "refused •••"), ("break", "RuntimeError")])
def test_a_failed_test_says_why_without_the_secret(
    as_steward: Client, live_source: Source, behaviour: str, words: str, caplog: Any
) -> None:
    Source.objects.update(options={"host": "127.0.0.1", "behaviour": behaviour})
    page = text(as_steward.post("/sources/wh/test/"))
    assert words in page
    assert CANARY not in page + caplog.text


def test_a_system_that_hangs_is_given_up(as_steward: Client, live_source: Source, monkeypatch: Any) -> None:
    monkeypatch.setattr(connections, "TEST_SECONDS", 0.2)
    Source.objects.update(options={"host": "127.0.0.1", "behaviour": "hang"})
    assert "No answer within" in text(as_steward.post("/sources/wh/test/"))


def test_a_host_out_of_reach_is_neither_tested_nor_read(
    as_steward: Client, live_source: Source, settings: Any, ingest: Any
) -> None:
    settings.CONNECT_ALLOW = []
    assert "inside this network" in text(as_steward.post("/sources/wh/test/"))
    run = ingest(live_source)
    assert run.state == RunState.FAILED
    assert "inside this network" in run.error


def test_read_now_makes_one_run_however_often_it_is_pressed(as_steward: Client, live_source: Source) -> None:
    first = as_steward.post("/sources/wh/read/")["Location"]
    assert as_steward.post("/sources/wh/read/")["Location"] == first
    ingest_task(IngestionRun.objects.get().pk)
    assert IngestionRun.objects.get().state == RunState.SUCCEEDED
    assert Asset.objects.get().path == "marts.a"


def test_a_source_of_files_is_not_read_by_itself(as_steward: Client, source: Source) -> None:
    assert as_steward.post("/sources/shop/read/").status_code == 422
    assert not IngestionRun.objects.exists()


def test_removing_retires_what_only_this_source_reports(
    as_administrator: Client, administrator: User, live_source: Source, ingest: Any
) -> None:
    ingest(live_source)
    assert "Remove Warehouse?" in text(as_administrator.get("/sources/wh/remove/"))
    assert as_administrator.post("/sources/wh/remove/")["Location"] == "/sources/"
    ingest_task(IngestionRun.objects.latest("id").pk)
    asset = Asset.objects.get()
    assert asset.retired_at is not None
    live_source.refresh_from_db()
    assert live_source.secrets is None
    assert live_source.next_run_at is None
    assert as_administrator.get("/sources/wh/").status_code == 404
    again = sources.create_source(
        slug="wh",
        title="Back",
        kind="live",
        options={"host": "127.0.0.1"},
        secrets={"password": CANARY},
        by=administrator,
    )
    ingest(again)
    asset.refresh_from_db()
    assert again.pk == live_source.pk
    assert asset.retired_at is None


def test_a_source_that_never_reported_goes_altogether(as_administrator: Client, live_source: Source) -> None:
    as_administrator.post("/sources/wh/remove/")
    assert not Source.objects.exists()


def test_only_administrators_remove(as_steward: Client, live_source: Source) -> None:
    assert as_steward.get("/sources/wh/remove/").status_code == 403
    assert as_steward.post("/sources/wh/remove/").status_code == 403
    assert "Remove" not in text(as_steward.get("/sources/wh/"))


@pytest.mark.parametrize("path", ["edit/", "test/", "schedule/", "pause/", "read/", "remove/", ""])
def test_viewers_are_told_nothing_of_which_sources_there_are(as_viewer: Client, live_source: Source, path: str) -> None:
    there, not_there = (as_viewer.post(f"/sources/{slug}/{path}") for slug in ("wh", "none"))
    assert there.status_code == not_there.status_code
    assert there.status_code in {403, 405}


def test_the_page_draws_how_long_the_runs_took(as_steward: Client, live_source: Source, ingest: Any) -> None:
    ingest(live_source)
    Source.objects.update(options={"host": "127.0.0.1", "behaviour": "refuse"})
    live_source.refresh_from_db()
    assert ingest(live_source).state == RunState.FAILED
    page = text(as_steward.get("/sources/wh/"))
    assert page.count("run-bar") == 2
    assert "1 failed" in page


def test_secrets_are_refused_where_they_would_stand_in_a_row(live_source: Source, steward: User) -> None:
    with pytest.raises(Exception, match="is a secret"):
        runs.request_run(source=live_source, files=[], options={"password": "x"}, by=None)
    with pytest.raises(Exception, match="is a secret"):
        sources.update_source(source=live_source, options={"host": "h", "password": "x"}, by=steward)
