"""Curated metadata as a file, piece by piece: nothing holds the whole of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from catalog.curation import sheets
from catalog.exchange import yamls
from catalog.exchange.view import COLUMNS, OF_COLUMN, View
from catalog.models import Asset

BATCH = 200
TYPES = {"csv": "text/csv; charset=utf-8", "yaml": "application/yaml; charset=utf-8"}


def written(user: Any, asset_ids: Sequence[int], form: str, *, columns: bool) -> Iterator[str]:
    """In the order of the ids; columns without anything said of them are left out."""
    yield sheets.line(COLUMNS) if form == "csv" else "assets:\n" if asset_ids else "assets: []\n"
    for start in range(0, len(asset_ids), BATCH):
        ids = asset_ids[start : start + BATCH]
        found = Asset.objects.visible_to(user).live().select_related("domain").in_bulk(ids)
        assets = [found[pk] for pk in ids if pk in found]
        for line in View(user, assets, columns=None if columns else ()).lines():
            if line.column is not None and not any(line.cells[name] for name in OF_COLUMN):
                continue
            if form == "csv":
                yield sheets.line([line.text(name) for name in COLUMNS])
            else:
                yield yamls.item({name: line.cells[name] for name in COLUMNS if line.cells[name]})
