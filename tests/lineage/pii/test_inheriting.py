"""Columns inherit personal data, run by run and decision by decision; nobody reads a name that they may not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.facts import AssetFact, ColumnFact, ColumnUseFact, EdgeFact, EdgeOrigin
from catalog.models import Asset, AssetChange, Column, PiiFinding, Source
from catalog.queries import activity, news
from catalog.services import curation, domains, identity
from catalog.services.pii import Decision, decide
from portal.accounts.models import User
from portal.kernel import deliveries, tasks
from portal.kernel.models import Event
from tests.factories import pour, table

pytestmark = pytest.mark.django_db

CONTACT = ColumnFact(name="Contact", position=1, pii="email", pii_reason="declared in dbt meta")
RAW = table("raw.users", key="raw")
STAGING, MART = table("staging.stg", ["reach"], key="stg"), table("marts.people", ["REACH", "n"], key="mart")


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **_: None)


def edge(up: str, down: str, *columns: ColumnUseFact) -> EdgeFact:
    return EdgeFact(upstream=up, downstream=down, columns=columns, origin=EdgeOrigin.DECLARED)


FIRST = edge("raw", "stg", ColumnUseFact("contact", "reach", "identity"))
SECOND = edge(
    "stg",
    "mart",
    ColumnUseFact("reach", "reach", "transformation"),
    ColumnUseFact("reach", "n", "aggregation"),
    ColumnUseFact("reach", "", "filter"),
)


def facts(*edges: EdgeFact, **changes: Any) -> list[Any]:
    start = table("raw.users", [], key="raw", **changes)
    return [AssetFact(**{**_fields(start), "columns": (CONTACT,)}), STAGING, MART, *edges]


def _fields(fact: AssetFact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__slots__}


def told(path: str, column: str) -> tuple[str, str]:
    return Column.objects.values_list("pii", "pii_reason").get(asset__path=path, name=column)


def react() -> None:
    for pk in deliveries.waiting():
        assert deliveries.deliver(pk)


def say(path: str, column: str, pii: str, by: User) -> Any:
    asset = Asset.objects.get(path=path)
    edit = decide(decisions=[Decision(asset.pk, column, pii)], reason="", by=by)
    react()
    return edit


VIA = "inherited from raw.users.Contact via staging.stg.reach"


def test_what_is_made_of_personal_data_is_personal_and_says_why(source: Source) -> None:
    run = pour(source, facts(FIRST, SECOND))
    assert told("staging.stg", "reach") == ("email", "inherited from raw.users.Contact")
    assert told("marts.people", "REACH") == ("email", VIA)
    assert told("marts.people", "n") == ("", "")
    assert run.figures["pii_inherited"] == 2
    assert Asset.objects.get(path="marts.people").pii == ["email"]
    assert Event.objects.get(name="lineage.PiiInherited").payload["columns"] == 2


def test_the_same_again_is_no_news(source: Source) -> None:
    pour(source, facts(FIRST, SECOND))
    before = AssetChange.objects.count()
    assert pour(source, facts(FIRST, SECOND)).figures["pii_inherited"] == 0
    assert AssetChange.objects.count() == before
    assert Event.objects.filter(name="lineage.PiiInherited").count() == 1


def test_an_edge_that_goes_takes_it_away_again(source: Source) -> None:
    pour(source, facts(FIRST, SECOND))
    pour(source, facts(SECOND))
    assert told("staging.stg", "reach") == told("marts.people", "REACH") == ("", "")
    assert not PiiFinding.objects.filter(evidence="inherited").exists()
    assert Event.objects.filter(name="lineage.PiiInherited").count() == 2


def test_an_edge_that_comes_later_brings_it(source: Source) -> None:
    pour(source, facts(FIRST))
    assert told("marts.people", "REACH") == ("", "")
    pour(source, facts(FIRST, SECOND))
    assert told("marts.people", "REACH") == ("email", VIA)


def test_a_class_that_is_declared_no_more_is_inherited_no_more(source: Source) -> None:
    pour(source, facts(FIRST, SECOND))
    plain = AssetFact(**{**_fields(RAW), "columns": (ColumnFact(name="Contact", position=1),)})
    pour(source, [plain, *facts(FIRST, SECOND)[1:]])
    assert told("marts.people", "REACH") == ("", "")


def test_a_keyed_hash_ends_it_and_a_plain_one_does_not(source: Source) -> None:
    pour(source, facts(edge("raw", "stg", ColumnUseFact("contact", "reach", "transformation", "full")), SECOND))
    assert told("staging.stg", "reach") == ("", "")
    pour(source, facts(edge("raw", "stg", ColumnUseFact("contact", "reach", "transformation", "pseudonym")), SECOND))
    assert told("staging.stg", "reach")[1].endswith("hashed without a key, so it still stands for one person")


def test_a_steward_decides_once_and_it_holds(source: Source, steward: User) -> None:
    pour(source, facts(FIRST, SECOND))
    edit = say("staging.stg", "reach", "", steward)
    assert told("staging.stg", "reach") == ("", "decided by stew")
    assert told("marts.people", "REACH") == ("", "")
    pour(source, facts(FIRST, SECOND, EdgeFact(upstream="raw", downstream="mart")))
    assert told("staging.stg", "reach") == ("", "decided by stew")
    assert told("marts.people", "REACH") == ("", "")
    curation.undo(edit=edit, by=steward)
    react()
    assert told("marts.people", "REACH") == ("email", VIA)


def test_a_class_that_is_decided_on_the_way_flows_on(source: Source, steward: User) -> None:
    pour(source, facts(FIRST, SECOND))
    say("staging.stg", "reach", "phone", steward)
    assert told("marts.people", "REACH") == ("phone", "inherited from staging.stg.reach")


def test_a_restricted_name_is_in_no_reason(source: Source, restricted: Any, as_viewer: Client) -> None:
    pour(source, facts(FIRST, SECOND, domain="people"))
    assert told("marts.people", "REACH") == ("email", "inherited from a restricted column via staging.stg.reach")
    domains.set_restricted(domain=restricted, restricted=False, by=None)
    react()
    assert told("marts.people", "REACH") == ("email", VIA)
    domains.set_restricted(domain=restricted, restricted=True, by=None)
    react()
    page = as_viewer.get(f"{Asset.objects.get(path='marts.people').get_absolute_url()}?column=REACH").content.decode()
    assert "raw.users" not in page
    assert "inherited from a restricted column" in page.lower()


def test_it_goes_where_a_merge_leads_it_and_comes_back(source: Source, steward: User) -> None:
    pour(source, [*facts(FIRST), table("old.stg", ["reach"], key="old")])
    kept, gone = Asset.objects.get(path="old.stg"), Asset.objects.get(path="staging.stg")
    merge = identity.merge(kept=kept, gone=gone, by=steward)
    react()
    assert told("old.stg", "reach")[0] == "email"
    identity.undo(merge=merge, by=steward)
    react()
    assert told("old.stg", "reach")[0] == ""


def test_many_columns_cost_no_more_queries_than_few(
    source: Source, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    pour(source, facts())

    def run(number: int) -> int:
        wide = table("staging.wide", [f"c{n}" for n in range(number)], key="wide")
        uses = [ColumnUseFact("contact", f"c{n}", "identity") for n in range(number)]
        return count_queries(lambda: pour(source, [*facts(), wide, edge("raw", "wide", *uses)]))

    run(2)
    assert run(20) == run(60)


def test_what_is_inherited_is_told_as_that_and_goes_from_the_news_with_the_edit(
    source: Source, steward: User, viewer: User
) -> None:
    pour(source, [table("raw.users", ["contact"], key="raw"), STAGING, MART, FIRST])
    edit = say("raw.users", "contact", "phone", steward)
    reached = Asset.objects.get(path="staging.stg")
    entry = activity.of_asset(viewer, reached)[0]
    words = "inherits phone in column reach from raw.users.contact"
    assert (entry.words, entry.edit, activity.author(entry.change)) == (words, None, "lineage")
    told = [(one.asset and one.asset.path, one.words, one.by) for one in news.newest(viewer)][:2]
    assert told == [("staging.stg", words, "lineage"), ("raw.users", "class of personal data", "stew")]
    curation.undo(edit=edit, by=steward)
    react()
    first, *others = news.newest(viewer)
    assert (first.edit, first.undone_by) == (edit, "stew")
    assert [one.by for one in others] == [source.title] * len(others)
    assert activity.of_asset(viewer, reached)[0].words == "no longer inherits phone in column reach"
