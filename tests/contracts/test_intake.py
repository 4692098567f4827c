"""A folder of contracts through the whole intake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.capabilities import SourceFile
from catalog.models import Asset, Contract, ContractTable, ContractVersion, IngestionRun, RunWarning, Source
from catalog.services.contracts import save_contract
from catalog.states import RunState
from portal.accounts.models import User
from tests.contracts.texts import ORDERS
from tests.factories import SourceFactory, asset, pour, table

pytestmark = pytest.mark.django_db
Ingest = Callable[..., IngestionRun]
LOOSER = ORDERS.replace("error_after: 4 hours", "error_after: 9 hours")


@pytest.fixture
def git(db: None) -> Source:
    return SourceFactory(slug="git", kind="contracts", namespace="")


@pytest.fixture
def orders(db: None) -> Asset:
    return asset("marts.orders", columns=("id", "amount", "created_at"))


def file(text: str = ORDERS, name: str = "marts/orders.yaml") -> SourceFile:
    return SourceFile.of(name, text.encode())


def test_a_contract_finds_its_table_and_becomes_a_version(ingest: Ingest, git: Source, orders: Asset) -> None:
    run = ingest(git, file())
    assert run.state == RunState.SUCCEEDED, run.error
    assert Asset.objects.count() == 1
    version = ContractVersion.objects.get()
    assert (version.number, version.sequence, version.verdict, version.form) == ("1.0.0", 1, "none", "own")
    assert bytes(version.content).decode() == ORDERS
    assert ContractTable.objects.get().asset == orders
    assert (run.figures["contracts"], run.figures["contract_versions"]) == (1, 1)


def test_the_same_again_is_no_new_version(ingest: Ingest, git: Source, orders: Asset) -> None:
    ingest(git, file())
    assert ingest(git, file()).figures["contract_versions"] == 0
    assert ContractVersion.objects.count() == 1


def test_a_change_is_a_version_with_its_verdict(ingest: Ingest, git: Source, orders: Asset) -> None:
    ingest(git, file())
    assert ingest(git, file(LOOSER)).figures["contracts_breaking"] == 1
    newest = ContractVersion.objects.latest("sequence")
    assert (newest.sequence, newest.number, newest.verdict) == (2, "2.0.0", "breaking")
    assert [change["rule"] for change in newest.changes] == ["freshness-loosened"]


def test_a_declared_number_is_kept(ingest: Ingest, git: Source, orders: Asset) -> None:
    ingest(git, file(f"version: 3.1.4\n{ORDERS}"))
    assert ContractVersion.objects.get().number == "3.1.4"


def test_a_document_that_is_gone_is_retired_and_comes_back(ingest: Ingest, git: Source, orders: Asset) -> None:
    other = file("model: {name: marts.users}", "users.yaml")
    ingest(git, file(), other)
    assert ingest(git, other).figures["contracts_retired"] == 1
    assert Contract.objects.get(key="marts/orders.yaml").retired_at is not None
    assert not ContractTable.objects.filter(asset=orders).exists()
    ingest(git, file(), other)
    assert ContractTable.objects.get(asset=orders).contract.retired_at is None
    assert ContractVersion.objects.filter(contract__key="marts/orders.yaml").count() == 1


def test_what_it_declares_reaches_the_catalog(ingest: Ingest, git: Source, orders: Asset) -> None:
    text = (
        ORDERS.replace("description: its number", "description: its number\n      pii: email")
        + "owner: commerce-data\n"
    )
    ingest(git, file(text))
    column = orders.columns.get(name="id")
    assert (column.description, column.pii, column.pii_reason) == ("its number", "email", "declared in contract")
    assert [owner.name for owner in orders.owners.all()] == ["commerce-data"]


def test_a_table_that_nobody_knows_waits_as_unmatched(ingest: Ingest, git: Source) -> None:
    run = ingest(git, file())
    assert Asset.objects.get().stub
    assert run.figures["unmatched"] == 1


def test_a_person_s_version_stays_until_the_file_changes(
    ingest: Ingest, git: Source, orders: Asset, steward: User
) -> None:
    ingest(git, file())
    save_contract(asset=orders, content=LOOSER.encode(), by=steward)
    ingest(git, file())
    assert ContractVersion.objects.latest("sequence").by == steward
    ingest(git, file(ORDERS.replace("4 hours", "5 hours")))
    assert ContractVersion.objects.latest("sequence").sequence == 3


def test_what_a_person_wrote_and_then_committed_is_one_version(
    ingest: Ingest, git: Source, orders: Asset, steward: User
) -> None:
    ingest(git, file())
    save_contract(asset=orders, content=LOOSER.encode(), by=steward)
    assert ingest(git, file(LOOSER)).figures["contract_versions"] == 0


def test_a_second_contract_of_one_table_is_told_and_left_out(ingest: Ingest, git: Source, orders: Asset) -> None:
    ingest(git, file(), file(LOOSER, "other.yaml"))
    assert ContractTable.objects.get().contract.key == "marts/orders.yaml"
    assert RunWarning.objects.filter(message__contains="has a contract already").exists()


def test_a_broken_contract_ends_the_run_and_leaves_nothing(ingest: Ingest, git: Source, orders: Asset) -> None:
    run = ingest(git, file(), SourceFile.of("bad.yaml", b"model:\n  name: t\n  colums: []\n"))
    assert run.error == "bad.yaml: line 3, column 3: model.colums: is not known; did you mean “columns”?"
    assert not Contract.objects.exists()


def test_a_file_of_another_kind_is_left_out_with_a_warning(ingest: Ingest, git: Source, orders: Asset) -> None:
    run = ingest(git, file(), SourceFile.of("dbt_project.yml", b"name: shop\n"))
    assert run.state == RunState.SUCCEEDED
    assert RunWarning.objects.get().file == "dbt_project.yml"


def test_it_costs_as_many_statements_for_many(ingest: Ingest, git: Source, count_queries: Any) -> None:
    pour(SourceFactory(), [table(f"marts.t{n}") for n in range(40)])

    def files(number: int, note: str) -> list[SourceFile]:
        return [file(f"title: {note}\nmodel: {{name: marts.t{n}}}", f"t{n}.yaml") for n in range(number)]

    few = count_queries(lambda: ingest(git, *files(2, "a")))
    many = count_queries(lambda: ingest(git, *files(40, "b")))
    assert many <= few + 12


def test_the_corpus_comes_in_at_once(ingest: Ingest, git: Source, corpus: Path) -> None:
    names = [*(corpus / "odcs/examples").rglob("*.yaml"), *(corpus / "datacontract_spec/examples").rglob("*.yaml")]
    run = ingest(git, *(SourceFile(name=str(path.relative_to(corpus)), load=path.read_bytes) for path in names))
    assert run.state == RunState.SUCCEEDED, run.error
    assert Contract.objects.count() == len(names)
    assert Asset.objects.filter(stub=True).count() > 70


def test_a_folder_is_read_by_its_files_below(tmp_path: Path, orders: Asset) -> None:
    (tmp_path / "marts").mkdir()
    (tmp_path / "marts" / "orders.yaml").write_text(ORDERS)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.yaml").write_text("broken: [")
    (tmp_path / "README.md").write_text("no")
    call_command("ingest", "contracts", str(tmp_path), source="git", verbosity=0)
    assert Contract.objects.get().key == "marts/orders.yaml"


def test_a_folder_without_contracts_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    with pytest.raises(CommandError, match=r"a\.yaml: is no contract"):
        call_command("ingest", "contracts", str(tmp_path), source="git", verbosity=0)


def test_a_note_is_about_the_table_that_it_names(ingest: Ingest, git: Source, orders: Asset) -> None:
    """Who may not see the table is then not told of it (catalog.queries.runs)."""
    head = "kind: DataContract\napiVersion: v3.1.0\nid: a\nversion: 1.0.0\nstatus: active\n"
    text = f"{head}schema: [{{name: other}}, {{name: marts.orders, frobozz: 1}}]\n"
    ingest(git, file(text), file(ORDERS, "z.yaml"))
    for part in ("frobozz", "has a contract already"):
        assert RunWarning.objects.get(message__contains=part).asset == orders
