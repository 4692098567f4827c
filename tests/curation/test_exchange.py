"""Export and import of curated metadata: round trips, previews, bad files."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog.curation import sheets
from catalog.curation.codeowners import converted, parse
from catalog.curation.sheets import BadSheet
from catalog.exchange import reading, writing
from catalog.exchange.view import COLUMNS, LABELS, WHERE
from catalog.models import Asset, Edit
from catalog.services import glossary
from catalog.services.curation import Line, annotate, undo
from catalog.services.glossary import Wording
from portal.accounts.models import User
from tests.factories import DomainFactory, TeamFactory, UserFactory

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(st.lists(TEXT.filter(bool), min_size=1, max_size=5))
def test_a_line_is_read_back_as_it_was_written(cells: list[str]) -> None:
    names = [f"c{at}" for at in range(len(cells))]
    written = sheets.line(names) + sheets.line(cells)
    (row,) = sheets.read(written.encode(), names, [])
    assert list(row.cells.values()) == cells


@given(TEXT)
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    assert not sheets.guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert sheets.unguarded(sheets.guarded(cell)) == cell


@given(st.lists(TEXT.map(str.strip).filter(bool), unique=True, max_size=6))
def test_lists_are_read_back(items: list[str]) -> None:
    assert sheets.parted(sheets.joined(items)) == items


@given(TEXT)
def test_any_text_as_rules_is_read_or_told(text: str) -> None:
    parse(text)
    parse(converted(text))


def exported(user: User, form: str) -> bytes:
    ids = list(Asset.objects.order_by("path").values_list("pk", flat=True))
    return "".join(writing.written(user, ids, form, columns=True)).encode()


@pytest.fixture
def curated(orders: Asset, steward: User) -> Asset:
    """Something of everything, some of it odd."""
    DomainFactory(slug="finance")
    TeamFactory(slug="ledger", name="Ledger team")
    glossary.save_term(wording=Wording("=Order"), by=steward, slug="order")
    successor = str(Asset.objects.get(path="marts.revenue").uuid)
    values: dict[str, Any] = {
        "description": "=cmd|' /C calc'!A0\n\n- a; \"b\", 'c'",
        "owners": {"add": [{"name": "ledger", "is_team": True}, {"name": "stew"}]},
        "domain": "finance",
        "tags": {"add": ["a;b", "@x", "no", "1e3", "0x1F", "null"], "drop": ["gold"]},
        "terms": {"add": ["order"]},
        "tier": "1",
        "certified": {"note": "yes: #1"},
        "deprecation": {"date": "2026-12-31", "successor": successor, "note": "- moved"},
    }
    annotate(lines=[Line(orders.pk, "", field, value) for field, value in values.items()], by=steward)
    annotate(
        lines=[Line(orders.pk, "email", "description", "~"), Line(orders.pk, "email", "tags", {"add": ["-"]})],
        by=steward,
    )
    return orders


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_importing_the_export_changes_nothing(curated: Asset, steward: User, form: str) -> None:
    plan = reading.plan(steward, exported(steward, form))
    assert ([change.fields for change in plan.changes], plan.unknown, plan.same) == ([], [], 4)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_an_export_brings_everything_back_as_one_edit(curated: Asset, steward: User, form: str) -> None:
    content = exported(steward, form)
    for edit in Edit.objects.order_by("-pk"):
        undo(edit=edit, by=steward)
    assert exported(steward, form) != content
    plan = reading.plan(steward, content)
    edit_made = annotate(lines=plan.lines, by=steward)
    assert edit_made is not None
    assert exported(steward, form) == content
    assert reading.plan(steward, content).changes == []


@pytest.mark.django_db
def test_only_the_columns_of_the_file_are_touched(curated: Asset, steward: User) -> None:
    plan = reading.plan(steward, b"asset,tier\nMARTS.ORDERS,2\n")
    assert [change.fields for change in plan.changes] == [[("tier", "1", "2")]]
    assert [line.value for line in plan.lines] == ["2"]


@pytest.mark.django_db
def test_it_is_looked_at_first_and_then_applied_as_one_edit(as_steward: Client, orders: Asset) -> None:
    content = b"asset,description,tier\nmarts.orders,ours,1\nmarts.nothing,x,2\n"
    answer = as_steward.post(reverse("catalog:import"), {"file": SimpleUploadedFile("words.csv", content)})
    page = as_steward.get(answer["Location"])
    assert "line 3: marts.nothing: there is no such asset" in page.content.decode()
    assert not Edit.objects.exists()
    as_steward.post(answer["Location"], {"digest": page.context["plan"].digest})
    edit = Edit.objects.get()
    assert (edit.summary, edit.lines.count()) == ("Import of words.csv", 2)


@pytest.mark.django_db
def test_the_preview_calls_fields_as_pages_do_and_counts_in_words(as_steward: Client, orders: Asset) -> None:
    content = b"asset,column,pii\nmarts.orders,id,email\n"
    answer = as_steward.post(reverse("catalog:import"), {"file": SimpleUploadedFile("words.csv", content)})
    page = as_steward.get(answer["Location"])
    assert "PII class:" in page.content.decode()
    done = as_steward.post(answer["Location"], {"digest": page.context["plan"].digest}, follow=True)
    assert "Imported: 1 line." in done.content.decode()


def test_each_field_of_a_file_has_a_label() -> None:
    assert set(LABELS) == set(COLUMNS) - set(WHERE)


@pytest.mark.django_db
def test_who_may_not_edit_imports_nothing(as_viewer: Client, orders: Asset) -> None:
    content = b"asset,description\nmarts.orders,ours\n"
    answer = as_viewer.post(reverse("catalog:import"), {"file": SimpleUploadedFile("words.csv", content)})
    page = as_viewer.get(answer["Location"])
    as_viewer.post(answer["Location"], {"digest": page.context["plan"].digest})
    assert not Edit.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("asset,tier\nmarts.orders,1\nmarts.orders,2\n", "line 3: stands there already, in line 2"),
        ("asset,column,tier\nmarts.orders,id,1\n", "line 2: a column has no “tier”"),
        ("asset,pii\nmarts.orders,email\n", "an asset has no “pii”"),
        (
            "asset,column,pii\nmarts.orders,id,bogus\n",
            "line 2: pii: “bogus” is no class of personal data; there are: name, email",
        ),
        ("asset,domain\nmarts.orders,nowhere\n", "there is no domain"),
        ("asset,owners\nmarts.orders,nobody\n", "there is no person or team"),
        ("asset,terms\nmarts.orders,nothing\n", "there is no glossary term"),
        ("asset,deprecated\nmarts.orders,soon\n", "is no date"),
        ("asset,deprecated,successor\nmarts.orders,2026-01-01,marts.orders\n", "does not succeed itself"),
        ("asset,deprecated,successor\nmarts.orders,2026-01-01,marts.nope\n", "there is no asset “marts.nope”"),
        (f"asset,tier\nmarts.orders,{'x' * 41}\n", "at most 40"),
        ('asset,tier\nmarts.orders,"x\n', "line"),
        ("assets:\n- asset: marts.orders\n  tier: &a [1]\n", "line 3"),
        ("assets:\n- [1]\n", "is no mapping"),
    ],
)
def test_bad_files_are_told_with_the_line(orders: Asset, steward: User, content: str, word: str) -> None:
    with pytest.raises(BadSheet) as caught:
        reading.plan(steward, content.encode())
    assert word in " ".join(caught.value.problems)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("words.yaml", b"- just\n- a list\n", "line 1: the file has one key, “assets”, with a list"),
        ("words.csv", b"asset,colour\nmarts.orders,red\n", "there is no column “colour”"),
        ("words.xlsx", b"PK\x03\x04,\x07", "is neither CSV nor YAML"),
    ],
)
def test_a_bad_file_is_told_by_its_name_and_form(
    as_steward: Client, orders: Asset, name: str, content: bytes, words: str
) -> None:
    answer = as_steward.post(reverse("catalog:import"), {"file": SimpleUploadedFile(name, content)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert name in page
    assert words in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("marts.nothing,x", "Nothing that the file speaks of was found."),
        ("", "The file has no line but the first."),
    ],
)
def test_why_a_file_would_change_nothing(as_steward: Client, orders: Asset, lines: str, words: str) -> None:
    file = SimpleUploadedFile("words.csv", f"asset,description\n{lines}\n".encode())
    assert words in as_steward.post(reverse("catalog:import"), {"file": file}, follow=True).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["grace", "Grace Hopper", "grace hopper"])
def test_people_and_domains_go_by_their_slug_or_name(orders: Asset, steward: User, name: str) -> None:
    UserFactory(username="grace", first_name="Grace", last_name="Hopper")
    DomainFactory(slug="fin", name="Money Matters")
    content = f"asset,owners,domain\nmarts.orders,{name},money matters\n".encode()
    annotate(lines=reading.plan(steward, content).lines, by=steward)
    orders.refresh_from_db()
    assert orders.domain is not None
    assert (orders.domain.slug, [row.name for row in orders.owners.all()]) == ("fin", ["grace"])
    assert reading.plan(steward, content).same == 1


@pytest.mark.django_db
def test_a_full_name_of_two_people_is_nobodys(orders: Asset, steward: User) -> None:
    for username in ("grace", "grace2"):
        UserFactory(username=username, first_name="Grace", last_name="Hopper")
    with pytest.raises(BadSheet, match="no person or team"):
        reading.plan(steward, b"asset,owners\nmarts.orders,Grace Hopper\n")


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["birth_date", "Date of birth", "DATE_OF_BIRTH"])
def test_a_class_is_imported_by_any_of_its_names(orders: Asset, steward: User, word: str) -> None:
    found = reading.plan(steward, f"asset,column,pii\nmarts.orders,id,{word}\n".encode())
    assert found.changes[0].fields == [("pii", "", "birth_date")]
    annotate(lines=found.lines, by=steward)
    assert reading.plan(steward, f"asset,column,pii\nmarts.orders,id,{word}\n".encode()).same == 1


@pytest.mark.django_db
def test_hidden_things_are_neither_exported_nor_known(curated: Asset, steward: User) -> None:
    content = exported(steward, "csv")
    Asset.objects.filter(pk=curated.pk).update(domain=DomainFactory(restricted=True))
    assert b"marts.orders" not in exported(steward, "csv")
    assert len(reading.plan(steward, content).unknown) == 2


@pytest.mark.django_db
def test_a_search_is_exported_as_a_stream(as_viewer: Client, orders: Asset) -> None:
    answer = as_viewer.get(reverse("catalog:export", args=["csv"]), {"q": "revenue"})
    lines = answer.getvalue().decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("marts.revenue,")
