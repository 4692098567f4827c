"""Assets and their columns as lines of a table: what counts now, as one person sees it. Export and import share it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.curation.sheets import joined
from catalog.models import Annotation, Asset, AssetOwner, Column
from catalog.queries import glossary
from catalog.states import Field

WHERE = ("asset", "id", "column")
OF_ASSET = ("description", "owners", "domain", "tags", "terms", "tier", "certified", "certified_note")
OF_DEPRECATION = ("deprecated", "successor", "deprecation_note")
OF_COLUMN = ("description", "tags", "terms", "pii")
COLUMNS = (*WHERE, *OF_ASSET, *OF_DEPRECATION, "pii")
LISTS = ("owners", "tags", "terms")
LABELS = {
    "description": "Description",
    "owners": "Owners",
    "domain": "Domain",
    "tags": "Tags",
    "terms": "Glossary terms",
    "tier": "Tier",
    "certified": "Certified",
    "certified_note": "What was checked",
    "deprecated": "Deprecated from",
    "successor": "Use instead",
    "deprecation_note": "Why it is deprecated",
    "pii": "PII class",
}


@dataclass(frozen=True, slots=True)
class Line:
    asset: Asset
    column: Column | None
    cells: Mapping[str, Any]  # a list where the cell is one

    def text(self, name: str) -> str:
        return as_text(self.cells[name])


def as_text(value: Any) -> str:
    return joined(value) if isinstance(value, list) else str(value)


class View:
    """A constant number of queries for a batch of assets. Terms and successors that the person does not see are left out."""

    def __init__(self, user: Any, assets: Sequence[Asset], *, columns: Collection[str] | None = None) -> None:
        """``columns``: only those of these names; none if empty, all if None."""
        self.assets = assets
        ids = [asset.pk for asset in assets]
        self.owners: dict[int, list[AssetOwner]] = {}
        for owner in AssetOwner.objects.filter(asset__in=ids).select_related("user", "team").order_by("name"):
            self.owners.setdefault(owner.asset_id, []).append(owner)
        self.columns: dict[int, list[Column]] = {}
        rows = Column.objects.filter(asset__in=ids, retired_at=None).order_by("asset", "position", "id")
        rows = rows if columns is None else rows.filter(name__in=columns)
        for column in rows if columns is None or columns else ():
            self.columns.setdefault(column.asset_id, []).append(column)
        self.words = {
            (row.asset_id, row.column, row.field): row.value for row in Annotation.objects.filter(asset__in=ids)
        }
        ends = [asset.successor_id for asset in assets if asset.successor_id]
        seen = Asset.objects.visible_to(user).filter(pk__in=ends).values_list("pk", "path") if ends else ()
        self.successors = dict(seen)
        self.terms = set(glossary.visible(user).filter(retired_at=None).values_list("slug", flat=True))

    def lines(self) -> Iterator[Line]:
        for asset in self.assets:
            yield Line(asset, None, self._asset(asset))
            for column in self.columns.get(asset.pk, []):
                yield Line(asset, column, self._column(asset, column))

    def _asset(self, asset: Asset) -> dict[str, Any]:
        certified = self.words.get((asset.pk, "", Field.CERTIFIED))
        return {
            "asset": asset.path,
            "id": str(asset.uuid),
            "column": "",
            "description": asset.description,
            "owners": [owner_name(owner) for owner in self.owners.get(asset.pk, [])],
            "domain": asset.domain.slug if asset.domain else "",
            "tags": list(asset.tags),
            "terms": [slug for slug in asset.terms if slug in self.terms],
            "tier": asset.tier,
            "certified": "yes" if asset.certified_at else "",
            "certified_note": certified["note"] if certified else "",
            "deprecated": asset.deprecated_at.date().isoformat() if asset.deprecated_at else "",
            "successor": self.successors.get(asset.successor_id, "") if asset.successor_id else "",
            "deprecation_note": asset.deprecation_note,
            "pii": "",
        }

    def _column(self, asset: Asset, column: Column) -> dict[str, Any]:
        return {
            **dict.fromkeys(COLUMNS, ""),
            "asset": asset.path,
            "id": str(asset.uuid),
            "column": column.name,
            "description": column.description,
            "tags": list(column.tags),
            "terms": [slug for slug in column.terms if slug in self.terms],
            "pii": column.pii,
        }


def owner_name(owner: AssetOwner) -> str:
    return owner.team.slug if owner.team else owner.user.username if owner.user else owner.name
