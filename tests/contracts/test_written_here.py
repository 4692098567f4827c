"""A contract that is saved in the portal tells of its tables what a file of the same text would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.capabilities import SourceFile
from catalog.models import Asset, AssetOwner, IngestionRun, Source
from catalog.queries import curation
from catalog.services.contracts import save_contract
from catalog.states import Field
from portal.accounts.models import User
from tests.factories import SourceFactory, UserFactory, asset

pytestmark = pytest.mark.django_db
Ingest = Callable[..., IngestionRun]
TEXT = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
team: {name: t, members: [{username: tom, role: owner}]}
schema:
  - name: orders
    physicalName: marts.orders
    description: What was ordered
    tags: [gold]
    properties:
      - {name: id, logicalType: string, description: its number}
      - {name: remark, logicalType: string, customProperties: [{property: pii, value: true}], tags: [contact]}
"""


@pytest.fixture
def orders(db: None) -> Asset:
    UserFactory(username="tom")
    return asset("marts.orders", columns=("id", "remark"))


@pytest.fixture
def git(db: None) -> Source:
    return SourceFactory(slug="git", kind="contracts", namespace="")


def told(asset: Asset) -> Any:
    asset.refresh_from_db()
    columns = asset.columns.filter(retired_at=None).order_by("position")
    return (
        asset.description,
        asset.tags,
        asset.pii,
        list(AssetOwner.objects.filter(asset=asset).values_list("name", "user__username")),
        list(columns.values_list("name", "description", "tags", "pii", "pii_reason")),
    )


def file(text: str = TEXT) -> SourceFile:
    return SourceFile.of("orders.yaml", text.encode())


def save(asset: Asset, by: User, text: str = TEXT) -> None:
    save_contract(asset=asset, content=text.encode(), by=by)


def test_it_tells_what_a_file_tells(ingest: Ingest, git: Source, orders: Asset, steward: User) -> None:
    save(orders, steward)
    by_hand = told(orders)
    assert by_hand[:3] == ("What was ordered", ["gold"], ["pii"])
    assert by_hand[3] == [("t", None), ("tom", "tom")]
    assert by_hand[4][1] == ("remark", "", ["contact"], "pii", "declared in contract")
    other = asset("marts.payments", columns=("id", "remark"))
    text = TEXT.replace("name: orders", "name: payments").replace("marts.orders", "marts.payments")
    run = ingest(git, file(text))
    assert run.error == ""
    assert told(other) == by_hand


def test_the_next_version_takes_its_place(orders: Asset, steward: User) -> None:
    save(orders, steward)
    save(
        orders,
        steward,
        TEXT.replace("What was ordered", "Orders")
        .replace("customProperties: [{property: pii, value: true}], ", "")
        .replace("\nversion: 1.0.0", "\nversion: 2.0.0"),
    )
    assert told(orders)[:3] == ("Orders", ["gold"], [])


def test_over_rest_as_well(orders: Asset, steward: User, bearer: Callable[..., dict[str, str]]) -> None:
    headers = bearer(steward, "read", "write")
    path = f"/api/v1/assets/{orders.uuid}/contract/"
    assert Client().put(path, TEXT, content_type="application/yaml", headers=headers).status_code == 201
    assert told(orders)[0] == "What was ordered"


def test_a_person_s_version_speaks_instead_of_the_file_until_that_changes(
    ingest: Ingest, git: Source, orders: Asset, steward: User
) -> None:
    ingest(git, file())
    save(orders, steward, TEXT.replace("What was ordered", "By hand").replace("[gold]", "[silver]"))
    assert told(orders)[:2] == ("By hand", ["silver"])
    changed = orders.changed_at
    ingest(git, file())
    assert told(orders)[:2] == ("By hand", ["silver"])
    assert orders.changed_at == changed
    ingest(git, file(TEXT.replace("What was ordered", "By file")))
    assert told(orders)[:2] == ("By file", ["gold"])


def test_what_the_source_no_longer_has_is_told_no_longer(
    ingest: Ingest, git: Source, orders: Asset, steward: User
) -> None:
    ingest(git, file())
    save(orders, steward, TEXT.replace("What was ordered", "By hand"))
    ingest(git, file(TEXT.replace("marts.orders", "marts.users").replace("name: orders", "name: users")))
    assert told(orders)[:2] == ("", [])


def test_the_page_says_that_the_contract_says_so(orders: Asset, steward: User) -> None:
    save(orders, steward)
    found = curation.place(orders, Field.DESCRIPTION)
    assert [(one.source, one.value) for one in found.told] == [("The contract", "What was ordered")]


def test_all_tables_of_the_document_are_told_anew(orders: Asset, steward: User, ingest: Ingest, git: Source) -> None:
    users = asset("marts.users")
    both = f"{TEXT}  - {{name: users, physicalName: marts.users, description: Who}}\n"
    ingest(git, file(both))
    save(orders, steward, both.replace("description: Who", "description: Whoever"))
    assert told(users)[0] == "Whoever"
