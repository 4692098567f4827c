"""What sources say becomes edges (``lineage.services.telling``)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Asset, Source
from lineage.models import ColumnEdge, Edge, Statement, Touched, Verdict
from lineage.services.telling import Scope, close, tell
from lineage.states import Confidence, Detail, Judgement, Use
from portal.accounts.models import User
from tests.factories import SourceFactory
from tests.lineage.world import claim, things, told

pytestmark = pytest.mark.django_db
ID = ("id", "id", Use.IDENTITY)


@pytest.fixture
def pair(db: None) -> tuple[Asset, Asset]:
    up, down = things(2)
    return up, down


def test_an_edge_has_its_columns_and_its_sql(pair: tuple[Asset, Asset], source: Source) -> None:
    done = told(source, claim(*pair, ID, ("x", "", Use.FILTER), sql="select 1", dialect="postgres"))
    assert done == (1, 1, 0, frozenset({pair[1].pk}))
    edge = Edge.objects.open().get()
    assert edge.statement == Statement.objects.get(text="select 1")
    assert set(edge.columns.values_list("upstream_column", "downstream_column", "use")) == {ID, ("x", "", Use.FILTER)}


def test_the_same_again_writes_nothing(pair: tuple[Asset, Asset], source: Source) -> None:
    told(source, claim(*pair, ID))
    before = (Touched.objects.count(), list(Edge.objects.values()))
    done = told(source, claim(*pair, ID))
    assert (done.new, done.closed, done.changed) == (0, 0, frozenset())
    assert (Touched.objects.count(), list(Edge.objects.values())) == before


def test_that_it_was_seen_again_is_written_down_once_an_hour(pair: tuple[Asset, Asset], source: Source) -> None:
    told(source, claim(*pair, ID))
    touched, later = Touched.objects.count(), timezone.now() + timedelta(hours=2)
    told(source, claim(*pair, ID), now=later)
    assert Edge.objects.get().last_seen == later
    assert Touched.objects.count() == touched


@pytest.mark.parametrize("other", ["columns", "sql", "detail"])
def test_another_word_is_another_version(pair: tuple[Asset, Asset], source: Source, other: str) -> None:
    changes: dict[str, Any] = {
        "columns": claim(*pair, ID, ("x", "x", Use.JOIN)),
        "sql": claim(*pair, ID, sql="select 2"),
        "detail": claim(*pair, ID, detail=Detail.SOME),
    }
    told(source, claim(*pair, ID))
    done = told(source, changes[other])
    assert (done.new, done.closed, done.changed) == (0, 0, frozenset({pair[1].pk}))
    assert (Edge.objects.count(), Edge.objects.open().count()) == (2, 1)
    assert set(ColumnEdge.objects.filter(live=True).values_list("edge", flat=True)) == {Edge.objects.open().get().pk}


def test_what_is_not_told_any_more_is_closed_and_opens_anew(pair: tuple[Asset, Asset], source: Source) -> None:
    told(source, claim(*pair, ID))
    assert told(source).closed == 1
    assert not ColumnEdge.objects.filter(live=True).exists()
    assert told(source, claim(*pair, ID)).new == 1
    assert (Edge.objects.count(), Edge.objects.open().count()) == (2, 1)


def test_a_telling_closes_nothing_outside_its_scope(source: Source) -> None:
    one, other, third = things(3)
    told(source, claim(one, other), claim(one, third))
    told(SourceFactory(), claim(one, other))
    scope = Scope(source=source, confidence=Confidence.PARSED, downstreams=[other.pk])
    assert tell(scope=scope, claims=[], now=timezone.now()).closed == 1
    assert set(Edge.objects.open().values_list("source", "downstream")) == {
        (source.pk, third.pk),
        (Edge.objects.latest("pk").source_id, other.pk),
    }


def test_several_statements_tell_of_one_pair_together(pair: tuple[Asset, Asset], source: Source) -> None:
    told(source, claim(*pair, ID), claim(*pair, ("x", "x", Use.JOIN), detail=Detail.NONE), claim(pair[0], pair[0]))
    edge = Edge.objects.open().get()
    assert (edge.columns.count(), edge.detail) == (2, Detail.SOME)


def test_what_a_person_rejected_stays_rejected(pair: tuple[Asset, Asset], source: Source, steward: User) -> None:
    up, down = pair
    Verdict.objects.create(upstream=up, downstream=down, judgement=Judgement.REJECTED, reason="not so", by=steward)
    told(source, claim(*pair, ID))
    assert not Edge.objects.open().exists()
    assert Edge.objects.get().overruled
    assert not ColumnEdge.objects.filter(live=True).exists()


def test_the_past_can_be_asked(pair: tuple[Asset, Asset], source: Source) -> None:
    begin = timezone.now() - timedelta(days=2)
    told(source, claim(*pair, ID), now=begin)
    told(source, now=begin + timedelta(days=1))
    found = [Edge.objects.at(begin + timedelta(hours=hours)).count() for hours in (-1, 0, 23, 24, 25)]
    assert found == [0, 1, 1, 0, 0]


def test_the_database_notes_what_changed_whoever_did_it(source: Source) -> None:
    one, other, third = things(3)
    told(source, claim(one, other, ID))
    Touched.objects.all().delete()
    Edge.objects.update(downstream=third)
    assert set(Touched.objects.values_list("upstream", "downstream")) == {(one.pk, other.pk), (one.pk, third.pk)}
    Touched.objects.all().delete()
    close(Edge.objects.values_list("pk", flat=True), timezone.now())
    assert (one.pk, third.pk) in set(Touched.objects.values_list("upstream", "downstream"))
    Touched.objects.all().delete()
    one.delete()
    assert Touched.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": None},
        {"confidence": Confidence.STATED},
        {"closed_at": timezone.now() - timedelta(days=400)},
    ],
)
def test_the_database_refuses_an_edge_that_nobody_says(
    pair: tuple[Asset, Asset], source: Source, wrong: dict[str, Any]
) -> None:
    values = {"upstream": pair[0], "downstream": pair[1], "source": source, "first_seen": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Edge.objects.create(**values | wrong)


def test_thousands_of_edges_cost_as_many_statements_as_one(source: Source, count_queries: Any) -> None:
    hub, *children = things(60)
    few = count_queries(lambda: told(source, claim(hub, children[0], ID, sql="select 1")))
    assert (
        count_queries(lambda: told(source, *(claim(hub, one, ID, sql=f"select {one.pk}") for one in children)))
        <= few + 2
    )
