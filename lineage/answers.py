"""The explorer's graph as JSON: the same for the page and the REST API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from catalog.models import Asset
from lineage.queries.drawing import Claim, Graph, Link, Node, Stub
from lineage.queries.hops import Counts, Look
from lineage.queries.tracing import ColumnPair
from portal.kernel.http import addresses


def as_json(graph: Graph, look: Look, *, by_column: bool) -> dict[str, Any]:
    """Plain values, in the order in which nodes were found."""
    jobs = _visible_jobs(graph, look)
    api_url, evidence_url = addresses("catalog-api:asset-detail"), addresses("lineage:evidence")
    return {
        "focus": str(graph.focus.uuid) if graph.focus else None,
        "column": graph.column or None,
        "as_of": _when(look.moments[0]),
        "compare": _when(look.moments[1]) or "now" if len(look.moments) > 1 else None,
        "known_since": _when(graph.known_since),
        "grain": "column" if by_column else "table",
        "nodes": [
            *(_node(node, api_url) for node in graph.nodes),
            *(_stub(stub) for stub in graph.stubs),
        ],
        "edges": [
            *(_link(link, jobs, evidence_url) for link in graph.links),
            *(_stub_edge(stub) for stub in graph.stubs),
        ],
        "circles": [[str(asset.uuid) for asset in way] for way in graph.circles],
        "partial": bool(graph.reasons),
        "reasons": [{"code": reason.code, "message": reason.message} for reason in graph.reasons],
    }


def _node(node: Node, api_url: Callable[[UUID], str]) -> dict[str, Any]:
    asset = node.asset
    return {
        "id": str(asset.uuid),
        "kind": asset.kind,
        "kind_label": asset.look.label,
        "icon": asset.look.icon,
        "title": asset.title,
        "path": asset.path,
        "platform": asset.platform,
        "schema": asset.schema,
        "domain": node.domain,
        "url": asset.get_absolute_url(),
        "api_url": api_url(asset.uuid),
        "level": node.level,
        "owner": node.owner,
        "tier": asset.tier,
        "pii": list(asset.pii),
        "stub": asset.stub,
        "retired": asset.retired_at is not None,
        "badges": [{"word": one.word, "tone": one.tone, "icon": one.icon, "slot": one.slot} for one in node.badges],
        "marks": {layer: mark._asdict() for one in node.badges for layer, mark in one.layers.items()},
        "columns": [{"name": one.name, "type": one.data_type, "pii": one.pii} for one in node.columns],
        "column_count": asset.column_count,
        "more": {"up": node.more_up.all, "down": node.more_down.all},
        "more_changed": {"up": _changed(node.more_up), "down": _changed(node.more_down)},
    }


def _changed(more: Counts) -> dict[str, int]:
    return {"added": more.added, "removed": more.removed}


def _stub(stub: Stub) -> dict[str, Any]:
    return {"id": stub.id, "restricted": True, "level": stub.level}


def _stub_edge(stub: Stub) -> dict[str, Any]:
    ends = (stub.id, str(stub.asset.uuid)) if stub.side == "up" else (str(stub.asset.uuid), stub.id)
    return {"id": f"{ends[0]}>{ends[1]}", "from": ends[0], "to": ends[1], "restricted": True}


def _link(link: Link, jobs: dict[int, Asset], evidence_url: Callable[[UUID], str]) -> dict[str, Any]:
    made = {claim.job_id: jobs[claim.job_id] for claim in link.claims if claim.job_id in jobs}
    return {
        "id": f"{link.upstream.uuid}>{link.downstream.uuid}",
        "from": str(link.upstream.uuid),
        "to": str(link.downstream.uuid),
        "confidence": sorted({claim.confidence for claim in link.claims}),
        "origins": [_origin(claim) for claim in link.claims],
        "jobs": [{"id": str(job.uuid), "title": job.title, "url": job.get_absolute_url()} for job in made.values()],
        "first_seen": _when(link.first_seen),
        "last_seen": _when(link.last_seen),
        "closed_at": _when(link.closed_at),
        "detail": link.detail.name.lower(),
        "columns": [_pair(pair) for pair in link.columns],
        "change": link.change or None,
        "evidence_url": evidence_url(link.claims[0].uuid),
    }


def _origin(claim: Claim) -> dict[str, Any]:
    return {"source": claim.source, "title": claim.said_by, "confidence": claim.confidence}


def _pair(pair: ColumnPair) -> dict[str, Any]:
    return {"from": pair.upstream, "to": pair.downstream, "use": str(pair.use.label)}


def _visible_jobs(graph: Graph, look: Look) -> dict[int, Asset]:
    ids = {claim.job_id for link in graph.links for claim in link.claims if claim.job_id}
    return Asset.objects.visible_to(look.user).in_bulk(ids) if ids else {}


def _when(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
