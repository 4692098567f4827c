"""Assets and edges without a run around them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from catalog.models import Asset, AssetName, Column, Source
from lineage.claims import Claim, ColumnUse
from lineage.services.telling import Scope, Told, tell
from lineage.states import Confidence, Detail, Use

NAMESPACE = "postgres://test"


def thing(path: str, kind: str = "table", columns: Iterable[str] = (), **fields: Any) -> Asset:
    schema, _, title = path.rpartition(".")
    now = timezone.now()
    values: dict[str, Any] = {
        "kind": kind,
        "platform": "postgres",
        "namespace": NAMESPACE,
        "name": f"db.{path}",
        "database": "db",
        "schema": schema,
        "title": title,
        "path": path,
        "address": path,
        "section": {"dashboard": "dashboards", "ml_model": "models", "job": "jobs"}.get(kind, "datasets"),
        "created_at": now,
        "changed_at": now,
    }
    made = Asset.objects.create(**values | fields)
    name = values["name"]
    AssetName.objects.create(asset=made, namespace=NAMESPACE, name=name, folded=name, canonical=True)
    Column.objects.bulk_create(Column(asset=made, name=name, position=place) for place, name in enumerate(columns, 1))
    return made


def things(count: int, prefix: str = "many") -> list[Asset]:
    return [thing(f"{prefix}.t{number:05d}") for number in range(count)]


def claim(
    up: Asset,
    down: Asset,
    *columns: tuple[str, str, Use],
    detail: Detail = Detail.ALL,
    confidence: Confidence = Confidence.PARSED,
    **more: Any,
) -> Claim:
    uses = frozenset(ColumnUse(*column) for column in columns)
    return Claim(upstream=up.pk, downstream=down.pk, confidence=confidence, columns=uses, detail=detail, **more)


def told(source: Source, *claims: Claim, now: datetime | None = None) -> Told:
    """All that the source parses."""
    return tell(scope=Scope(source=source, confidence=Confidence.PARSED), claims=claims, now=now or timezone.now())
