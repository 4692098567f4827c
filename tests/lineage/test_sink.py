"""Edges come in, are closed when nobody reports them, and are seen with the reader's eyes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from catalog.facts import EdgeFact
from catalog.models import Asset, Source
from lineage.models import Edge
from lineage.queries import neighbours as queries
from tests.factories import SourceFactory, UserFactory, pour, table

pytestmark = pytest.mark.django_db

RAW, MART = table("raw.orders", key="raw"), table("marts.orders", key="mart")
EDGE = EdgeFact(upstream="raw", downstream="mart")


def test_an_edge_that_is_reported_twice_is_one(source: Source) -> None:
    pour(source, [RAW, MART, EDGE, EDGE])
    run = pour(source, [RAW, MART, EDGE])
    assert (run.figures["edges"], run.figures["edges_new"]) == (1, 0)
    assert Edge.objects.count() == 1


def test_an_edge_that_is_no_longer_reported_is_closed_and_opens_anew(source: Source) -> None:
    pour(source, [RAW, MART, EDGE])
    pour(source, [RAW, MART])
    assert Edge.objects.get().closed_at is not None
    pour(source, [RAW, MART, EDGE])
    assert (Edge.objects.count(), Edge.objects.open().count()) == (2, 1)


def test_one_source_never_closes_what_another_reports(source: Source) -> None:
    other = SourceFactory(namespace=source.namespace)
    for each in (source, other):
        pour(each, [RAW, MART, EDGE])
    pour(other, [RAW, MART])
    assert Edge.objects.open().get().source == source


def test_two_keys_of_one_table_make_no_edge_to_itself(source: Source) -> None:
    pour(source, [RAW, table("raw.orders", key="mart", materialized=""), EDGE])
    assert not Edge.objects.exists()


def test_the_database_refuses_an_edge_to_itself(source: Source) -> None:
    pour(source, [RAW])
    asset = Asset.objects.get()
    with pytest.raises(IntegrityError):
        Edge.objects.create(upstream=asset, downstream=asset, source=source, first_seen=timezone.now())


def test_what_may_not_be_seen_is_told_to_exist_without_name_or_number(source: Source, restricted: Any) -> None:
    hidden = table("raw.orders", key="raw", domain="people")
    pour(source, [hidden, MART, EDGE])
    found = queries.neighbours(UserFactory(), Asset.objects.get(path="marts.orders"))
    assert (list(found.upstream), found.upstream_hidden) == ([], True)


def test_code_that_names_something_hidden_is_withheld(source: Source, restricted: Any, as_viewer: Client) -> None:
    made = table("marts.orders", key="mart", code="select * from {{ ref('salaries') }}")
    pour(source, [table("raw.salaries", key="raw", domain="people"), made, EDGE])
    asset = Asset.objects.get(path="marts.orders")
    page = as_viewer.get(f"{asset.get_absolute_url()}?tab=code").content.decode()
    told = as_viewer.get(f"/api/v1/assets/{asset.uuid}/").json()
    assert "salaries" not in page
    assert told["definition"]["code"] == ""
    Asset.objects.update(domain=None)
    assert "salaries" in as_viewer.get(f"{asset.get_absolute_url()}?tab=code").content.decode()
