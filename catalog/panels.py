"""The catalog's own panels in the rail of an asset's page."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Asset, LastBuild
from catalog.queries import assets
from catalog.queries import usage as usages
from portal.kernel.slots import Panel


def produced_by(request: HttpRequest, asset: Asset) -> Panel | None:
    """Where the asset comes from and when it was last made."""
    said = [row for row in assets.said_by(asset) if row.retired_at is None]
    build = LastBuild.objects.filter(asset=asset).first()
    if not (said or build):
        return None
    context = {"said": said, "build": build, "definition": getattr(asset, "definition", None)}
    return Panel(title="Produced by", template="catalog/panels/produced_by.html", context=context, rank=40)


def usage(request: HttpRequest, asset: Asset) -> Panel | None:
    """Reads of thirty days, by whom, together with what."""
    found = usages.of_asset(request.user, asset)
    if found is None:
        return None
    context = {"usage": found, "asset": asset}
    return Panel(title="Usage", template="catalog/panels/usage.html", context=context, rank=30)
