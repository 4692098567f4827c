"""A dataset that was renamed is one thing: it keeps everything, is called by its new name and answers to the old one."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.models import Asset, AssetChange, Merge, Source
from catalog.queries import identity
from catalog.services import curation
from catalog.services import identity as deciding
from lineage.models import Edge
from lineage.queries.naming import named as found_by_name
from lineage.queries.selecting import select
from portal.accounts.models import User
from tests.factories import SourceFactory, asset, pour, table
from tests.lineage.openlineage.events import dataset, edges, run_event, send

pytestmark = pytest.mark.django_db
OLD, NEW, ORDERS, RICH = "db.marts.old", "db.marts.new", "db.raw.orders", "db.marts.rich"


def renamed(before: str, after: str, day: int = 2, **facets: Any) -> dict[str, Any]:
    """By a job of its own."""
    previous = {"namespace": "postgres://test", "name": before}
    told = {"lifecycleStateChange": "RENAME", "previousIdentifier": previous}
    out = dataset(after, lifecycleStateChange=told, **facets)
    return run_event(at=f"2026-01-{day:02}T00:00:00Z", outputs=[out], job="rename", run=f"{before} {after} {day}")


def test_it_is_one_asset_under_its_new_name(steward: User) -> None:
    before = asset("marts.old")
    send(steward, run_event(inputs=[ORDERS], outputs=[OLD]), renamed(OLD, NEW))
    after = Asset.objects.get(pk=before.pk)
    assert (after.name, after.path, after.title, after.address) == (NEW, "marts.new", "new", "marts.new")
    assert (ORDERS, NEW, "load") in edges()
    assert not Asset.objects.filter(name=OLD).exists()


def test_it_is_found_by_both_names(steward: User, client: Client) -> None:
    it = asset("marts.old")
    send(steward, renamed(OLD, NEW))
    for name in (NEW, "marts.new", OLD, "marts.old"):
        assert found_by_name(steward, name) == it, name
        assert list(select(steward, name).asset_ids) == [it.pk], name
    client.force_login(steward)
    assert b"marts.new" in client.get("/search/", {"q": "marts.new"}).content
    assert client.get("/datasets/marts.new/").status_code == 200
    assert b"marts.new" in client.get("/datasets/marts.old/", follow=True).content


def test_its_history_says_so(steward: User, client: Client) -> None:
    asset("marts.old")
    send(steward, renamed(OLD, NEW))
    client.force_login(steward)
    page = client.get("/datasets/marts.new/?tab=activity").content.decode()
    assert "Renamed from marts.old to marts.new" in page
    assert "2026-01-02 at 00:00 UTC" in page
    assert "OpenLineage" in page


def test_a_source_that_still_tells_the_old_name_does_not_bring_it_back(steward: User) -> None:
    source = SourceFactory()
    pour(source, [table("marts.old")])
    send(steward, renamed(OLD, NEW))
    pour(source, [table("marts.old", description="told anew")])
    it = Asset.objects.get(name=NEW)
    assert (it.title, it.path, it.description, it.retired_at) == ("new", "marts.new", "told anew", None)
    pour(source, [table("marts.new", key="model.shop.new")])
    assert Asset.objects.live().filter(section="datasets").get() == it


def test_the_same_again_is_told_once(steward: User) -> None:
    asset("marts.old")
    event = renamed(OLD, NEW)
    send(steward, event, event, renamed(OLD, NEW, schema={"fields": [{"name": "id"}]}), event)
    assert AssetChange.objects.filter(diff__has_key="renamed_at").count() == 1


def test_an_asset_that_was_made_under_the_new_name_takes_the_old_one_in(steward: User) -> None:
    """Others describe the new name, only events the old one."""
    new = asset("marts.new")
    send(steward, run_event(inputs=[ORDERS], outputs=[OLD]), renamed(OLD, NEW))
    merge = Merge.objects.get()
    assert (merge.kept, merge.gone.name, merge.reason) == (new, OLD, "it was renamed, as OpenLineage tells")
    assert (ORDERS, NEW, "load") in edges()


def test_two_that_others_describe_wait_for_a_person_or_for_one_to_go(steward: User, client: Client) -> None:
    warehouse = SourceFactory()
    old, new = asset("marts.old"), table("marts.new", key="new")
    pour(warehouse, [new])
    send(steward, renamed(OLD, NEW))
    assert not Merge.objects.exists()
    assert [(one.old, one.new.path) for one in identity.renamed_twice(steward)] == [(old, "marts.new")]
    client.force_login(steward)
    page = client.get("/unmatched/").content.decode()
    assert "Renamed, and still told under both names" in page
    pour(Source.objects.get(pk=old.sightings.get().source_id), [])
    assert (Merge.objects.get().gone, Merge.objects.get().kept.path) == (old, "marts.new")
    assert not identity.renamed_twice(steward)


def test_what_a_person_set_apart_stays_apart(steward: User) -> None:
    send(steward, run_event(outputs=[OLD]), run_event(outputs=[NEW], job="other", run="x"))
    old, new = Asset.objects.get(name=OLD), Asset.objects.get(name=NEW)
    deciding.set_apart(asset=old, other=new, by=steward)
    send(steward, renamed(OLD, NEW))
    assert not Merge.objects.exists()
    assert Asset.objects.live().filter(name__in=[OLD, NEW]).count() == 2


def test_words_of_people_go_along(steward: User) -> None:
    old = asset("marts.old")
    curation.annotate(lines=[curation.Line(old.pk, "", "description", "as written")], by=steward)
    send(steward, run_event(outputs=[NEW]), renamed(OLD, NEW))
    assert Asset.objects.get(name=NEW).description == "as written"


def test_a_table_that_is_swapped_for_a_new_one_stays_itself(steward: User) -> None:
    """t → t_backup, t_tmp → t, and the backup is dropped: what people keep of t is kept of t."""
    it = asset("marts.t")
    gone = dataset("db.marts.t_backup", lifecycleStateChange={"lifecycleStateChange": "DROP"})
    send(
        steward,
        run_event(at="2026-01-01T00:00:00Z", inputs=[ORDERS], outputs=["db.marts.t_tmp"]),
        renamed("db.marts.t", "db.marts.t_backup", 2),
        renamed("db.marts.t_tmp", "db.marts.t", 3),
        run_event(at="2026-01-04T00:00:00Z", outputs=[gone], job="clean", run="four"),
    )
    it.refresh_from_db()
    assert (it.name, it.title, it.retired_at) == ("db.marts.t", "t", None)
    assert (ORDERS, "db.marts.t", "load") in edges()


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_in_any_order_it_ends_under_the_same_name(steward: User, data: st.DataObject) -> None:
    """Chains of names, there and back again; each name is left once."""
    names = data.draw(st.permutations("abcd"))[: data.draw(st.integers(2, 4))]
    if data.draw(st.booleans()):
        names = [*names, names[0]]
    used = data.draw(st.lists(st.sampled_from("abcd"), max_size=3, unique=True))
    sent = [("rename", one, other, day) for day, (one, other) in enumerate(itertools.pairwise(names), 2)]
    sent += [("use", name, "", 1) for name in used]
    other = data.draw(st.permutations(sent + sent[:1]))
    assert _ends_as(steward, sent) == _ends_as(steward, other), (sent, other)


def test_what_is_dropped_under_its_newest_name_is_gone(steward: User) -> None:
    gone = dataset(NEW, lifecycleStateChange={"lifecycleStateChange": "DROP"})
    send(steward, run_event(at="2026-01-01T00:00:00Z", inputs=[ORDERS], outputs=[OLD]))
    send(steward, renamed(OLD, "db.marts.between", 2), renamed("db.marts.between", NEW, 3))
    assert Asset.objects.get(name=NEW).retired_at is None
    send(steward, run_event(at="2026-01-04T00:00:00Z", outputs=[gone], job="clean", run="four"))
    assert Asset.objects.get(name=NEW).retired_at is not None


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_renamed_and_dropped_is_gone_in_any_order(steward: User, order: Any, at_once: bool) -> None:
    gone = dataset(NEW, lifecycleStateChange={"lifecycleStateChange": "DROP"})
    sent = [
        run_event(at="2026-01-01T00:00:00Z", inputs=[ORDERS], outputs=[OLD]),
        renamed(OLD, NEW, 2),
        run_event(at="2026-01-03T00:00:00Z", outputs=[gone], job="clean", run="three"),
    ]
    told = [sent[at] for at in order]
    for batch in [told] if at_once else [[one] for one in told]:
        send(steward, *batch)
    assert not Asset.objects.live().filter(name__in=[OLD, NEW]).exists()
    send(steward, run_event(at="2026-01-01T12:00:00Z", outputs=[OLD], job="late", run="late"))
    assert not Asset.objects.live().filter(name__in=[OLD, NEW]).exists()
    send(steward, run_event(at="2026-01-05T00:00:00Z", inputs=[ORDERS], outputs=[OLD], job="again", run="again"))
    assert Asset.objects.live().filter(name__in=[OLD, NEW]).count() == 1


def test_a_circle_of_names_ends_with_the_last_one(steward: User) -> None:
    sent = [("rename", *pair, day) for day, pair in enumerate(["ab", "bc", "cd", "da"], 2)]
    used = [("use", name, "", 1) for name in "cab"]
    other = [used[0], used[1], sent[1], sent[3], sent[0], used[2], sent[0], sent[2]]
    assert _ends_as(steward, [*used, *sent]) == _ends_as(steward, other)


def _ends_as(steward: User, sent: list[tuple[str, str, str, int]]) -> Any:
    """In a schema of its own each time: (names of live assets, edges), without the schema."""
    schema = f"s{uuid4().hex[:8]}"

    def full(name: str) -> str:
        return f"db.{schema}.{name}"

    for what, name, after, day in sent:
        if what == "rename":
            send(steward, renamed(full(name), full(after), day))
        else:
            send(steward, run_event(inputs=[f"db.{schema}.in"], outputs=[full(name)], job=f"{schema}.{name}", run=name))
    live = Asset.objects.live().filter(schema=schema).exclude(kind="job")
    rows = Edge.objects.open().filter(upstream__in=live, downstream__in=live)
    told = {(edge.upstream.title, edge.downstream.title, edge.job.name.split(".")[-1]) for edge in rows if edge.job}
    known = {name: found_by_name(steward, full(name)).title for _, name, *_ in sent}
    return {one.title for one in live}, told, known
