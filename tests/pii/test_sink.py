"""At each intake names and samples are looked at; what is found stands with its reason, and nothing of the samples does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from catalog.facts import AssetFact, ColumnFact, Fact, SampleFact
from catalog.models import Annotation, Asset, AssetChange, Column, PiiFinding, Source
from catalog.states import ChangeKind, Field
from portal.accounts.models import User
from tests.factories import SourceFactory, pour, table

pytestmark = pytest.mark.django_db
MAILS = [f"anna.{number}@mail.example" for number in range(50)]
CANARY = "quetzalcoatl"


def users(*columns: str) -> AssetFact:
    return table("raw.users", columns or ("id", "email", "note"))


def sample(fact: AssetFact, **values: list[str]) -> SampleFact:
    return SampleFact(asset=fact.key, values=values)


def column(name: str, path: str = "raw.users") -> Column:
    return Column.objects.get(asset__path=path, name=name)


def told(name: str) -> tuple[str, str]:
    return column(name).pii, column(name).pii_reason


def test_a_name_that_speaks_for_itself_sets_the_class(source: Source) -> None:
    run = pour(source, [users()])
    assert told("email") == ("email", "named like an e-mail address")
    assert Asset.objects.get().pii == ["email"]
    assert run.figures["pii_findings"] == PiiFinding.objects.count() == 1


def test_the_table_says_whose_name_it_is(source: Source) -> None:
    pour(source, [users("name"), table("raw.products", ["name"])])
    assert column("name").pii == "name"
    assert column("name", "raw.products").pii == ""


def test_values_are_found_where_the_name_says_nothing(source: Source) -> None:
    fact = users("id", "c7")
    pour(source, [fact, sample(fact, c7=MAILS)])
    assert told("c7") == ("email", "50 of 50 values look like e-mail addresses")
    finding = PiiFinding.objects.get()
    assert finding.figures == {"matched": 50, "looked_at": 50}
    assert 0.9 < finding.confidence < 1


def test_values_that_do_not_fit_take_the_class_from_the_name(source: Source) -> None:
    fact = users()
    pour(source, [fact])
    pour(source, [fact, sample(fact, email=[f"ORD-{number}" for number in range(50)])])
    assert told("email") == ("", "")
    assert {row.evidence for row in PiiFinding.objects.all()} == {"name", "values"}


def test_hashed_values_leave_the_class_to_the_name(source: Source) -> None:
    fact = users()
    pour(source, [fact, sample(fact, email=[f"{number:064x}" for number in range(50)])])
    assert column("email").pii == "email"


def test_samples_name_columns_in_any_case(source: Source) -> None:
    fact = users("id", "C7")
    pour(source, [fact, sample(fact, c7=MAILS)])
    assert column("C7").pii == "email"


def test_what_a_source_declares_stays(source: Source) -> None:
    fact = replace(
        users(), columns=(ColumnFact(name="email", position=1, pii="login", pii_reason="declared in dbt meta"),)
    )
    pour(source, [fact, sample(fact, email=MAILS)])
    assert told("email") == ("username", "declared in dbt meta")
    assert PiiFinding.objects.count() == 2


def test_what_a_person_decided_stays(source: Source, steward: User) -> None:
    pour(source, [users("id")])
    asset = Asset.objects.get()
    value = {"class": "", "reason": "support's own address"}
    Annotation.objects.create(
        asset=asset, column="email", field=Field.PII, value=value, by=steward, at=asset.created_at
    )
    pour(source, [users("id", "email")])
    assert told("email") == ("", "decided by stew: support's own address")


def test_the_same_again_writes_nothing(source: Source) -> None:
    fact = users()
    facts: list[Fact] = [fact, sample(fact, note=MAILS)]
    pour(source, facts)
    before = list(PiiFinding.objects.order_by("id").values())
    run = pour(source, facts)
    assert list(PiiFinding.objects.order_by("id").values()) == before
    assert run.figures["pii_findings"] == 0
    assert AssetChange.objects.filter(run=run).count() == 0


def test_a_new_table_has_one_line_of_activity_and_a_known_one_tells_its_new_class(source: Source) -> None:
    fact = users("id", "c7")
    pour(source, [fact])
    assert [row.kind for row in AssetChange.objects.all()] == [ChangeKind.CREATED]
    run = pour(source, [fact, sample(fact, c7=MAILS)])
    assert AssetChange.objects.get(run=run).diff == {"columns": {"changed": {"c7": {"pii": ["", "email"]}}}}


def test_the_reason_goes_with_the_column_and_comes_back_with_it(source: Source) -> None:
    pour(source, [users(), table("raw.users_2", ["id"])])
    pour(source, [replace(users("id"), columns_known=True), table("raw.users_2", ["id"])])
    assert not PiiFinding.objects.exists()
    assert Asset.objects.get(path="raw.users").pii == []
    pour(source, [users(), table("raw.users_2", ["id"])])
    assert told("email") == ("email", "named like an e-mail address")


def test_deriving_an_asset_anew_says_the_same(source: Source) -> None:
    fact = users("id", "c7", "email")
    pour(source, [fact, sample(fact, c7=MAILS)])
    before = list(Column.objects.order_by("id").values_list("name", "pii", "pii_reason"))
    pour(source, [replace(fact, description="new words")])
    assert list(Column.objects.order_by("id").values_list("name", "pii", "pii_reason")) == before
    assert Asset.objects.get().pii == ["email"]


def test_assets_read_by_older_rules_are_read_again(source: Source) -> None:
    run = pour(source, [users()])
    PiiFinding.objects.all().delete()
    run.figures["pii_rules"] = 0
    run.save()
    pour(source, [users()])
    assert PiiFinding.objects.count() == 1


def test_a_sample_of_an_unknown_table_or_column_is_passed_over(source: Source) -> None:
    fact = users("id")
    pour(source, [fact, SampleFact(asset="nobody", values={"x": MAILS}), sample(fact, gone=MAILS)])
    assert not PiiFinding.objects.exists()


def test_a_thousand_tables_cost_as_many_statements_as_two(
    count_queries: Callable[[Callable[[], Any]], int],
) -> None:
    def read(size: int) -> Callable[[], Any]:
        source = SourceFactory()
        facts = [table(f"s{source.pk}.users_{n}", ["id", "email", "name"], key=f"k{n}") for n in range(size)]
        return lambda: pour(source, facts)

    assert count_queries(read(2)) == count_queries(read(200))


def test_no_sampled_value_is_kept_or_logged(
    source: Source, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The canary is in values of every form: in those that match, in those that make a validator raise, in long ones."""
    caplog.set_level(logging.DEBUG)
    fact = users("id", "email", "phone", "iban", "note", "ip", "born")
    odd = [f"{CANARY}{number}" for number in range(30)]
    values = {
        "email": [f"{CANARY}.{number}@mail.example" for number in range(50)],
        "phone": [f"+49 30 9018{number:02d} ext. {CANARY}" for number in range(30)],
        "iban": [f"DE89{CANARY}{number}" for number in range(30)],
        "note": [f"{CANARY}\0{'x' * 100_000}{number}" for number in range(10)],
        "ip": [f"10.0.{CANARY}.{number}" for number in range(30)],
        "born": odd,
    }
    pour(source, [fact, sample(fact, **values)])
    assert column("email").pii == "email"
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())
    assert tables_with(CANARY) == []
    assert CANARY not in repr(sample(fact, **values))


def tables_with(text: str) -> list[str]:
    """Tables of the whole database that have the text anywhere in a row."""
    with connection.cursor() as cursor:
        found = []
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{name}" t WHERE t::text ILIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def test_the_search_for_the_canary_finds_what_is_there(source: Source) -> None:
    pour(source, [users(CANARY)])
    assert "catalog_column" in tables_with(CANARY)
