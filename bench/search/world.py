"""A large catalog out of a seed: tables as a company names them, straight into the database by COPY."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

LAYERS = ("raw", "staging", "intermediate", "marts", "ml_features", "reporting", "sandbox", "archive")
PREFIXES = {"staging": "stg_", "intermediate": "int_", "ml_features": "feat_", "reporting": "rpt_"}
SYSTEMS = (
    "stripe", "shopify", "salesforce", "zendesk", "hubspot", "netsuite", "workday", "jira", "segment", "braze",
    "marketo", "adyen", "paypal", "klaviyo", "twilio", "intercom", "mixpanel", "amplitude", "snowplow", "github",
    "okta", "greenhouse", "lever", "bamboo", "expensify", "coupa", "ariba", "sap", "oracle", "kafka"
)  # fmt: skip
NOUNS = (
    "order", "customer", "payment", "invoice", "refund", "product", "category", "session", "event", "click",
    "campaign", "subscription", "shipment", "carrier", "warehouse", "supplier", "employee", "department",
    "contract", "ticket", "message", "email", "address", "account", "ledger", "journal", "budget", "forecast",
    "lead", "opportunity", "quote", "discount", "coupon", "basket", "return", "review", "rating", "store", "region",
    "country", "currency", "tax", "device", "browser", "experiment", "cohort", "segment", "score", "feature",
    "model", "prediction", "alert", "incident", "job", "run", "partition", "cluster", "user", "member", "visitor",
    "merchant", "partner", "claim", "policy", "premium", "risk", "loan", "deposit", "card", "balance", "transfer",
    "fee", "plan", "seat"
)  # fmt: skip
SHAPES = (
    "by_day", "by_week", "by_month", "by_country", "by_channel", "daily", "hourly", "snapshot", "history",
    "enriched", "latest", "summary", "detail", "attribution", "funnel", "retention", "conversion", "lifetime_value",
    "churn", "mapping", "bridge", "lookup", "archive", "audit", "backfill"
)  # fmt: skip
PARTS = (
    "amount", "count", "total", "net", "gross", "unit", "price", "quantity", "status", "type", "name", "code",
    "rate", "share", "first", "last", "minimum", "maximum", "average", "previous", "current", "expected", "actual",
    "source", "target", "start", "end", "valid", "created", "updated", "deleted", "processed", "ratio"
)  # fmt: skip
COMMON = ("id", "created_at", "updated_at", "is_deleted", "source_system", "loaded_at")
DOMAINS = 20
RESTRICTED = 10  # of the domains; who sees none of them sees half of all


@dataclass(frozen=True, slots=True)
class Table:
    schema: str
    name: str
    description: str
    domain: int
    tags: tuple[str, ...]
    popularity: int
    columns: tuple[str, ...]
    owners: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.schema}.{self.name}"


def tables(count: int, columns: int, seed: int = 7) -> Iterator[Table]:
    chance = random.Random(seed)
    used: set[str] = set()
    while len(used) < count:
        schema = chance.choice(LAYERS)
        system, noun, other, shape = (chance.choice(words) for words in (SYSTEMS, NOUNS, NOUNS, SHAPES))
        parts = [system, noun, other, shape] if chance.random() < 0.6 else [noun, other, shape]
        name = PREFIXES.get(schema, "") + "_".join(parts)
        name += f"_v{chance.randrange(2, 9)}" if f"{schema}.{name}" in used else ""
        if f"{schema}.{name}" in used:
            continue
        used.add(f"{schema}.{name}")
        yield Table(
            schema=schema,
            name=name,
            description=f"One row a {noun} of {system}, with its {other}: {shape.replace('_', ' ')}, refreshed nightly.",
            domain=chance.randrange(DOMAINS),
            tags=tuple({chance.choice(SYSTEMS), chance.choice(("daily", "hourly", "core", "experimental"))}),
            popularity=int(chance.paretovariate(0.8)) if chance.random() < 0.3 else 0,
            columns=_columns(chance, noun, other, columns),
            owners=tuple({f"{chance.choice(SYSTEMS)} team" for _ in range(chance.randrange(3))}),
        )


def _columns(chance: random.Random, noun: str, other: str, count: int) -> tuple[str, ...]:
    found = dict.fromkeys([*COMMON, f"{noun}_id", f"{other}_id"])
    while len(found) < count:
        found[f"{chance.choice((noun, other, chance.choice(NOUNS)))}_{chance.choice(PARTS)}_{chance.choice(PARTS)}"] = (
            None
        )
    return tuple(found)[:count]


def fill(made: Sequence[Table]) -> None:
    """All tables with their columns, search entries and words."""
    from django.utils import timezone  # noqa: PLC0415 - needs the portal's settings

    from catalog.intake.rows import words  # noqa: PLC0415
    from catalog.models import Asset, AssetName, AssetOwner, Column, Domain  # noqa: PLC0415
    from catalog.search.index import add_words, refresh  # noqa: PLC0415
    from portal.kernel.bulk import copy_in, copy_new, new_ids  # noqa: PLC0415

    now = timezone.now()
    domains = [
        Domain.objects.create(slug=f"domain-{n}", name=f"Domain {n}", restricted=n < RESTRICTED) for n in range(DOMAINS)
    ]
    ids = new_ids(Asset, len(made))
    rows = []
    for pk, table in zip(ids, made, strict=True):
        name = f"analytics.{table.path}"
        rows.append(
            Asset(
                id=pk, kind="table", platform="snowflake", namespace="snowflake://bench", name=name, title=table.name,
                database="analytics", schema=table.schema, path=table.path, address=table.path, section="datasets",
                description=table.description, domain=domains[table.domain], tags=list(table.tags),
                popularity=table.popularity, column_count=len(table.columns), created_at=now, changed_at=now,
            )
        )  # fmt: skip
    copy_new(Asset, rows)
    names = (
        (pk, "snowflake://bench", f"analytics.{table.path}", f"ANALYTICS.{table.path.upper()}", True)
        for pk, table in zip(ids, made, strict=True)
    )
    copy_in(AssetName, ["asset", "namespace", "name", "folded", "canonical"], names)
    fields = ["asset", "name", "position", "data_type", "description", "tags", "terms", "pii", "pii_reason", "meta"]
    fields += ["foreign_key", "observed", "is_key"]
    copy_in(Column, fields, _column_rows(ids, made))
    owners = ((pk, name, "", True, "") for pk, table in zip(ids, made, strict=True) for name in table.owners)
    copy_in(AssetOwner, ["asset", "name", "email", "is_team", "because"], owners)
    for start in range(0, len(ids), 1000):
        refresh(ids[start : start + 1000])
    add_words(
        words(
            [text for table in made for text in (table.name, table.schema, *table.tags, *table.owners, *table.columns)]
        )
    )


def _column_rows(ids: Sequence[int], made: Sequence[Table]) -> Iterator[tuple[Any, ...]]:
    for pk, table in zip(ids, made, strict=True):
        for place, name in enumerate(table.columns, 1):
            yield pk, name, place, "NUMBER", "", "{}", "{}", "", "", "{}", "", True, place == 1
