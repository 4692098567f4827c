"""Columns tell how often they are read, and their drawer where they come from and go to."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.facts import ColumnUseFact, EdgeFact
from catalog.models import Asset, Source
from lineage.queries.columns import readers
from portal.accounts.models import User
from tests.factories import pour, table

pytestmark = pytest.mark.django_db

USES = (ColumnUseFact("EMAIL", "contact", "identity"), ColumnUseFact("email", "", "filter"))


@pytest.fixture
def users(source: Source) -> Asset:
    marts = [table(f"marts.{name}", ["contact"], key=name) for name in ("one", "two")]
    edges = [EdgeFact(upstream="raw", downstream=name, columns=USES) for name in ("one", "two")]
    pour(source, [table("raw.users", ["email", "id"], key="raw"), *marts, *edges])
    return Asset.objects.get(path="raw.users")


def test_a_column_counts_the_things_that_read_it(users: Asset, viewer: User) -> None:
    assert readers(viewer, users) == {"email": 2}


def test_what_one_may_not_see_is_not_counted(users: Asset, viewer: User, restricted: Any) -> None:
    Asset.objects.filter(path="marts.one").update(domain=restricted)
    assert readers(viewer, users) == {"email": 1}


def test_the_table_of_columns_leads_to_what_a_change_would_hit(users: Asset, as_viewer: Client) -> None:
    text = as_viewer.get(f"{users.get_absolute_url()}?tab=schema").content.decode()
    assert f"/lineage/impact/?asset={users.uuid}&amp;column=email" in text
    assert "Read by 2" in text


def test_the_drawer_shows_where_a_column_goes(users: Asset, as_viewer: Client, restricted: Any) -> None:
    Asset.objects.filter(path="marts.one").update(domain=restricted)
    text = as_viewer.get(f"{users.get_absolute_url()}?column=email").content.decode()
    assert "two" in text
    assert "marts.<wbr>one" not in text
    assert "What a change would hit" in text
