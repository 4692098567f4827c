"""How questions are asked that a role may not ask, or that answer too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from catalog.connectors.snowflake import asking
from catalog.connectors.snowflake.asking import Session


class Answering:
    """A connection of which only the cursor is asked."""

    def __init__(self, answer: Callable[[str], list[dict[str, Any]]]) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.found: list[dict[str, Any]] = []

    def cursor(self, cursor_class: Any) -> Any:
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        self.asked.append(statement)
        self.found = self.answer(statement)

    def fetchall(self) -> list[dict[str, Any]]:
        return self.found


def refusing(message: str) -> Callable[[str], list[dict[str, Any]]]:
    def answer(statement: str) -> list[dict[str, Any]]:
        if statement == "all":
            raise ProgrammingError(msg=message)
        return [{"name": statement}]

    return answer


def by_schema(schema: str | None) -> str:
    return schema or "all"


def test_names_of_columns_are_in_upper_case_whoever_answers() -> None:
    assert Session(Answering(lambda _: [{"name": 1, "KIND": 2}])).rows("x") == [{"NAME": 1, "KIND": 2}]


def test_too_much_data_is_asked_again_schema_by_schema(answers: dict[str, Any]) -> None:
    said = answers["tables_for_database(TEST_DB,table_types)"]["__raises__"]
    connection = Answering(refusing(said))
    session = Session(connection)
    assert session.rows_by_schema(by_schema, ["A", "B"], "DB") == [{"NAME": "A"}, {"NAME": "B"}]
    assert connection.asked == ["all", "A", "B"]
    assert "schema by schema" in session.warnings[0].message


def test_another_fault_is_not_asked_again() -> None:
    with pytest.raises(ProgrammingError):
        Session(Answering(refusing("no such database"))).rows_by_schema(by_schema, ["A"], "DB")


def test_what_is_refused_is_a_warning() -> None:
    session = Session(Answering(refusing("Insufficient privileges\nmore")))
    assert session.rows_if_allowed("all", "DB", "keys are not known") == []
    assert session.warnings[0].message == "keys are not known: Insufficient privileges"


def test_a_show_that_was_cut_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_SHOWN", 2)
    session = Session(Answering(lambda _: [{"name": 1}, {"name": 2}]))
    assert len(session.rows_if_allowed("SHOW PRIMARY KEYS", "DB", "")) == 2
    assert "only the first 2 rows" in session.warnings[0].message
