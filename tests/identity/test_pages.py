"""Pages on which stewards say who is who."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import strip_tags

from catalog.models import Apart, Asset, Merge, NamespaceAlias, Source, Split
from catalog.queries import activity
from catalog.services import identity, namespaces
from portal.accounts.models import User
from tests.factories import SourceFactory, asset, pour, table
from tests.identity.test_one_table import SPACE, mention, sources, warehouse

pytestmark = pytest.mark.django_db
PAGE = "/unmatched/"


@pytest.fixture
def named() -> Asset:
    """A name that fits two tables, so that it joins neither by itself."""
    _, house, contracts = sources()
    pour(house, warehouse())
    pour(contracts, [mention("order", "martz")])
    return Asset.objects.get(stub=True)


def text(client: Client, path: str = PAGE) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.getvalue().decode()


def test_a_name_that_waits_is_shown_with_who_names_it_and_what_it_likely_is(named: Asset, as_steward: Client) -> None:
    page = text(as_steward)
    assert "calls it" in page
    assert "One letter apart" in page
    assert "/sources/contracts/" in page


def test_the_page_of_a_name_says_that_it_is_one_and_what_to_do(named: Asset, as_steward: Client) -> None:
    page = text(as_steward, named.get_absolute_url())
    assert "Known only by its name" in page
    assert "contracts mentions it" in page
    assert f'href="/assets/{named.uuid}/merge/"' in page
    assert f'href="{PAGE}"' in page
    described = Asset.objects.get(name="PROD.MARTS.ORDERS")
    assert "Known only by its name" not in text(as_steward, described.get_absolute_url())


def test_who_may_not_merge_is_told_who_may(named: Asset, as_viewer: Client) -> None:
    page = text(as_viewer, named.get_absolute_url())
    assert "A steward can merge it" in page
    assert f"/assets/{named.uuid}/merge/" not in page


def test_one_click_merges(named: Asset, as_steward: Client) -> None:
    kept = Asset.objects.get(name="PROD.MARTS.ORDERS")
    done = as_steward.post(f"/assets/{named.uuid}/merge/", {"into": kept.uuid, "next": PAGE})
    assert done.headers["Location"] == PAGE
    assert Merge.objects.get().kept == kept
    assert "Every name has its table" in text(as_steward)
    assert "Undo" in text(as_steward)


def test_the_page_of_what_went_leads_to_what_was_kept(named: Asset, as_steward: Client, steward: User) -> None:
    kept = Asset.objects.get(name="PROD.MARTS.ORDERS")
    before = named.get_absolute_url()
    merge = identity.merge(kept=kept, gone=named, by=steward)
    assert as_steward.get(before).headers["Location"] == kept.get_absolute_url()
    page = text(as_steward, kept.get_absolute_url())
    assert "Took in" in page
    as_steward.post(f"/merges/{merge.uuid}/undo/")
    assert as_steward.get(before).status_code == 200


def test_something_of_its_own_leaves_the_list(named: Asset, as_steward: Client) -> None:
    as_steward.post(f"/assets/{named.uuid}/apart/", {"next": PAGE})
    assert Apart.objects.get().asset == named
    assert "/sources/contracts/" not in text(as_steward)


def test_a_target_is_found_while_typing(named: Asset, as_steward: Client) -> None:
    path = f"/assets/{named.uuid}/merge/?q=paym"
    assert "MARTS.PAYMENTS" in text(as_steward, path)
    fragment = as_steward.get(path, headers={"HX-Request": "true"}).getvalue().decode()
    assert fragment.lstrip().startswith('<div id="found"')


@pytest.mark.parametrize("typed", ["\0", "'", "a & b | !", "\\", "🦆", "x" * 5000, "''':*"])
def test_odd_words_find_nothing_and_break_nothing(named: Asset, as_steward: Client, typed: str) -> None:
    assert as_steward.get(f"/assets/{named.uuid}/merge/", {"q": typed}).status_code == 200


def test_same_names_on_two_instances_are_asked_about(as_steward: Client) -> None:
    for space in (SPACE, "snowflake://acme-us"):
        pour(SourceFactory(namespace=space), warehouse())
    assert "Same name on two instances" in text(as_steward)
    for one in Asset.objects.filter(namespace=SPACE):
        other = Asset.objects.exclude(pk=one.pk).get(name=one.name)
        as_steward.post(f"/assets/{one.uuid}/apart/", {"other": other.uuid, "next": PAGE})
    assert "Same name on two instances" not in text(as_steward)


def test_what_was_said_to_be_of_its_own_can_be_taken_back(named: Asset, as_steward: Client) -> None:
    done = as_steward.post(f"/assets/{named.uuid}/apart/", {"next": PAGE}, follow=True)
    undo = f"/apart/{Apart.objects.get().pk}/undo/"
    page = done.getvalue().decode()
    assert "is something of its own" in page
    assert page.count(f'action="{undo}"') == 2  # in the toast and in the list
    assert "One letter apart" not in page
    assert "One letter apart" in as_steward.post(undo, {"next": PAGE}, follow=True).getvalue().decode()
    assert as_steward.post(undo).status_code == 404


def test_only_who_may_merge_takes_it_back(named: Asset, as_viewer: Client, steward: User) -> None:
    said = identity.set_apart(asset=named, by=steward)
    assert as_viewer.post(f"/apart/{said.pk}/undo/").status_code == 403
    assert Apart.objects.exists()


def test_two_that_were_said_to_be_two_are_asked_about_again(as_steward: Client) -> None:
    for space in (SPACE, "snowflake://acme-us"):
        pour(SourceFactory(namespace=space), warehouse())
    one = Asset.objects.filter(namespace=SPACE).first()
    assert one is not None
    other = Asset.objects.exclude(pk=one.pk).get(name=one.name)
    before = text(as_steward).count("They are two")
    as_steward.post(f"/assets/{one.uuid}/apart/", {"other": other.uuid, "next": PAGE})
    assert text(as_steward).count("They are two") == before - 1
    as_steward.post(f"/apart/{Apart.objects.get().pk}/undo/", {"next": PAGE})
    assert text(as_steward).count("They are two") == before


def test_an_alias_joins_what_stands_twice_and_parts_it_again(as_steward: Client) -> None:
    for space in (SPACE, "snowflake://xy12345.eu-central-1.aws"):
        pour(SourceFactory(namespace=space), warehouse())
    form = {"alias": "snowflake://XY12345.eu-central-1", "namespace": SPACE}
    as_steward.post("/unmatched/aliases/", form)
    assert Asset.objects.live().count() == 3
    assert {one.namespace for one in Asset.objects.live()} == {SPACE}
    as_steward.post(f"/unmatched/aliases/{NamespaceAlias.objects.get().pk}/remove/")
    assert Asset.objects.live().count() == 6


@pytest.mark.parametrize(
    ("alias", "namespace", "words"),
    [
        ("", SPACE, "Give both"),
        ("snowflake://ACME-EU", SPACE, "one and the same"),
        ("x" * 400, SPACE, "at most 300"),
        ("\0", SPACE, "Give both"),
    ],
)
def test_an_alias_that_means_nothing_is_refused(as_steward: Client, alias: str, namespace: str, words: str) -> None:
    SourceFactory(namespace=SPACE)
    answer = as_steward.post("/unmatched/aliases/", {"alias": alias, "namespace": namespace}, follow=True)
    assert words in answer.getvalue().decode()
    assert not NamespaceAlias.objects.exists()


def test_aliases_do_not_lead_in_circles(steward: User) -> None:
    namespaces.add_alias(alias="snowflake://a-b", namespace=SPACE, by=steward)
    with pytest.raises(Exception, match="one and the same"):
        namespaces.add_alias(alias=SPACE, namespace="snowflake://a-b", by=steward)


def test_what_was_assumed_is_declared(as_steward: Client) -> None:
    project, house, _ = sources()
    pour(house, warehouse())
    pour(project, warehouse()[:1])
    assert "names no instance" in text(as_steward)
    as_steward.post("/sources/project/declare/")
    assert not Source.objects.get(slug="project").assumed


def test_sources_that_speak_of_something_else_leave(as_steward: Client) -> None:
    first, second = SourceFactory(), SourceFactory()
    for source in (first, second):
        pour(source, [table("marts.orders", description=source.slug)])
    one = Asset.objects.get()
    leaving = one.sightings.get(source=second)
    assert second.title in text(as_steward, f"/assets/{one.uuid}/split/")
    as_steward.post(f"/assets/{one.uuid}/split/", {"leaves": leaving.pk, "reason": "a copy"})
    made = Asset.objects.exclude(pk=one.pk).get()
    one.refresh_from_db()
    assert (one.description, made.description) == (first.slug, second.slug)
    assert made.columns.filter(retired_at=None).count() == 1
    pour(second, [table("marts.orders", ["id", "more"], description="news")])
    made.refresh_from_db()
    assert (made.description, made.column_count, Asset.objects.live().count()) == ("news", 2, 2)
    as_steward.post(f"/splits/{Split.objects.get().uuid}/undo/")
    assert Asset.objects.live().get() == one
    assert set(one.sightings.values_list("pinned", flat=True)) == {False}


def test_a_merge_and_a_split_offer_their_way_back_wherever_they_show(as_steward: Client) -> None:
    first, second = SourceFactory(), SourceFactory()
    for source in (first, second):
        pour(source, [table("marts.orders")])
    one, other = Asset.objects.get(), asset("raw.orders")
    leaving = one.sightings.get(source=second)
    done = as_steward.post(f"/assets/{one.uuid}/split/", {"leaves": leaving.pk}, follow=True).getvalue().decode()
    back = f'action="/splits/{Split.objects.get().uuid}/undo/"'
    assert done.count(back) == 2, "in the toast and beside the names of the new asset"
    assert "Split off from" in done
    for path in (one.get_absolute_url(), PAGE):
        assert text(as_steward, path).count(back) == 1, path
    form = {"into": one.uuid}
    done = as_steward.post(f"/assets/{other.uuid}/merge/", form, follow=True).getvalue().decode()
    back = f'action="/merges/{Merge.objects.get().uuid}/undo/"'
    assert done.count(back) == 2
    assert text(as_steward).count(back) == 1
    assert text(as_steward).count('class="undo-form"><input type="hidden" name="csrf') == 2, (
        "one markup for all undoing"
    )
    assert text(as_steward).count(f'name="next" value="{PAGE}"><button class="btn btn-small"') == 2
    as_steward.post(f"/splits/{Split.objects.get().uuid}/undo/", {"next": PAGE})
    assert "put back" not in text(as_steward)


def test_what_happened_to_the_one_that_was_taken_in_is_told_as_its_own(as_steward: Client, steward: User) -> None:
    source = SourceFactory(title="The project")
    facts = [table("marts.orders"), table("public.orders", key="copy")]
    pour(source, facts)
    pour(source, [facts[0], table("public.orders", key="copy", description="Of the copy")])
    kept, gone = (Asset.objects.get(path=path) for path in ("marts.orders", "public.orders"))
    identity.merge(kept=kept, gone=gone, by=steward)
    lines = activity.of_asset(steward, kept)
    assert {one.words: one.taken_in for one in lines}["changed: description"] == gone
    assert {one.taken_in for one in lines if one.change.asset_id == kept.pk} == {None}
    page = " ".join(strip_tags(text(as_steward, f"{kept.get_absolute_url()}?tab=activity")).split())
    assert "(as public.orders, before it was taken in)" in page
    assert text(as_steward, kept.get_absolute_url()).count('The project <span class="faint small">') == 1


def test_something_has_to_stay(as_steward: Client) -> None:
    one = asset()
    answer = as_steward.post(f"/assets/{one.uuid}/split/", {"leaves": one.sightings.get().pk})
    assert (answer.status_code, "Something has to stay" in answer.getvalue().decode()) == (422, True)
    assert not Split.objects.exists()


def test_what_was_chosen_is_kept_where_a_split_is_refused(as_steward: Client) -> None:
    one = asset()
    pour(SourceFactory(), [table("marts.orders", key="another")])
    every = list(one.sightings.values_list("pk", flat=True))
    page = as_steward.post(f"/assets/{one.uuid}/split/", {"leaves": every, "reason": "not ours"}).content.decode()
    assert page.count("checked") == len(every) == 2
    assert 'value="not ours"' in page
    assert "Something has to stay" in page
    assert "Choose what leaves" in as_steward.post(f"/assets/{one.uuid}/split/").content.decode()


def test_viewers_are_told_that_stewards_decide(named: Asset, as_viewer: Client) -> None:
    kept = Asset.objects.get(name="PROD.MARTS.ORDERS")
    for path in (PAGE, f"/assets/{kept.uuid}/merge/", f"/assets/{kept.uuid}/split/"):
        assert as_viewer.get(path).status_code == 403
    assert as_viewer.post(f"/assets/{named.uuid}/merge/", {"into": kept.uuid}).status_code == 403
    assert as_viewer.post("/unmatched/aliases/", {"alias": "a://b", "namespace": SPACE}).status_code == 403
    assert not Merge.objects.exists()


def test_the_invisible_is_missing(named: Asset, as_steward: Client, restricted: object) -> None:
    kept = Asset.objects.get(name="PROD.MARTS.ORDERS")
    Asset.objects.filter(pk=kept.pk).update(domain=restricted)
    assert "MARTS.ORDERS" not in text(as_steward)
    assert as_steward.post(f"/assets/{named.uuid}/merge/", {"into": kept.uuid}).status_code == 404
    assert as_steward.get(f"/assets/{kept.uuid}/split/").status_code == 404


def test_names_are_looked_up_in_every_form(as_steward: Client) -> None:
    pour(SourceFactory(namespace=SPACE), warehouse())
    for query in (
        {"name": "snowflake://ACME-EU/prod/marts/orders"},
        {"name": '"PROD"."MARTS"."ORDERS"'},
        {"name": "prod.marts.orders", "namespace": "snowflake://acme_eu"},
        {"name": "marts.orders"},
    ):
        answer = as_steward.get("/api/v1/assets/lookup/", query)
        assert answer.json()["name"] == "PROD.MARTS.ORDERS", query
