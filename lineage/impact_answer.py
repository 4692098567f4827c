"""What a change hits, as JSON: the same for the REST API, the command and downloads."""

from __future__ import annotations

from typing import Any

from catalog.models import Asset
from lineage.queries.impact import Hit, Impact, Step, Thing


def as_json(found: Impact) -> dict[str, Any]:
    return {
        "asset": _asset(found.asset),
        "column": found.column or None,
        "change": found.change,
        "direction": found.direction,
        "as_of": found.at.isoformat() if found.at else None,
        "known_since": found.known_since.isoformat() if found.known_since else None,
        "totals": dict(found.totals),
        "count": found.count,
        "hits": [_hit(hit) for hit in found.hits],
        "after": found.following,
        "partial": found.partial,
        "reasons": [{"code": one.code, "message": one.message} for one in found.reasons],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "asset": _asset(hit.asset),
        "column": hit.column or None,
        "use": str(hit.use.label) if hit.use is not None else None,
        "distance": hit.distance,
        "path": [_step(step) for step in hit.path],
        "owners": list(hit.owners),
        "tier": hit.asset.tier,
        "sure": hit.sure,
        "root": hit.root,
        "badges": [{"word": one.word, "tone": one.tone, "icon": one.icon, "slot": one.slot} for one in hit.badges],
    }


def _step(step: Step) -> dict[str, Any]:
    if step.asset is None:
        return {"restricted": True}
    use = str(step.use.label) if step.use is not None else None
    return {**_asset(step.asset), "column": step.column or None, "use": use}


def _asset(asset: Asset | Thing) -> dict[str, Any]:
    return {
        "id": str(asset.uuid),
        "kind": asset.kind,
        "title": asset.title,
        "path": asset.path,
        "url": asset.get_absolute_url(),
    }
