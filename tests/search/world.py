"""A small shop for tests of search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict

from catalog.facts import ColumnFact
from catalog.models import Asset, Source, Term
from catalog.search.index import refresh
from catalog.search.request import SearchRequest
from catalog.search.results import Results, search
from portal.accounts.models import User
from tests.catalog.facts import dashboard, owned
from tests.factories import pour, table

MAIL = (ColumnFact(name="customer_email", position=1, pii="email", pii_reason="declared"),)


def fill(source: Source) -> None:
    revenue = table(
        "marts.revenue_by_day", ["day", "revenue"], description="One row a day.", domain="finance", tier="gold"
    )
    pour(
        source,
        [
            revenue,
            table("marts.revenue_by_country", ["country", "revenue"], domain="finance", tags=("gold layer",)),
            table(
                "staging.stg_payments", ["payment_id", "amount"], description="Payments of stripe", row_count=2_000_000
            ),
            table("raw.orders", ["id", "customer_id"], tags=("daily",), owners=owned()),
            replace(table("raw.customers"), columns=MAIL),
            table("marts.orders_old", ["order_id"], deprecated_at="2025-01-01"),
            dashboard("Revenue Overview", description="What came in"),
        ],
    )


def ask(user: User, text: str, **more: str) -> Results:
    query = QueryDict(mutable=True)
    query["q"] = text
    query.update(more)
    return search(user, SearchRequest.of(query))


def paths(user: User, text: str, **more: str) -> list[str]:
    return [hit.asset.path for hit in ask(user, text, **more).hits]


def change(path: str, **values: Any) -> Asset:
    """A fact of the asset that no source of the tests tells."""
    Asset.objects.filter(path=path).update(**values)
    found = Asset.objects.get(path=path)
    refresh([found.pk])
    return found


def term(name: str, by: User, **values: Any) -> Term:
    made: Term = Term.objects.create(slug=name.lower().replace(" ", "-"), name=name, by=by, **values)
    return made
