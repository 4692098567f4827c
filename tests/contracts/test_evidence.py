"""What is known of a table beside its contract, and what it proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalog.contracts import clauses
from catalog.contracts.clauses import Clauses
from catalog.contracts.evidence import EMPTY_POSSIBLE, Evidence, Seen, constraints
from catalog.facts import ColumnFact
from catalog.watched import Watched, WatchedCheck
from tests.contracts.texts import model
from tests.factories import table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COLUMNS = (
    ColumnFact(name="id", position=1, data_type="bigint", nullable=False, observed=True),
    ColumnFact(
        name="user_id", position=2, data_type="bigint", nullable=True, observed=True, foreign_key="raw.users.id"
    ),
)
ASKED = replace(table("marts.t", first_hand=True, unique_keys=(("id",),), primary_key=("id",)), columns=COLUMNS)
SEEN = tuple(Seen(name=each.name, data_type=each.data_type, nullable=each.nullable) for each in COLUMNS)
HELD = Evidence(platform="postgres", seen=SEEN, constraints=constraints([ASKED]), rows=1200)


def judged(columns: str, evidence: Evidence = HELD, **parts: str) -> Clauses:
    return clauses.of_table(model(columns, **parts).tables[0], evidence, NOW)


def rule(columns: str, evidence: Evidence = HELD, **parts: str) -> tuple[str, str]:
    (only,) = judged(columns, evidence, **parts).rules
    return only.status, only.because


@pytest.mark.parametrize(
    ("columns", "status", "because"),
    [
        ("[{name: ID, type: bigint, required: true}]", "pass", "by the warehouse’s constraint “not null”"),
        ("[{name: user_id, type: bigint, required: true}]", "", EMPTY_POSSIBLE),
        ("[{name: other, type: bigint, required: true}]", "", ""),
        ("[{name: id, type: bigint, unique: true}]", "pass", "by the warehouse’s constraint “unique (id)”"),
        ("[{name: user_id, type: bigint, unique: true}]", "", ""),
        ("[{name: user_id, type: bigint, references: [users.id]}]", "pass", "by the warehouse’s foreign key"),
        ("[{name: user_id, type: bigint, references: [raw.users]}]", "pass", "by the warehouse’s foreign key"),
        ("[{name: user_id, type: bigint, references: [orders.id]}]", "", ""),
        ("[{name: id, type: bigint, key: true}]", "pass", "by the warehouse’s constraint “unique (id)”"),
        ("[{name: user_id, type: bigint, key: true}]", "", ""),
        ("[{name: id, type: bigint, tests: [null_values: {}]}]", "pass", "by the warehouse’s constraint “not null”"),
    ],
)
def test_what_the_warehouse_refuses_needs_no_check(columns: str, status: str, because: str) -> None:
    assert rule(columns) == (status, because)


def test_a_key_of_several_columns_is_proved_by_a_part_of_it_and_not_the_other_way_round() -> None:
    both = "[{name: id, type: bigint}, {name: user_id, type: bigint}]"
    assert rule(both, tests="[unique: [id, user_id]]")[0] == "pass"
    wide = replace(HELD, constraints=constraints([replace(ASKED, unique_keys=(("id", "user_id"),))]))
    assert rule("[{name: id, type: bigint, unique: true}]", wide)[0] == ""


def test_what_documents_say_of_keys_proves_nothing() -> None:
    told = replace(HELD, constraints=constraints([replace(ASKED, first_hand=False)]))
    assert rule("[{name: id, type: bigint, required: true}]", told) == ("", "")


def test_a_check_that_ran_is_asked_before_any_constraint() -> None:
    failed = Watched(checks=(WatchedCheck(kind="not_null", column="id", status="fail"),))
    assert rule("[{name: id, type: bigint, required: true}]", replace(HELD, watched=failed)) == ("fail", "")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("{min: 1000}", "pass"), ("{min: 2000}", "fail"), ("{max: 1000}", "fail"), ("{must_be_between: [1, 1200]}", "pass"),
     ("{must_not_be: 1200}", "fail"), ("{must_not_be_between: [1, 9]}", "pass")],
)  # fmt: skip
def test_rows_are_counted_as_the_warehouse_tells(wanted: str, status: str) -> None:
    assert rule("[{name: id, type: bigint}]", tests=f"[row_count: {wanted}]") == (
        status,
        "the warehouse tells of 1,200 rows",
    )


@pytest.mark.parametrize(("hours", "status"), [(1, "pass"), (3, "warn"), (5, "fail")])
def test_no_row_is_newer_than_the_last_change_of_the_table(hours: int, status: str) -> None:
    changed = replace(HELD, altered_at=NOW - timedelta(hours=hours))
    fresh = judged("[]", changed, freshness="{warn_after: 2 hours, error_after: 4 hours}").freshness
    assert fresh is not None
    assert (fresh.status, fresh.age_s) == (status, hours * 3600)
    assert fresh.late_at == NOW + timedelta(hours=4 - hours)


def test_who_looked_at_the_rows_knows_better_than_the_last_change() -> None:
    looked = replace(HELD, altered_at=NOW, watched=Watched(age_s=9 * 3600, looked_at=NOW))
    fresh = judged("[]", looked, freshness="{error_after: 4 hours}").freshness
    assert fresh is not None
    assert (fresh.status, fresh.because, fresh.late_at) == ("fail", "", None)


def test_clauses_are_counted_by_what_tells_of_them() -> None:
    told = judged("[{name: id, type: text, required: true}, {name: gone, type: text, unique: true}]")
    assert (told.total, told.checked) == (4, 3)
    assert told.faults == ["id is bigint, promised text", "gone is not in the table"]


def test_what_only_warns_by_its_own_word_breaks_nothing() -> None:
    columns = "[{name: id, type: bigint}]"
    assert judged(columns, tests="[row_count: {min: 9999, severity: warn}]").faults == []
    assert len(judged(columns, tests="[row_count: {min: 9999}]").faults) == 1
