"""Near words, synonyms, namesakes, what is marked; and that nothing of it tells of what is hidden."""

from __future__ import annotations

import pytest

from catalog.facts import NameFact
from catalog.models import Asset, Domain, SearchWord, Source
from catalog.search import vocabulary
from catalog.search.near import variants
from catalog.services.curation import Line, annotate
from portal.accounts.models import User
from tests.factories import DomainFactory, SourceFactory, pour, table
from tests.search.world import ask, change, paths, term

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def hide(*facts: object) -> Domain:
    domain: Domain = DomainFactory(slug="people", restricted=True)
    pour(SourceFactory(namespace="postgres://people"), facts)  # type: ignore[arg-type]  # facts of any kind
    return domain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("reveneu by day", "marts.revenue_by_day"),
        ("dya", "marts.revenue_by_day"),
        ("countryrevenue", "marts.revenue_by_country"),
        ("revenueday", "marts.revenue_by_day"),
        ("custmr_emial", "raw.customers"),
    ],
)
def test_slips_of_a_key_and_words_run_together_are_forgiven(viewer: User, text: str, found: str) -> None:
    assert paths(viewer, text)[0] == found


@pytest.mark.parametrize(("typed", "written"), [("recieved", "received"), ("subscribtions", "subscriptions")])
def test_words_of_descriptions_are_forgiven_too(viewer: User, steward: User, typed: str, written: str) -> None:
    orders = Asset.objects.get(path="raw.orders")
    text = f"What we {written} by post, ref ab12cd34ef56"
    annotate(lines=[Line(orders.pk, "", "description", text)], by=steward)
    found = ask(viewer, typed)
    assert [hit.asset.path for hit in found.hits] == ["raw.orders"]
    assert found.instead == {typed: [written]}
    assert not SearchWord.objects.filter(word__in=["ab12cd34ef56", "ref"]).exists()


def test_what_a_person_writes_is_learnt(viewer: User, steward: User) -> None:
    orders = Asset.objects.get(path="raw.orders")
    lines = [
        Line(orders.pk, "", "tags", {"add": ["bookkeeping"], "drop": []}),
        Line(orders.pk, "", "description", "Chargebacks of the acquirer"),
        Line(orders.pk, orders.columns.order_by("position")[0].name, "description", "surrogate of the ledger"),
        Line(orders.pk, orders.columns.order_by("position")[0].name, "tags", {"add": ["immutable"], "drop": []}),
    ]
    annotate(lines=lines, by=steward)
    for typed in ("bookeeping", "chargebakcs", "surogate", "imutable"):
        assert paths(viewer, typed) == ["raw.orders"], typed


def test_a_hidden_description_lends_no_word(viewer: User) -> None:
    hide(table("hr.letters", key="l", description="severance packages", domain="people"))
    assert ask(viewer, "severence").instead == {}


def test_every_slip_of_a_key_is_a_variant() -> None:
    assert {"dya", "dy", "days", "dax"} <= variants("day")
    assert "day" not in variants("day")


def test_digits_are_tried_for_who_typed_one() -> None:
    assert "day0" not in variants("day")
    assert {"utf8", "utf16"} <= variants("utf6")


def test_a_schema_is_found_with_a_typing_error(viewer: User) -> None:
    pour(SourceFactory(), [table("finance.ledger", key="l"), table("people.ledger", key="p")])
    assert paths(viewer, "finnace ledger") == ["finance.ledger"]


def test_words_that_no_name_has_find_what_is_called_so(viewer: User) -> None:
    """By a name of another tool, of which the vocabulary knows nothing; and near words do not come in its stead."""
    alias = NameFact(namespace="other://x", name="ordres")
    pour(SourceFactory(), [table("raw.orders", key="o"), table("raw.bills", key="b", names=(alias,))])
    assert paths(viewer, "ordres") == ["raw.bills"]


def test_the_stem_of_a_known_word_is_no_typing_error() -> None:
    pour(SourceFactory(), [table("raw.history", key="h"), table("raw.invoice", key="i")])
    strange = {word: one.strange for word, one in vocabulary.known(["histories", "invoices", "invioce", "by"]).items()}
    assert strange == {"histories": False, "invoices": False, "invioce": True, "by": False}


def test_hidden_words_push_no_visible_one_aside(viewer: User) -> None:
    before = ask(viewer, "paymentz").instead
    near = [f"payment{letter}" for letter in "abcdefghij"]
    hide(*(table(f"hr.{word}", key=word, domain="people") for word in near))
    assert ask(viewer, "paymentz").instead == before == {"paymentz": ["payment", "payments"]}


def test_hidden_matches_change_no_order_and_no_count(viewer: User) -> None:
    texts = ("revenue", "revenue orders unicorn", "reveneu", "day customer", "schema:hr", "owner:lea")

    def shown() -> list[object]:
        results = [ask(viewer, text) for text in texts]
        return [
            ([hit.asset.path for hit in found.hits], found.total, found.facets, found.instead, found.any_word)
            for found in results
        ]

    before = shown()
    hide(*(table(f"hr.revenue_orders_{n}", ["day", "unicorn"], key=f"h{n}", domain="people") for n in range(30)))
    assert shown() == before


def test_a_synonym_finds_what_has_the_term_and_what_is_called_so(viewer: User, steward: User) -> None:
    term("Net revenue", steward, synonyms=["takings", "revenue"])
    change("raw.orders", terms=["net-revenue"])
    found = ask(viewer, "takings")
    assert set(found.also) == {"Net revenue", "revenue"}
    assert {hit.asset.path for hit in found.hits} == {
        *("raw.orders", "marts.revenue_by_day", "marts.revenue_by_country", "revenue_overview")
    }


def test_words_around_a_synonym_still_have_to_occur(viewer: User, steward: User) -> None:
    term("Revenue", steward, synonyms=["takings"])
    assert paths(viewer, "takings country") == ["marts.revenue_by_country"]


def test_of_two_equals_what_is_used_and_trusted_comes_first(viewer: User) -> None:
    pour(SourceFactory(), [table("a.invoice", key="a"), table("b.invoice", key="b"), table("c.invoice", key="c")])
    change("c.invoice", popularity=1000)
    change("b.invoice", popularity=10)
    assert paths(viewer, "invoice") == ["c.invoice", "b.invoice", "a.invoice"]


def test_use_never_beats_the_exact_name(viewer: User) -> None:
    change("marts.orders_old", popularity=10**9)
    assert paths(viewer, "orders")[0] == "raw.orders"


def test_namesakes_say_where_they_live(viewer: User) -> None:
    pour(SourceFactory(namespace="snowflake://acme"), [table("raw.orders", key="theirs")])
    places = {hit.asset.namespace: hit.place for hit in ask(viewer, "raw.orders").hits}
    assert places == {"postgres://test": "postgres://test · db", "snowflake://acme": "snowflake://acme · db"}
    assert [hit.place for hit in ask(viewer, "country").hits] == [""]


def test_a_hidden_namesake_is_none(viewer: User) -> None:
    hide(table("raw.orders", key="theirs", domain="people"))
    assert [hit.place for hit in ask(viewer, "raw.orders").hits] == [""]


def test_the_description_begins_near_what_matches_and_columns_that_match_are_told(viewer: User) -> None:
    long = "Some words that say little. " * 20 + "It categorizes shipments of goods. " + "And more. " * 30
    pour(SourceFactory(), [table("x.deliveries", ["id", "goods_category", "place"], description=long)])
    (hit,) = ask(viewer, "category shipment").hits
    assert "categorizes shipments" in hit.text[:120]
    assert hit.columns == ["goods_category"]


def test_columns_asked_for_by_a_filter_are_told(viewer: User) -> None:
    assert [hit.columns for hit in ask(viewer, "column:email").hits] == [["customer_email"]]


def test_a_word_of_two_letters_begins_names_alone(viewer: User, shop: Source) -> None:
    assert "raw.orders" in paths(viewer, "or")
    assert "staging.stg_payments" in paths(viewer, "st")
    assert "staging.stg_payments" not in paths(viewer, "am")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("revenue schema:mart", ["revenue schema:marts"]),
        ("revnue schema:raw", ["revenue"]),
        ('"revnue by day"', ['"revenue by day"', "revenue by day"]),
        ('"revnue by country"', ['"revenue by country"', "revenue by country"]),
        ("owner:lea.m", ['owner:"Lea M"']),
        ("raw orders schema:marts", []),
        ("zzzzqqqq", []),
        ("", []),
    ],
)
def test_who_finds_nothing_is_told_what_may_have_been_meant(viewer: User, text: str, meant: list[str]) -> None:
    found = ask(viewer, text)
    assert [one.written for one in found.meant][: len(meant) or None] == meant


def test_a_word_that_is_there_is_not_respelled(viewer: User, source: Source) -> None:
    pour(SourceFactory(), [table("raw.by_days")])
    assert [one.written for one in ask(viewer, '"revnue by day"').meant] == ['"revenue by day"', "revenue by day"]


def test_what_is_hidden_is_not_suggested(viewer: User) -> None:
    hide(table("people.salaries", domain="people"))
    assert list(ask(viewer, "salarie schema:marts").meant) == []
    assert list(ask(viewer, "schema:peopl").meant) == []
