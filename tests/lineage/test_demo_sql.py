"""The demo platform's own models: the question that the portal is asked first, column by column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalog.models import Source
from lineage.models import Edge
from lineage.states import Detail
from tests.factories import pour
from tests.lineage.test_reading import made, pairs, seen

pytestmark = pytest.mark.django_db

MODELS = Path(__file__).resolve().parents[2] / "demo" / "platform" / "models"
SCHEMAS = {"stg_payments": "staging", "stg_refunds": "staging"}
CHARGES = [
    *("id", "order_id", "amount", "fee_cents", "currency", "status", "failure_code", "payment_method"),
    *("card_country", "receipt_email", "created_at", "_loaded_at"),
]
PAYMENTS = [
    *("payment_id", "order_id", "amount_cents", "fee_cents", "currency", "status", "is_successful", "failure_code"),
    *("payment_method", "card_country", "receipt_email", "paid_at", "loaded_at"),
]
REVENUE = [
    *("revenue_date", "order_count", "gross_revenue_cents", "refunded_cents", "fee_cents", "net_revenue_cents"),
    "average_order_value_cents",
]


def compiled(path: str) -> str:
    """As dbt would render it."""
    text = (MODELS / path).read_text()
    text = re.sub(r"\{\{ utc_day\('(\w+)'\) \}\}", r"(\1 at time zone 'UTC')::date", text)
    text = re.sub(r"\{\{ source\('\w+', '(\w+)'\) \}\}", r'"db"."raw"."\1"', text)
    text = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", lambda found: f'"db"."{SCHEMAS[found[1]]}"."{found[1]}"', text)
    assert "{{" not in text
    return text


@pytest.fixture
def platform(source: Source) -> Source:
    facts = [
        seen("raw.stripe_charges", CHARGES),
        made("staging.stg_payments", compiled("staging/stg_payments.sql"), PAYMENTS),
        seen("staging.stg_refunds", ["amount_cents", "refunded_at"]),
        made("marts.revenue_by_day", compiled("marts/revenue_by_day.sql"), REVENUE),
    ]
    pour(source, facts)
    return source


def test_the_amount_of_a_charge_reaches_the_revenue_of_a_day(platform: Source) -> None:
    assert ("raw.stripe_charges", "amount", "amount_cents", "identity") in pairs("staging.stg_payments")
    told = {
        (column, use)
        for table, name, column, use in pairs("marts.revenue_by_day")
        if name == "amount_cents" and "pay" in table
    }
    assert told == {
        ("gross_revenue_cents", "aggregation"),
        ("net_revenue_cents", "aggregation"),
        ("average_order_value_cents", "aggregation"),
    }


def test_what_only_decides_which_rows_there_are_is_told_so(platform: Source) -> None:
    uses = {
        use for table, name, column, use in pairs("marts.revenue_by_day") if (name, column) == ("is_successful", "")
    }
    assert uses == {"filter"}


def test_every_pair_is_told_in_full(platform: Source) -> None:
    assert set(Edge.objects.open().values_list("detail", flat=True)) == {Detail.ALL}
