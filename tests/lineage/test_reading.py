"""SQL that sources hold becomes edges with columns, and is read again only where that can change something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from catalog.facts import AssetFact, ColumnFact, EdgeFact, Fact, Kind
from catalog.models import Asset, Source
from lineage.models import ColumnEdge, Edge, Parsed
from lineage.states import Confidence, Detail, Use
from tests.catalog.facts import manifest, model
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db


def seen(name: str, columns: Iterable[str] = (), **changes: Any) -> AssetFact:
    """A table into which somebody has looked."""
    facts = tuple(ColumnFact(name=column, position=at, observed=True) for at, column in enumerate(columns, 1))
    values: dict[str, Any] = {"key": name, "columns_known": True, "materialized": ""}
    return replace(table(name, **values | changes), columns=facts)


def made(name: str, sql: str, columns: Iterable[str] = (), **changes: Any) -> AssetFact:
    return seen(name, columns, compiled_code=sql, materialized="table", **changes)


def pairs(downstream: str) -> set[tuple[str, str, str, str]]:
    """(upstream, its column, column or "", use) of what is told now."""
    rows = ColumnEdge.objects.filter(live=True, downstream__path=downstream)
    return {
        (row.upstream.path, row.upstream_column, row.downstream_column, Use(row.use).label)
        for row in rows.select_related("upstream")
    }


def edge(upstream: str, downstream: str, **where: Any) -> Edge:
    return Edge.objects.open().get(
        upstream__path=upstream, downstream__path=downstream, confidence=Confidence.PARSED, **where
    )


RAW = seen("raw.pay", ["id", "amount", "at"])
STG = made(
    "stg.pay", 'select id as pay_id, amount * 100 as cents from "db"."raw"."pay" where at > now()', ["pay_id", "cents"]
)


def test_columns_come_out_of_compiled_sql(source: Source) -> None:
    pour(source, [RAW, STG])
    assert pairs("stg.pay") == {
        ("raw.pay", "id", "pay_id", "identity"),
        ("raw.pay", "amount", "cents", "transformation"),
        ("raw.pay", "at", "", "filter"),
    }
    assert edge("raw.pay", "stg.pay").detail == Detail.ALL


def test_the_same_again_reads_nothing_and_changes_nothing(source: Source) -> None:
    pour(source, [RAW, STG])
    before = list(Edge.objects.values_list("uuid", flat=True))
    run = pour(source, [RAW, STG])
    assert (run.figures["sql"], run.figures["sql_read"], run.figures["sql_edges_new"]) == (1, 0, 0)
    assert list(Edge.objects.values_list("uuid", flat=True)) == before


def test_changed_sql_closes_the_version_and_yesterday_still_has_it(source: Source) -> None:
    pour(source, [RAW, STG])
    between = timezone.now()
    pour(source, [RAW, made("stg.pay", "select id as pay_id from raw.pay", ["pay_id"])])
    assert pairs("stg.pay") == {("raw.pay", "id", "pay_id", "identity")}
    then = Edge.objects.at(between).get()
    assert {row.downstream_column for row in then.columns.all()} == {"pay_id", "cents", ""}


def test_what_is_dropped_has_its_edges_closed(source: Source) -> None:
    pour(source, [RAW, STG])
    run = pour(source, [RAW])
    assert run.figures["sql_edges_closed"] == 1
    assert not Edge.objects.open().exists()
    assert not Parsed.objects.exists()


def test_a_new_column_upstream_reaches_who_selects_all_of_it(source: Source) -> None:
    all_of_it = made("stg.all", "select * from raw.pay", ["id", "amount", "at", "fee"])
    pour(source, [RAW, STG, all_of_it])
    run = pour(source, [seen("raw.pay", ["id", "amount", "at", "fee"]), STG, all_of_it])
    assert ("raw.pay", "fee", "fee", "identity") in pairs("stg.all")
    assert run.figures["sql_read"] == 2


def test_a_new_column_that_another_source_tells_of_does_so_too(source: Source) -> None:
    pour(source, [RAW, made("stg.all", "select * from raw.pay", ["id"])])
    warehouse = SourceFactory(namespace=source.namespace)
    pour(warehouse, [seen("raw.pay", ["id", "amount", "at", "fee"])])
    assert ("raw.pay", "fee", "fee", "identity") in pairs("stg.all")


def test_columns_that_nobody_looked_at_are_those_that_the_sql_gives(source: Source) -> None:
    facts = [
        made("marts.day", "select d.*, x.id from stg.one d join raw.b x on x.id = d.key"),
        made("stg.one", "select key, day from raw.a"),
        table("raw.a", materialized=""),
        table("raw.b", materialized=""),
    ]
    pour(source, facts)
    assert ("stg.one", "day", "day", "identity") in pairs("marts.day")
    assert edge("stg.one", "marts.day").detail == Detail.ALL
    assert Parsed.objects.get(asset__path="marts.day").columns == ["key", "day", "id"]


def test_sql_that_gives_other_columns_has_its_readers_read_again(source: Source) -> None:
    day = made("marts.day", "select * from stg.one")
    pour(source, [day, made("stg.one", "select key from raw.a"), table("raw.a")])
    pour(source, [day, made("stg.one", "select key, day from raw.a"), table("raw.a")])
    assert ("stg.one", "day", "day", "identity") in pairs("marts.day")


def test_all_of_a_table_whose_columns_nobody_knows_is_no_full_account(source: Source) -> None:
    pour(source, [table("raw.pay", materialized=""), made("stg.all", "select * from raw.pay")])
    assert edge("raw.pay", "stg.all").detail == Detail.NONE


def test_sql_that_cannot_be_read_is_one_warning(source: Source) -> None:
    run = pour(source, [RAW, STG, made("stg.bad", "select ((((( from where")])
    assert [warning.place for warning in run.warnings.all()] == []
    assert Parsed.objects.get(asset__path="stg.bad").unread
    assert pairs("stg.pay")
    again = pour(source, [RAW, STG, made("stg.bad", "select ((((( from where")])
    assert again.figures["sql_read"] == 0


def test_a_template_is_told_as_one(source: Source) -> None:
    pour(source, [RAW, table("stg.pay", code="select * from {{ ref('pay') }}")])
    assert "not compiled" in Parsed.objects.get().unread
    assert not Edge.objects.exists()


def test_an_incremental_model_that_reads_itself_is_no_circle(source: Source) -> None:
    sql = "select id from raw.pay where at > (select max(at) from stg.pay)"
    pour(source, [RAW, made("stg.pay", sql, ["id", "at"])])
    assert [found.upstream.path for found in Edge.objects.all()] == ["raw.pay"]


def test_models_that_read_each_other_end(source: Source) -> None:
    one, other = made("a.one", "select * from a.other"), made("a.other", "select * from a.one")
    pour(source, [one, other])
    assert Edge.objects.open().count() == 2


def test_what_dbt_writes_out_in_place_is_a_node_of_its_own(source: Source) -> None:
    inlined = 'select id as pay_id from "db"."raw"."pay"'
    facts: list[Fact] = [
        RAW,
        AssetFact(
            key="model.shop.eph", kind=Kind.EPHEMERAL, title="eph", platform="dbt", address="model.shop.eph",
            compiled_code=inlined, materialized="ephemeral",
        ),
        made("marts.day", f"with __dbt__cte__eph as ({inlined}) select pay_id from __dbt__cte__eph", ["pay_id"]),
        EdgeFact(upstream="raw.pay", downstream="model.shop.eph"),
    ]  # fmt: skip
    pour(source, facts)
    assert pairs("marts.day") == {("model.shop.eph", "pay_id", "pay_id", "identity")}
    assert pairs("model.shop.eph") == {("raw.pay", "id", "pay_id", "identity")}
    assert edge("model.shop.eph", "marts.day").detail == Detail.ALL


def test_tables_behind_a_comma_are_found_too(source: Source) -> None:
    pour(source, [RAW, seen("raw.b", ["x"]), made("stg.c", "select * from raw.b, raw.pay", ["x", "id"])])
    assert ("raw.pay", "amount", "amount", "identity") in pairs("stg.c")


def test_a_view_that_reads_what_nobody_knows_waits_with_it() -> None:
    live = SourceFactory(kind="postgres")
    view = seen("marts.v", ["id"], kind=Kind.VIEW, language="sql", code="select id from hidden.secret")
    run = pour(live, [view])
    stub = Asset.objects.get(path="hidden.secret")
    assert (stub.stub, run.figures["unmatched"]) == (True, 1)
    assert pairs("marts.v") == {("hidden.secret", "id", "id", "identity")}
    pour(live, [view])
    assert Asset.objects.live().filter(stub=True).count() == 1
    pour(SourceFactory(namespace=live.namespace), [seen("hidden.secret", ["id", "more"])])
    stub.refresh_from_db()
    assert not stub.stub
    pour(live, [seen("marts.v", ["id"], kind=Kind.VIEW, language="sql", code="select 1 as id")])
    assert not live.sightings.filter(key__startswith="SQL: ", retired_at=None).exists()


def test_a_name_that_dbt_does_not_know_is_only_noted(source: Source) -> None:
    pour(source, [made("marts.v", "select id from hidden.secret")])
    assert Parsed.objects.get().unknown == ["db.hidden.secret"]
    assert not Asset.objects.filter(stub=True).exists()
    pour(SourceFactory(namespace=source.namespace), [seen("hidden.secret", ["id"])])
    assert pairs("marts.v") == {("hidden.secret", "id", "id", "identity")}


def test_reading_costs_the_same_number_of_statements_however_many(source: Source, count_queries: Any) -> None:
    def facts(number: int) -> list[Fact]:
        found: list[Fact] = [RAW]
        for n in range(number):
            found.append(made(f"m.t{n}", f"select id, amount as a{n} from raw.pay", ["id", f"a{n}"]))
        return found

    few = count_queries(lambda: pour(SourceFactory(namespace="postgres://a"), facts(2)))
    many = count_queries(lambda: pour(SourceFactory(namespace="postgres://b"), facts(40)))
    assert many <= few + 3


def test_sql_that_was_not_understood_is_a_warning_of_its_asset_at_every_run(source: Source, ingest: Any) -> None:
    good = model("good", compiled_code="select 1 as id")
    bad = model("bad", compiled_code="select ((((( from where")
    run = ingest(source, manifest(good, bad))
    (warning,) = run.warnings.all()
    assert (warning.asset.path, warning.message[:28]) == ("marts.bad", "its SQL was not understood: ")
    more = ingest(source, manifest(good, bad, model("more", compiled_code="select 1 as id")))
    assert (more.warnings.count(), more.figures["sql_read"]) == (1, 1)
