"""What the drawer of a column shows of those that speak of it: where they differ from the warehouse, what is promised."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Asset, Column
from catalog.queries import contracts, differences
from portal.kernel.slots import Panel


def sources(request: HttpRequest, asset: Asset, column: Column) -> Panel | None:
    folded = column.name.casefold()
    found = [each for each in differences.of_asset(asset).differences if each.column.casefold() == folded]
    promise = contracts.promise_of(request.user, asset, column.name)
    if not found and promise is None:
        return None
    context = {"asset": asset, "column": column, "differences": found, "promise": promise}
    title = "Its sources do not agree" if found else "Contract"
    return Panel(title=title, template="catalog/panels/column_sources.html", context=context, rank=5)
