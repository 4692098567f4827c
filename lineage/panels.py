from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Asset
from lineage.queries import neighbours as queries
from portal.kernel.slots import Panel


def neighbours(request: HttpRequest, asset: Asset) -> Panel | None:
    """How many read it and what it reads; dashboards, models and the like by name."""
    found = queries.neighbours(request.user, asset)
    if not (found.upstream or found.downstream or found.upstream_hidden or found.downstream_hidden):
        return None
    context = {"neighbours": found, "asset": asset}
    return Panel(title="Lineage", template="lineage/panels/neighbours.html", context=context, rank=10)
