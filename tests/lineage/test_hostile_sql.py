"""SQL that nobody wrote by hand: bounded time, a clear word, and the rest of the run as if it were not there."""

from __future__ import annotations

import time

import pytest

from catalog.models import Source
from lineage.models import Parsed
from tests.factories import pour
from tests.lineage.test_reading import RAW, STG, made, pairs

pytestmark = pytest.mark.django_db

DEEP = "select " + "(" * 1000 + "id" + ")" * 1000 + " as x from raw.pay"
WORDS = "select id from raw.pay where id in (" + ", ".join(str(n) for n in range(1_400_000)) + ")"
HOSTILE = {
    "ten megabytes": WORDS,
    "nested a thousand deep": DEEP,
    "quotes without end": 'select "' * 2000,
    "names without end": f"select id from {'x' * 5000}.{'y' * 5000}.{'z' * 5000}",
    "no SQL at all": "🦆 \u202e \x01 ﷽",
    "many statements": "select id from raw.pay;" * 20_000,
}


@pytest.mark.parametrize("sql", HOSTILE.values(), ids=HOSTILE)
def test_it_ends_and_the_rest_is_read(source: Source, sql: str) -> None:
    before = time.process_time()
    pour(source, [RAW, made("stg.bad", sql, ["x"]), STG])
    assert time.process_time() - before < 40
    assert ("raw.pay", "id", "pay_id", "identity") in pairs("stg.pay")
    assert Parsed.objects.count() == 2


@pytest.mark.parametrize("name", ["ten megabytes", "nested a thousand deep"])
def test_it_says_what_was_too_much(source: Source, name: str) -> None:
    pour(source, [RAW, made("stg.bad", HOSTILE[name], ["x"])])
    assert "too " in Parsed.objects.get().unread
