"""People add, correct and reject edges, and what they said holds until it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from catalog.facts import ColumnFact, ColumnUseFact, EdgeFact
from catalog.models import Asset, AssetChange, AssetOwner, Column, Source
from catalog.services import identity
from lineage.claims import ColumnUse
from lineage.models import ColumnEdge, Edge, Verdict
from lineage.services import verdicts
from lineage.services.verdicts import Pair
from lineage.states import Detail, Use
from portal.accounts.models import User
from portal.kernel import tasks
from portal.kernel.models import Event
from tests.factories import pour, table

pytestmark = pytest.mark.django_db

EMAIL = ColumnFact(name="email", position=1, pii="email", pii_reason="declared in dbt meta")
RAW = table("raw.users", [], key="raw", columns_known=True)
MART = table("marts.people", ["c1", "n"], key="mart")
TOLD = EdgeFact(
    upstream="raw", downstream="mart", columns=(ColumnUseFact("email", "n", "identity"),), columns_complete=True
)
MAIL = ColumnUse("EMAIL", "c1", Use.IDENTITY)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **_: None)


def facts(*edges: EdgeFact) -> list[Any]:
    raw = {name: getattr(RAW, name) for name in RAW.__slots__} | {"columns": (EMAIL,)}
    return [type(RAW)(**raw), MART, *edges]


@pytest.fixture
def pair(source: Source) -> Pair:
    pour(source, facts(TOLD))
    return Pair(Asset.objects.get(path="raw.users"), Asset.objects.get(path="marts.people"))


def live() -> set[tuple[str, str]]:
    return set(ColumnEdge.objects.filter(live=True).values_list("upstream_column", "downstream_column"))


def pii(column: str) -> str:
    return Column.objects.values_list("pii", flat=True).get(asset__path="marts.people", name=column)


def test_a_rejected_edge_stays_rejected_when_it_is_told_again(pair: Pair, source: Source, steward: User) -> None:
    verdicts.reject(pair=pair, reason="a comment in the SQL", by=steward)
    assert not Edge.objects.open().exists()
    pour(source, facts())
    pour(source, facts(TOLD))
    assert not Edge.objects.open().exists()
    assert live() == set()
    assert pii("n") == ""


def test_what_was_rejected_counts_again_once_that_is_taken_back(pair: Pair, steward: User) -> None:
    verdicts.reject(pair=pair, reason="wrong", by=steward)
    assert verdicts.lift(pair=pair, by=steward) == "rejection"
    assert live() == {("email", "n")}
    assert pii("n") == "email"
    assert Verdict.objects.get().lifted_by == steward


def test_rejecting_twice_is_rejecting_once(pair: Pair, steward: User) -> None:
    assert verdicts.reject(pair=pair, reason="wrong", by=steward)[1]
    assert not verdicts.reject(pair=pair, reason="still wrong", by=steward)[1]
    assert Event.objects.filter(name="lineage.EdgeJudged").count() == 1


def test_a_correction_stands_for_what_sources_say(pair: Pair, source: Source, steward: User) -> None:
    edge, _ = verdicts.correct(pair=pair, columns=[MAIL], reason="n is a number", by=steward)
    assert live() == {("email", "c1")}
    assert (edge.detail, pii("n"), pii("c1")) == (Detail.ALL, "", "email")
    pour(source, facts())
    pour(source, facts(TOLD))
    assert live() == {("email", "c1")}
    verdicts.lift(pair=pair, by=steward)
    assert live() == {("email", "n")}
    assert (pii("n"), pii("c1")) == ("email", "")


def test_an_edge_that_nobody_tells_is_added_and_taken_back(pair: Pair, source: Source, steward: User) -> None:
    pour(source, facts())
    edge, new = verdicts.state(pair=pair, columns=[MAIL], reason="a script on my laptop", by=steward)
    assert (new, edge.detail, live()) == (True, Detail.SOME, {("email", "c1")})
    assert not verdicts.state(pair=pair, columns=[MAIL], reason="again", by=steward)[1]
    pour(source, facts())
    assert live() == {("email", "c1")}
    assert verdicts.lift(pair=pair, by=steward) == "edge"
    assert live() == set()


def test_saying_something_else_is_a_new_version(pair: Pair, steward: User) -> None:
    first, _ = verdicts.state(pair=pair, columns=[MAIL], reason="so", by=steward)
    second, _ = verdicts.state(pair=pair, columns=[], reason="or so", by=steward)
    first.refresh_from_db()
    assert first.closed_at is not None
    assert second.detail == Detail.NONE


def test_what_was_rejected_is_not_added(pair: Pair, steward: User) -> None:
    verdicts.reject(pair=pair, reason="wrong.", by=steward)
    with pytest.raises(ValidationError, match=r"rejected this edge: wrong\. Take that back first"):
        verdicts.state(pair=pair, reason="but", by=steward)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\0"])
def test_it_needs_a_reason(pair: Pair, steward: User, reason: str) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        verdicts.reject(pair=pair, reason=reason, by=steward)


def test_a_column_that_is_not_there_is_refused(pair: Pair, steward: User) -> None:
    with pytest.raises(ValidationError, match=r"raw\.users has no column “nothing”"):
        verdicts.state(pair=pair, columns=[ColumnUse("nothing", "c1", Use.IDENTITY)], reason="x", by=steward)
    assert not Edge.objects.filter(source=None).exists()


def test_nothing_is_made_from_itself(pair: Pair, steward: User) -> None:
    with pytest.raises(ValidationError, match="from itself"):
        verdicts.state(pair=Pair(pair.upstream, pair.upstream), reason="x", by=steward)


def test_only_stewards_and_owners_of_what_is_made_say_so(pair: Pair, viewer: User) -> None:
    with pytest.raises(PermissionDenied, match="Only stewards and owners"):
        verdicts.reject(pair=pair, reason="x", by=viewer)
    AssetOwner.objects.create(asset=pair.downstream, name="vera", user=viewer)
    verdicts.reject(pair=pair, reason="x", by=viewer)


def test_what_one_may_not_see_is_not_there(pair: Pair, viewer: User, restricted: Any) -> None:
    AssetOwner.objects.create(asset=pair.downstream, name="vera", user=viewer)
    Asset.objects.filter(pk=pair.upstream.pk).update(domain=restricted)
    with pytest.raises(PermissionDenied, match="There is no such asset"):
        verdicts.state(pair=pair, reason="x", by=viewer)


def test_both_assets_tell_of_it_and_neither_names_the_other(pair: Pair, steward: User) -> None:
    verdicts.reject(pair=pair, reason="x", by=steward)
    told = {change.asset_id: change.diff for change in AssetChange.objects.filter(by=steward, diff__has_key="lineage")}
    assert set(told) == set(pair.ids)
    assert "raw.users" not in str(told[pair.downstream.pk])
    assert Event.objects.get(name="lineage.EdgeJudged").chained


def test_a_verdict_goes_along_when_its_asset_is_merged(pair: Pair, source: Source, steward: User) -> None:
    verdicts.reject(pair=pair, reason="wrong", by=steward)
    pour(source, [*facts(TOLD), table("new.users", ["email"], key="new"), EdgeFact(upstream="new", downstream="mart")])
    kept = Asset.objects.get(path="new.users")
    assert Edge.objects.open().get().upstream == kept
    merge = identity.merge(kept=kept, gone=pair.upstream, by=steward)
    assert not Edge.objects.open().filter(upstream=kept).exists()
    identity.undo(merge=merge, by=steward)
    assert Edge.objects.open().get().upstream == kept


@pytest.mark.django_db(transaction=True)
def test_four_people_at_once_reject_it_once(source: Source, steward: User, monkeypatch: pytest.MonkeyPatch) -> None:
    pour(source, facts(TOLD))
    pair = Pair(Asset.objects.get(path="raw.users"), Asset.objects.get(path="marts.people"))

    def call(verb: Callable[..., Any]) -> Any:
        try:
            return verb()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        calls = [lambda: verdicts.reject(pair=pair, reason="x", by=steward)[1]] * 4
        assert sorted(pool.map(call, calls)) == [False, False, False, True]
    assert Verdict.objects.count() == 1
    assert live() == set()
