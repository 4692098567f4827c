"""The contract's tab, the editor, the list, and the file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from catalog.capabilities import SourceFile
from catalog.facts import CheckFact, CheckStatus, ColumnFact, EdgeFact, FreshnessFact, ResultFact
from catalog.models import Asset, ContractVersion, Domain
from catalog.services.contracts import save_contract
from portal.accounts.models import User
from portal.kernel import rights
from tests.contracts.texts import ORDERS
from tests.factories import SourceFactory, pour, table
from tests.security.payloads import HTML

pytestmark = pytest.mark.django_db
AT = "2026-01-02T03:04:05+00:00"
WORSE = ORDERS.replace("error_after: 4 hours", "error_after: 9 hours")


def seen(name: str, data_type: str, place: int = 1, *, nullable: bool = True) -> ColumnFact:
    return ColumnFact(name=name, position=place, data_type=data_type, nullable=nullable, observed=True)


@pytest.fixture
def orders(db: None) -> Asset:
    """The table as the warehouse shows it: an amount of another type, a column more, a check that fails."""
    columns = (seen("id", "text", nullable=False), seen("amount", "numeric(14,2)", 2), seen("extra", "text", 3))
    fact = replace(table("marts.orders", description="Orders"), columns=columns, columns_known=True)
    pour(
        SourceFactory(),
        [
            fact,
            table("marts.report"),
            EdgeFact(upstream=fact.key, downstream="model.shop.report"),
            CheckFact(key="c", asset=fact.key, kind="unique", title="unique_id", column="id"),
            ResultFact(check="c", status=CheckStatus.FAIL, at=AT, failures=3),
            FreshnessFact(asset=fact.key, status=CheckStatus.PASS, at=AT, loaded_at="2026-01-02T00:00:00+00:00"),
        ],
    )
    return Asset.objects.get(path="marts.orders")


def tab(client: Client, asset: Asset, query: str = "") -> str:
    response = client.get(f"{asset.get_absolute_url()}?tab=contract{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("<wbr>", "").split())


def post(client: Client, asset: Asset, text: str, action: str = "save", **more: Any) -> Any:
    return client.post(f"/assets/{asset.uuid}/contract/", {"text": text, "action": action, **more})


def test_a_table_without_a_contract_says_so_and_offers_to_write_one(
    as_steward: Client, as_viewer: Client, orders: Asset
) -> None:
    assert "Write one from what is known" in tab(as_steward, orders)
    shown = tab(as_viewer, orders)
    assert "No contract yet" in shown
    assert "Write one" not in shown


def test_the_first_text_is_drawn_from_what_is_known(as_steward: Client, orders: Asset) -> None:
    text = as_steward.get(f"/assets/{orders.uuid}/contract/").context["text"]
    assert "name: marts.orders" in text
    assert "type: numeric(14,2)" in text
    assert "tests: [not_null]" in text
    assert "unique" not in text  # it fails today, and would be broken from the first day
    assert "warn_after: 4 hours" in text  # three hours and a bit were seen
    assert post(as_steward, orders, text).status_code == 302
    assert ContractVersion.objects.get().verdict == "none"


def test_each_clause_stands_beside_what_is_seen(as_viewer: Client, orders: Asset, steward: User) -> None:
    save_contract(asset=orders, content=ORDERS.encode(), by=steward)
    shown = tab(as_viewer, orders)
    assert "is numeric(14,2)" in shown  # wider than promised
    assert "is not in the table" in shown  # created_at
    assert 'not promised: <span class="data-name">extra' in shown
    assert "3 promises broken" in shown
    assert "marts.report" in shown
    assert "in time" not in shown
    assert "late" in shown  # three hours, warned after two


def test_a_type_that_is_narrower_than_promised_keeps_the_promise(
    as_viewer: Client, orders: Asset, steward: User
) -> None:
    text = "model: {name: orders, columns: [{name: amount, type: 'numeric(20,4)'}, {name: extra, type: string}]}"
    save_contract(asset=orders, content=text.encode(), by=steward)
    assert "clause-broken" not in tab(as_viewer, orders)


def test_versions_are_told_with_their_verdicts_line_by_line(as_viewer: Client, orders: Asset, steward: User) -> None:
    for text in (ORDERS, WORSE):
        save_contract(asset=orders, content=text.encode(), by=steward)
    shown = tab(as_viewer, orders)
    assert "freshness loosened from 4 hours to 9 hours" in shown
    assert "An older version." not in shown
    older = tab(as_viewer, orders, "&version=1")
    assert "An older version." in older
    assert "error_after: 4 hours" in older


@pytest.mark.parametrize(
    ("form", "words"), [("own", "error_after: 4 hours"), ("odcs", "apiVersion: v3.1.0"), ("source", "model:")]
)
def test_the_text_is_shown_and_given_in_each_form(
    as_viewer: Client, orders: Asset, steward: User, form: str, words: str
) -> None:
    save_contract(asset=orders, content=ORDERS.encode(), by=steward)
    assert words in tab(as_viewer, orders, f"&form={form}")
    response = as_viewer.get(f"/assets/{orders.uuid}/contract/file/?form={form}")
    assert words in response.content.decode()
    assert response["Content-Disposition"] == f'attachment; filename="marts.orders.{form}.yaml"'


@pytest.mark.parametrize("query", ["&version=x", "&version=99", "&version=-1", "&form=x", "&version=9999999999999"])
def test_an_address_that_nobody_gave_out_is_no_error(
    as_viewer: Client, orders: Asset, steward: User, query: str
) -> None:
    save_contract(asset=orders, content=ORDERS.encode(), by=steward)
    tab(as_viewer, orders, query)
    assert as_viewer.get(f"/assets/{orders.uuid}/contract/file/?{query[1:]}").status_code in {200, 404}


# --- the editor --------------------------------------------------------------------------------------------------------


def test_a_fault_is_told_with_its_line_and_nothing_is_saved(as_steward: Client, orders: Asset) -> None:
    response = post(as_steward, orders, "model:\n  name: marts.orders\n  colums: []\n")
    assert response.status_code == 422
    shown = response.content.decode()
    assert 'data-line="3"' in shown
    assert "did you mean “columns”?" in shown
    assert "colums: []" in shown  # what was written is still there
    assert not ContractVersion.objects.exists()


def test_while_one_writes_the_difference_is_told(as_steward: Client, orders: Asset, steward: User) -> None:
    save_contract(asset=orders, content=f"version: 1.0.0\n{ORDERS}".encode(), by=steward)
    url, data = f"/assets/{orders.uuid}/contract/", {"text": f"version: 1.0.1\n{WORSE}", "seen": "1"}
    part = as_steward.post(url, data, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "freshness loosened" in part
    assert "The number is too small." in part
    assert ContractVersion.objects.count() == 1


def test_saving_makes_a_version_and_leads_back(as_steward: Client, orders: Asset) -> None:
    response = post(as_steward, orders, ORDERS, seen="0")
    assert response["Location"] == f"{orders.get_absolute_url()}?tab=contract"
    assert post(as_steward, orders, WORSE.replace("\n", "\r\n"), seen="1").status_code == 302
    assert bytes(ContractVersion.objects.latest("sequence").content).decode() == WORSE


def test_who_saw_an_older_version_does_not_write_over_a_newer_one(
    as_steward: Client, orders: Asset, steward: User
) -> None:
    save_contract(asset=orders, content=ORDERS.encode(), by=steward)
    response = post(as_steward, orders, WORSE, seen="0")
    assert response.status_code == 422
    assert "another version meanwhile" in response.content.decode()


def test_a_contract_of_another_table_is_refused(as_steward: Client, orders: Asset) -> None:
    response = post(as_steward, orders, "model: {name: marts.users}")
    assert response.status_code == 422
    assert "promises nothing of marts.orders" in response.content.decode()


def test_who_neither_owns_nor_stewards_may_not_write(as_viewer: Client, viewer: User, orders: Asset) -> None:
    assert as_viewer.get(f"/assets/{orders.uuid}/contract/").status_code == 403
    assert post(as_viewer, orders, ORDERS).status_code == 403
    orders.owners.create(name="Vera", user=viewer)
    assert post(as_viewer, orders, ORDERS).status_code == 302


def test_text_of_any_kind_is_no_server_error(as_steward: Client, orders: Asset) -> None:
    for text in ("", "\0", "x" * 300_000, "[" * 5000, *HTML):
        assert post(as_steward, orders, text).status_code == 422


def test_what_is_written_in_it_is_only_text(as_viewer: Client, orders: Asset, steward: User) -> None:
    payload = "<script>alert(1)</script>"
    text = f"title: {payload!r}\nmodel: {{name: orders, columns: [{{name: {payload!r}, description: {payload!r}}}]}}"
    save_contract(asset=orders, content=text.encode(), by=steward)
    assert "<script>alert" not in tab(as_viewer, orders)


# --- the list ----------------------------------------------------------------------------------------------------------


def test_contracts_are_listed_with_the_coverage_of_each_schema(as_viewer: Client, orders: Asset, steward: User) -> None:
    save_contract(asset=orders, content=ORDERS.encode(), by=steward)
    response = as_viewer.get("/contracts/")
    assert [row.asset.path for row in response.context["rows"]] == ["marts.orders"]
    (coverage,) = response.context["coverage"]
    assert (coverage.schema, coverage.promised, coverage.total) == ("marts", 1, 2)
    assert list(as_viewer.get("/contracts/?schema=raw").context["rows"]) == []


def test_the_list_names_who_wrote_the_newest_version(
    as_viewer: Client, orders: Asset, steward: User, ingest: Any
) -> None:
    git = SourceFactory(slug="git", title="Contracts in git", kind="contracts")
    ingest(git, SourceFile.of("orders.yml", ORDERS.encode()))
    (row,) = as_viewer.get("/contracts/").context["rows"]
    assert (row.writer, row.over) == ("Contracts in git", "")
    save_contract(asset=orders, content=WORSE.encode(), by=steward)
    (row,) = as_viewer.get("/contracts/").context["rows"]
    assert (row.writer, row.over) == ("stew", "Contracts in git")


def test_what_happened_to_a_table_tells_versions_of_its_contract_too(
    as_viewer: Client, orders: Asset, steward: User
) -> None:
    for text in (ORDERS, WORSE):
        save_contract(asset=orders, content=text.encode(), by=steward)
    told = happened(as_viewer, orders)
    assert told.index("Contract 2.0.0") < told.index("Contract 1.0.0")
    assert "Breaking" in told
    assert "freshness loosened from 4 hours to 9 hours" in told
    assert "by stew" in told


def happened(client: Client, asset: Asset) -> str:
    page = client.get(f"{asset.get_absolute_url()}?tab=activity", headers={"HX-Request": "true"})
    return " ".join(page.content.decode().replace("<wbr>", "").split())


# --- who may see what --------------------------------------------------------------------------------------------------

BOTH = """\
title: canary title
models:
  - {name: marts.orders, columns: [{name: id}]}
  - {name: hr.canary, columns: [{name: canary_id}]}
"""


@pytest.fixture
def shared(orders: Asset, steward: User) -> Asset:
    """A contract of two tables, one of which lies in a restricted domain."""
    contract = save_contract(asset=orders, content=BOTH.encode(), by=steward)[0].contract
    pour(SourceFactory(slug="hr"), [table("hr.canary", domain="people")])
    contract.tables.create(name="hr.canary", asset=Asset.objects.get(path="hr.canary"))
    Domain.objects.filter(slug="people").update(restricted=True)
    return orders


def test_of_a_shared_contract_only_the_visible_part_is_told(
    as_viewer: Client, as_steward: Client, shared: Asset
) -> None:
    for query in ("", "&form=source", "&form=odcs", "&version=1"):
        shown = tab(as_viewer, shared, query)
        assert "canary" not in shown
        assert "other tables too" in shown
    for form in ("own", "odcs", "source"):
        response = as_viewer.get(f"/assets/{shared.uuid}/contract/file/?form={form}")
        assert (response.status_code == 200) == (form == "own")
        assert "canary" not in response.content.decode()
    assert "canary" not in as_viewer.get("/contracts/").content.decode()
    assert as_steward.get(f"/assets/{shared.uuid}/contract/").status_code == 403


def test_nor_what_happened_to_the_other_part(as_viewer: Client, shared: Asset, steward: User) -> None:
    rights.give(steward, "view_domain", Domain.objects.get(slug="people"))
    for number, text in enumerate((BOTH.replace("canary_id", "canary_key"), BOTH.replace("{name: id}", "{name: key}"))):
        save_contract(asset=shared, content=f"version: {number + 3}.0.0\n{text}".encode(), by=steward)
    told = happened(as_viewer, shared)
    assert "canary" not in told
    assert "Contract 4.0.0" in told
    assert "Contract 3.0.0" not in told


def test_an_invisible_table_has_no_contract_at_all(as_viewer: Client, shared: Asset) -> None:
    hidden = Asset.objects.get(path="hr.canary")
    for path in (f"/assets/{hidden.uuid}/contract/", f"/assets/{hidden.uuid}/contract/file/"):
        assert as_viewer.get(path).status_code == 404
