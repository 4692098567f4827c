"""The catalog's own panels in the rail of an asset's page."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Asset, LastBuild
from catalog.queries import assets
from portal.kernel.slots import Panel


def produced_by(request: HttpRequest, asset: Asset) -> Panel | None:
    """Where the asset comes from and when it was last made."""
    said = [row for row in assets.said_by(asset) if row.retired_at is None]
    build = LastBuild.objects.filter(asset=asset).first()
    if not (said or build):
        return None
    context = {"said": said, "build": build, "definition": getattr(asset, "definition", None)}
    return Panel(title="Produced by", template="catalog/panels/produced_by.html", context=context, rank=40)
