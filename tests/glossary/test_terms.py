"""Terms: written, related, retired, linked, exported and imported."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.exchange import terms as exchange
from catalog.models import Asset, Term
from catalog.services import glossary
from catalog.services.curation import Line, annotate
from catalog.services.glossary import Wording
from portal.accounts.models import User
from tests.factories import DomainFactory, asset

pytestmark = pytest.mark.django_db
LIMIT = 2 * 1024 * 1024


def written(by: User, name: str = "Active customer", **values: Any) -> Term:
    return glossary.save_term(wording=Wording(name, **values), by=by)


def test_a_term_is_written_by_its_form(as_steward: Client) -> None:
    data = {"name": "Active customer", "definition": "Ordered in **90 days**.", "synonyms": "buyer, , buyer,client"}
    page = as_steward.post(reverse("catalog:new_term"), data, follow=True).content.decode()
    assert "<strong>90 days</strong>" in page
    assert Term.objects.get().synonyms == ["buyer", "client"]


def test_only_stewards_keep_the_glossary(as_viewer: Client, viewer: User) -> None:
    assert as_viewer.get(reverse("catalog:new_term")).status_code == 403
    with pytest.raises(PermissionDenied):
        written(viewer)


def test_relations_are_told_from_both_ends(as_viewer: Client, steward: User) -> None:
    customer = written(steward, "Customer")
    written(steward, relations=[("broader", customer.slug)])
    assert "Is a kind of" in as_viewer.get("/glossary/terms/active-customer/").content.decode()
    assert "Includes" in as_viewer.get(customer.get_absolute_url()).content.decode()


def test_a_circle_says_nothing(steward: User) -> None:
    customer = written(steward, "Customer")
    active = written(steward, relations=[("broader", customer.slug)])
    with pytest.raises(ValidationError, match="circle"):
        glossary.save_term(wording=Wording("Customer", relations=[("broader", active.slug)]), by=steward, term=customer)
    assert not customer.relations.exists()


def test_assets_and_columns_carry_terms(as_steward: Client, as_viewer: Client, steward: User) -> None:
    orders = asset("marts.orders")
    term = written(steward)
    edit = reverse("catalog:edit", args=[orders.uuid, "terms"])
    as_steward.post(edit, {"action": "save", "add": "active CUSTOMER"})
    annotate(lines=[Line(orders.pk, "id", "terms", {"add": [term.slug]})], by=steward)
    assert term.get_absolute_url() in as_viewer.get(orders.get_absolute_url()).content.decode()
    page = as_viewer.get(term.get_absolute_url()).content.decode().replace("<wbr>", "")
    assert page.count("marts.orders") >= 2
    Asset.objects.update(domain=DomainFactory(restricted=True))
    assert "orders" not in as_viewer.get(term.get_absolute_url()).content.decode()


def test_a_retired_term_is_no_longer_offered(as_steward: Client, steward: User) -> None:
    term = written(steward)
    as_steward.post(reverse("catalog:retire_term", args=[term.slug]))
    as_steward.get("/glossary/")  # with the message that it is retired
    assert "Active customer" not in as_steward.get("/glossary/").content.decode()
    assert "Active customer" in as_steward.get("/glossary/?retired=yes").content.decode()
    as_steward.post(reverse("catalog:retire_term", args=[term.slug]), {"on": "0"})
    term.refresh_from_db()
    assert term.retired_at is None


def test_a_term_of_a_restricted_domain_does_not_exist_for_others(as_viewer: Client, steward: User) -> None:
    term = written(steward)
    Term.objects.update(domain=DomainFactory(restricted=True))
    assert as_viewer.get(term.get_absolute_url()).status_code == 404
    assert "Active customer" not in as_viewer.get("/glossary/").content.decode()
    assert "Active customer" not in as_viewer.get("/glossary/export.csv").content.decode()


def test_history_tells_before_and_after(as_steward: Client, steward: User) -> None:
    term = written(steward, definition="old words")
    glossary.save_term(wording=Wording("Active customer", "new words"), by=steward, term=term)
    page = as_steward.get(term.get_absolute_url()).content.decode()
    assert "old words" in page
    assert "new words" in page


@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_importing_the_export_changes_nothing(steward: User, form: str) -> None:
    DomainFactory(slug="finance")
    customer = written(steward, "=Customer()", definition="Two\n\nlines; with: 'odd' \"signs\"", domain="finance")
    written(steward, synonyms=["a;b", "-1", "no", "1e3"], relations=[("broader", customer.slug)])
    content, _ = exchange.written(steward, form)
    plan = exchange.plan(steward, content.encode(), LIMIT)
    assert (list(plan.changes), plan.same) == ([], 2)


@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_an_export_brings_a_glossary_back(steward: User, form: str) -> None:
    customer = written(steward, "Customer", synonyms=["buyer"])
    written(steward, relations=[("part", customer.slug)])
    content, _ = exchange.written(steward, form)
    Term.objects.all().delete()
    plan = exchange.plan(steward, content.encode(), LIMIT)
    glossary.save_terms(wordings=plan.wordings, by=steward)
    assert exchange.written(steward, form)[0] == content


def test_an_import_is_looked_at_first(as_steward: Client) -> None:
    content = b"slug,name,definition\nrevenue,Revenue,What is paid\n"
    url = reverse("catalog:import_terms")
    page = as_steward.post(url, {"action": "look", "file": SimpleUploadedFile("g.csv", content)})
    assert "What is paid" in page.content.decode()
    assert not Term.objects.exists()
    as_steward.post(url, {"action": "apply", "content": content.decode()})
    assert Term.objects.get().definition == "What is paid"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"slug,colour\nx,red\n", "no column"),
        (b"name\nx\n", "missing"),
        (b"slug,name\nx,y,z\n", "line 2"),
        (b"slug,name\na,b\na,c\n", "line 3"),
        (b"slug\n\xff\n", "line 2: is not UTF-8"),
        (b"slug\na\0b\n", "NUL"),
        (b"terms:\n- &a {slug: x}\n- *a\n", "line 2"),
        (b"terms: {}\n", "list"),
        (b"terms:\n- slug: [1]\n", "no text"),
        (b"terms:\n- slug: x\n  slug: y\n", "twice"),
        (b"slug,domain\nx,nowhere\n", "no domain"),
        (b"slug,broader\nx,y\n", "no term"),
    ],
)
def test_bad_files_are_told_with_their_place(as_steward: Client, content: bytes, word: str) -> None:
    url = reverse("catalog:import_terms")
    page = as_steward.post(url, {"action": "apply", "file": SimpleUploadedFile("g.csv", content)})
    assert page.status_code == 422
    assert word in page.content.decode().replace("&#x27;", "'")
    assert not Term.objects.exists()
