"""What the drawer of a column shows of lineage."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Asset, Column
from lineage.queries.column_map import column_map
from portal.kernel.slots import Panel


def lineage(request: HttpRequest, asset: Asset, column: Column) -> Panel | None:
    found = column_map(request.user, asset, column.name)
    context = {"map": found, "asset": asset, "column": column}
    return Panel(title="Lineage", template="lineage/parts/column_part.html", context=context, rank=10)
