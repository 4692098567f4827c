"""The hash chain: whole under concurrent writers, and any later meddling is found and located."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from portal.kernel import audit
from portal.kernel.models import Event
from tests.kernel.sample import Happened, Proven, in_threads, tell


def meddle(*statements: str) -> None:
    """As somebody who owns the database and switches its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def chain(db: None) -> list[Event]:
    return [tell(Proven(what=str(number))) for number in range(1, 6)]


def faults() -> list[tuple[int, str]]:
    return [(number, fault) for number, _, fault in audit.verify().faults]


def test_an_untouched_chain_is_whole_and_tells_its_head(chain: list[Event]) -> None:
    tell(Happened())
    verdict = audit.verify()
    newest = Event.objects.get(pk=chain[-1].pk)
    assert (verdict.length, verdict.faults) == (5, ())
    assert verdict.head == (5, newest.chain_hash)
    assert len(newest.chain_hash) == 64


def test_an_empty_chain_is_whole(db: None) -> None:
    assert audit.verify() == audit.Verdict(length=0, head=(0, ""), faults=())


def test_events_that_prove_nothing_stay_off_the_chain(db: None) -> None:
    assert Event.objects.get(pk=tell(Happened()).pk).chain_seq is None


@pytest.mark.parametrize(
    "change",
    [
        """payload = '{"what": "sun"}'""",
        "subject = 'another'",
        "name = 'test.Other'",
        "at = at - interval '1 second'",
        "request_id = 'forged'",
        "chain_hash = repeat('0', 64)",
    ],
)
def test_an_edited_event_is_found(chain: list[Event], change: str) -> None:
    meddle(f"UPDATE kernel_event SET {change} WHERE chain_seq = 3")
    assert faults()[0] == (3, "edited")


def test_an_actor_that_was_exchanged_is_found(chain: list[Event], viewer: object) -> None:
    meddle(f"UPDATE kernel_event SET actor_id = {viewer.pk} WHERE chain_seq = 2")  # type: ignore[attr-defined]
    assert faults()[0] == (2, "edited")


def test_a_deleted_event_is_found_where_the_next_one_stands(chain: list[Event]) -> None:
    meddle("DELETE FROM kernel_event WHERE chain_seq = 3")
    assert faults()[0] == (4, "rows before it are missing")


def test_a_deleted_first_event_is_found(chain: list[Event]) -> None:
    meddle("DELETE FROM kernel_event WHERE chain_seq = 1")
    assert faults()[0][0] == 2


def test_an_event_slipped_in_is_found_even_with_a_good_hash_of_its_own(chain: list[Event]) -> None:
    meddle(
        "INSERT INTO kernel_event (name, at, subject, payload, request_id, chained, chain_seq, chain_prev, chain_hash)"
        " SELECT name, at, 'forged', payload, request_id, chained, 6, repeat('a', 64), '' FROM kernel_event"
        " WHERE chain_seq = 5",
        "UPDATE kernel_event e SET chain_hash = kernel_event_digest(e) WHERE chain_seq = 6",
    )
    assert faults() == [(6, "does not follow the row before it")]


def test_a_cut_tail_shows_against_the_head_that_was_kept_outside(chain: list[Event]) -> None:
    head = audit.verify().head
    meddle("DELETE FROM kernel_event WHERE chain_seq = 5")
    assert audit.verify().head != head


def test_the_command_says_whole_with_status_0(chain: list[Event]) -> None:
    told = StringIO()
    call_command("audit", "verify", stdout=told)
    assert told.getvalue().startswith("chain whole: 5 events")


@pytest.mark.parametrize("machine", [True, False])
def test_the_command_names_the_fault_with_status_1(chain: list[Event], machine: bool) -> None:
    meddle("UPDATE kernel_event SET subject = 'x' WHERE chain_seq = 2")
    told = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("audit", "verify", json=machine, stdout=told)
    assert end.value.code == 1
    if machine:
        assert json.loads(told.getvalue())["faults"][0] == [2, chain[1].pk, "edited"]
    else:
        assert f"event {chain[1].pk} (number 2): edited" in told.getvalue()


@pytest.mark.django_db(transaction=True)
def test_publishers_at_the_same_time_make_one_unbroken_chain() -> None:
    def publish_ten() -> None:
        for _ in range(10):
            tell(Proven())

    assert in_threads(publish_ten, publish_ten, publish_ten) == [None, None, None]
    assert (audit.verify().length, audit.verify().faults) == (30, ())
    hashes = list(Event.objects.order_by("chain_seq").values_list("chain_prev", "chain_hash"))
    assert [before for before, _ in hashes[1:]] == [digest for _, digest in hashes[:-1]]
