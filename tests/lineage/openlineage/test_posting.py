"""``POST /api/v1/lineage``."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lineage.models import QueuedEvent
from lineage.openlineage import reading
from lineage.services import events as machine
from portal.accounts.models import User
from tests.lineage.openlineage.events import dataset, edges, run_event, take_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/lineage"
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def post(steward: User, bearer: Bearer) -> Callable[..., Any]:
    headers = bearer(steward, "ingest")

    def send(body: Any, url: str = URL, **more: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Client().post(url, content, content_type="application/json", headers={**headers, **more})

    return send


@pytest.mark.parametrize("url", [URL, f"{URL}/"])
def test_an_event_is_kept_and_then_taken_in(post: Callable[..., Any], url: str) -> None:
    assert post(run_event(inputs=["db.a.x"], outputs=["db.a.y"]), url).status_code == 201
    assert QueuedEvent.objects.count() == 1
    take_in()
    assert edges() == {("db.a.x", "db.a.y", "load")}


def test_an_array_is_kept_as_a_whole_or_not_at_all(post: Callable[..., Any]) -> None:
    good, bad = run_event(), run_event()
    del bad["run"]["runId"]
    answer = post([good, good, good, bad])
    assert answer.status_code == 422
    assert answer.json()["detail"] == "[3].run.runId: is missing"
    assert answer.json()["errors"] == {"[3].run.runId": ["is missing"]}
    assert not QueuedEvent.objects.exists()
    assert post([good, run_event("START")]).status_code == 201
    assert QueuedEvent.objects.count() == 2


@pytest.mark.parametrize("depth", [600, 5000, 200_000])
def test_nesting_without_end_is_refused_in_plain_words_or_taken(post: Callable[..., Any], depth: int) -> None:
    deep = json.dumps(run_event(facets={"plan": {"tree": 0}})).replace(
        '"tree": 0', f'"tree": {"[" * depth}{"]" * depth}'
    )
    answer = post(f"[{json.dumps(run_event())}, {deep}]".encode())
    if depth > 1000:
        told = "JSON parse error: it is nested too deeply, in [1].run.facets.plan"
        assert (answer.status_code, answer.json()["detail"]) == (400, told)
    assert "recursion" not in answer.content.decode()
    take_in()
    assert not [event.error for event in QueuedEvent.objects.all() if "recursion" in event.error]


def test_what_waits_is_not_kept_twice(post: Callable[..., Any]) -> None:
    post(run_event())
    post([run_event(), run_event()])
    assert QueuedEvent.objects.count() <= 2


def test_a_packed_body_is_unpacked(post: Callable[..., Any]) -> None:
    packed = gzip.compress(json.dumps(run_event()).encode())
    assert post(packed, **{"Content-Encoding": "gzip"}).status_code == 201
    assert post(packed[:-9], **{"Content-Encoding": "gzip"}).status_code == 400
    assert post(b"{}", **{"Content-Encoding": "gzip"}).status_code == 400


def test_too_large_is_said_so_packed_or_not(post: Callable[..., Any]) -> None:
    large = json.dumps(run_event(facets={"plan": {"text": "x" * 20 * 1024**2}})).encode()
    for answer in (post(large), post(gzip.compress(large), **{"Content-Encoding": "gzip"})):
        assert answer.status_code == 413
        assert "8 MB" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b"[" * 100_000, b"\xff", b'"\\ud800"'])
def test_what_is_no_json_is_refused(post: Callable[..., Any], body: bytes) -> None:
    assert post(body).status_code in {400, 422}
    assert not QueuedEvent.objects.exists()


@pytest.mark.parametrize("body", [b"null", b"1", b"[null]", b'{"run": 1}', b'{"job": {}}', b'{"dataset": null}'])
def test_what_is_no_event_is_refused(post: Callable[..., Any], body: bytes) -> None:
    assert post(body).status_code == 422


def test_nul_and_emoji_and_quotes_harm_nothing(post: Callable[..., Any]) -> None:
    name = "ab'\"🐟 \u202e"
    facet = {"x": {"y\0": ["\0"], "name": "a\0"}}
    assert post(run_event(job=name, inputs=[f"db.a.{name}"], facets=facet)).status_code == 201
    take_in()
    assert not QueuedEvent.objects.exists()


@pytest.mark.parametrize(
    ("event", "place"),
    [
        ({"job": "a\0b"}, "job.name"),
        ({"run": "a\0b"}, "run.runId"),
        ({"inputs": ["fine", "db.a.\0"]}, "inputs[1].name"),
        (
            {"outputs": [dataset("x", symlinks={"identifiers": [{"namespace": "\0", "name": "y", "type": "TABLE"}]})]},
            "outputs[0].facets.symlinks.identifiers[0].namespace",
        ),
    ],
)
def test_a_name_with_nul_is_refused_with_its_place(post: Callable[..., Any], event: dict[str, Any], place: str) -> None:
    answer = post([run_event(), run_event(**event)])
    assert answer.status_code == 422
    assert answer.json()["errors"] == {f"[1].{place}": ["Has a NUL character, which no name may have"]}
    assert not QueuedEvent.objects.exists()


def test_who_may_not_send_is_told(viewer: User, steward: User, bearer: Bearer) -> None:
    def status(headers: dict[str, str]) -> int:
        return Client().post(URL, run_event(), content_type="application/json", headers=headers).status_code

    assert status({}) == 401
    assert status({"Authorization": "Bearer dcp_no"}) == 401
    assert status(bearer(steward, "read")) == 403
    assert status(bearer(viewer, "ingest")) == 403
    assert status(bearer(steward, "ingest")) == 201


def test_what_cannot_be_taken_in_is_set_aside_and_blocks_nothing(
    post: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading.read

    def faulty(raw: bytes, arrived: int) -> Any:
        if b"poison" in raw:
            raise ZeroDivisionError
        return read(raw, arrived)

    monkeypatch.setattr(machine, "read", faulty)
    post([run_event(run="1", inputs=["db.a.x"], outputs=["db.a.y"]), run_event(job="poison"), run_event(run="3")])
    take_in()
    assert edges() == {("db.a.x", "db.a.y", "load")}
    assert "ZeroDivisionError" in QueuedEvent.objects.get().error


def test_what_was_set_aside_is_shown_and_tried_again(as_steward: Client, as_viewer: Client, steward: User) -> None:
    row = QueuedEvent.objects.create(digest="d", body=b"{}", by=steward, error="odd", failed_at=timezone.now())
    assert "odd" in as_steward.get("/lineage/events/").content.decode()
    assert as_viewer.get("/lineage/events/").status_code == 403
    assert as_viewer.post("/lineage/events/retry/").status_code == 403
    assert as_steward.post("/lineage/events/retry/").status_code == 302
    row.refresh_from_db()
    assert row.failed_at is None
