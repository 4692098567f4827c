"""Two assets that are one and the same, with rows of every room, and a dump of the whole database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from catalog.facts import AssetFact, BuildFact, CheckStatus, ColumnFact, ColumnUseFact, EdgeFact, Fact, OwnerFact
from catalog.models import (
    Announcement,
    Apart,
    Asset,
    Contract,
    ContractTable,
    Favourite,
    Follow,
    JoinedWith,
    PiiFinding,
    RunWarning,
    Source,
    Suggestion,
    UsageDay,
    UsageTotal,
    Visit,
)
from catalog.services import keeping
from catalog.services.curation import Line, annotate
from catalog.services.usage import popularity_of
from lineage.models import ToldDataset, ToldJob, Verdict
from portal.accounts.models import User
from tests.catalog.facts import AT, checked
from tests.factories import SourceFactory, UserFactory, pour, table

# History and what tells of it: everything else must be as it was
HISTORY = frozenset(
    {
        "catalog_assetchange",
        "catalog_merge",
        "catalog_split",
        "catalog_ingestionrun",
        "kernel_event",
        "kernel_delivery",
        "django_session",
        "lineage_touched",  # a log of what changed in the graph
        "lineage_parsed",  # which SQL is to be read again at the next turn
    }
)


def dump() -> dict[str, list[str]]:
    """Every row of every table as text, in an order of its own; ``last_run`` aside, which tells of a run."""
    tables: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for name in sorted(set(connection.introspection.table_names()) - HISTORY):
            cursor.execute(f"SELECT (to_jsonb(t) - 'last_run_id')::text FROM \"{name}\" t ORDER BY 1")
            tables[name] = [row for (row,) in cursor.fetchall()]
    return tables


USES = (ColumnUseFact("amount", "id", "identity"), ColumnUseFact("amount", "", "filter"))  # not personal


@dataclass(frozen=True)
class World:
    kept: Asset
    gone: Asset
    shop: Source
    lake: Source
    shop_facts: list[Fact]
    lake_facts: list[Fact]

    def tell_again(self) -> None:
        pour(self.shop, self.shop_facts)
        pour(self.lake, self.lake_facts)


def _about(fact: AssetFact, at: str) -> list[Fact]:
    return [*checked(fact.key), BuildFact(asset=fact.key, status=CheckStatus.PASS, at=at, seconds=1.0)]


def world(by: User) -> World:
    """``lake`` calls ``marts.orders`` by another name; both were read, checked, followed and written about."""
    shop, lake = SourceFactory(slug="shop"), SourceFactory(slug="lake", namespace="postgres://lake")
    orders = table("marts.orders", ["id", "amount"], owners=(OwnerFact(name="Lea"),), tags=("daily",))
    feed, board = table("raw.feed", ["id"]), table("marts.summary", ["id"])
    shop_facts: list[Fact] = [orders, feed, board, *_about(orders, AT)]
    shop_facts += [EdgeFact(upstream=feed.key, downstream=orders.key, columns=USES)]
    copy = table(
        "public.orders_copy",
        ["id", "AMOUNT", "extra"],
        key="lake.orders",
        description="A copy",
        code="select 1",
        row_count=7,
        owners=(OwnerFact(name="Max"),),
        materialized="",
        meta={"share": 0.10},
    )
    seen = replace(copy.columns[0], observed=True, data_type="bigint")
    copy = replace(copy, columns=(seen, *copy.columns[1:]), aliases=("lake.alias",))
    reader = table("public.reader", ["id"], key="lake.reader")
    lake_facts: list[Fact] = [copy, reader, *_about(copy, "2026-02-02T03:04:05+00:00")]
    lake_facts += [EdgeFact(upstream=copy.key, downstream=reader.key, columns=USES)]
    lake_facts += [EdgeFact(upstream=reader.key, downstream=copy.key, columns=USES, job=copy.key, sql="select 1")]
    pour(shop, [replace(orders, columns=(*orders.columns, ColumnFact(name="old", position=3))), *shop_facts[1:]])
    pour(shop, shop_facts)
    pour(lake, lake_facts)
    kept, gone = Asset.objects.get(path="marts.orders"), Asset.objects.get(path="public.orders_copy")
    for asset in (kept, gone):
        _personal(asset, by, lake)
    _of_gone(gone, kept, by, lake)
    popularity_of(list(Asset.objects.values_list("pk", flat=True)))
    kept.refresh_from_db()
    gone.refresh_from_db()
    return World(kept, gone, shop, lake, shop_facts, lake_facts)


def _personal(asset: Asset, by: User, source: Source) -> None:
    """What clashes: both have it."""
    now = timezone.now()
    Follow.objects.create(user=by, asset=asset)
    Favourite.objects.create(user=by, asset=asset)
    Visit.objects.create(user=by, asset=asset, at=now)
    UsageDay.objects.create(source=source, asset=asset, day=now.date(), principal="bi", reads=asset.pk)
    UsageTotal.objects.create(source=source, asset=asset, principal="bi", reads=asset.pk)
    PiiFinding.objects.create(asset=asset, column="id", evidence="name", pii="email", reason="its name", at=now)
    Announcement.objects.create(asset=asset, title="Soon", begins_at=now, by=by)
    contract = Contract.objects.create(key=f"{asset.pk}.yaml", title="A contract")
    ContractTable.objects.create(contract=contract, name="t", asset=asset)
    keeping.refresh([asset.pk])
    Suggestion.objects.create(asset=asset, field="tier", value="gold", by=by)
    annotate(lines=[Line(asset.pk, "", "tags", {"add": [f"t{asset.pk}"], "drop": []})], by=by)


def _of_gone(gone: Asset, kept: Asset, by: User, source: Source) -> None:
    """What only the one that goes has, and what ties the two."""
    now = timezone.now()
    other = UserFactory(username="other")
    Follow.objects.create(user=other, asset=gone)
    UsageDay.objects.create(source=source, asset=gone, day=now.date() - timedelta(days=1), principal="bi", reads=5)
    ToldJob.objects.create(key="job\ta\tb", namespace="a", name="b", asset=gone)
    ToldDataset.objects.create(key="dataset\ta\tb", namespace="a", name="b", asset=gone)
    PiiFinding.objects.create(asset=gone, column="extra", evidence="values", pii="email", reason="seen", at=now)
    RunWarning.objects.create(run=source.runs.latest("id"), asset=gone, file="f", message="odd")
    first, second = sorted([kept, gone], key=lambda asset: asset.pk)
    JoinedWith.objects.create(source=source, asset=first, other=second, times=3)
    reader = Asset.objects.get(path="public.reader")
    JoinedWith.objects.create(source=source, asset=gone, other=reader, times=2)
    Apart.objects.create(asset=gone, other=None, by=by)
    annotate(lines=[Line(gone.pk, "", "description", "Ours"), Line(gone.pk, "id", "description", "The id")], by=by)
    apart = Asset.objects.get(path="marts.summary")
    Verdict.objects.create(upstream=gone, downstream=apart, judgement="rejected", reason="not so", by=by)
    Verdict.objects.create(upstream=apart, downstream=gone, judgement="corrected", reason="so", by=by)
    ends: dict[str, Any] = {"date": "2027-01-01", "note": "", "successor": str(gone.uuid)}
    annotate(lines=[Line(reader.pk, "", "deprecation", ends)], by=by)
