from __future__ import annotations

import pytest

from catalog.models import Asset, Source
from tests.factories import SourceFactory, pour, table

SAID = table("marts.orders", ["id", "email"], description="from dbt", tags=("gold",))


@pytest.fixture
def orders(db: None) -> Asset:
    source: Source = SourceFactory(title="Shop dbt")
    pour(source, [SAID, table("marts.revenue", ["id"]), table("marts.old_orders", ["id"])])
    return Asset.objects.get(path="marts.orders")
