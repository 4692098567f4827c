"""The catalog's own panels in the rail of an asset's page."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Asset
from catalog.queries import assets
from catalog.queries import identity as identities
from catalog.queries import usage as usages
from portal.kernel.authz import ask
from portal.kernel.slots import Panel

PROPERTIES = 6  # shown at once; the rest unfolds
# shown in the head or by the room that knows it
ELSEWHERE = frozenset({"freshness", "tier", "owner", "owners", "group", "domain", "pii", "tags", "description"})


def produced_by(request: HttpRequest, asset: Asset) -> Panel | None:
    """Where the asset comes from and when it was last made."""
    sources = assets.sources_of(asset)
    build = getattr(asset, "last_build", None)
    if not (sources or build):
        return None
    context = {"sources": sources, "build": build, "definition": getattr(asset, "definition", None)}
    return Panel(title="Produced by", template="catalog/panels/produced_by.html", context=context, rank=40)


def usage(request: HttpRequest, asset: Asset) -> Panel | None:
    """Reads of thirty days, by whom, together with what."""
    found = usages.of_asset(request.user, asset)
    if found is None:
        return None
    context = {"usage": found, "asset": asset}
    return Panel(title="Usage", template="catalog/panels/usage.html", context=context, rank=30)


def identity(request: HttpRequest, asset: Asset) -> Panel:
    """Every name by which it goes, what was merged into it or split off, and the way back."""
    may = ask(request.user, "catalog.merge", asset)
    context = {
        "asset": asset,
        "names": list(asset.names.order_by("-canonical", "namespace", "name")),
        "merges": list(identities.merges_of(request.user, asset)),
        "splits": list(identities.splits_of(request.user, asset)) if may else [],
        "may_merge": may,
    }
    return Panel(title="Also known as", template="catalog/identity/panel.html", context=context, rank=90)


def properties(request: HttpRequest, asset: Asset) -> Panel | None:
    """What its sources say beside: who owns the relation, how it is cut up, when it was altered."""
    meta = asset.meta.items()
    told = [(name, value) for name, value in meta if value not in (None, "", [], {}) and name not in ELSEWHERE]
    if not (told or asset.altered_at):
        return None
    context = {"asset": asset, "shown": told[:PROPERTIES], "more": told[PROPERTIES:]}
    return Panel(title="Properties", template="catalog/panels/properties.html", context=context, rank=50)
