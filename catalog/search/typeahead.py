"""Results while typing, grouped by kind; the exact name is always the very first."""

from __future__ import annotations

from typing import Any

from catalog.kinds import KINDS
from catalog.search.matching import match
from catalog.search.results import matched_columns
from portal.kernel.slots import Hit, HitGroup


def assets(user: Any, text: str, limit: int) -> list[HitGroup]:
    """Groups in the order of their best hit."""
    found = match(user, text)
    if not found.words:
        return []
    ranked: Any = found.rows  # annotated with rank, which the type does not tell
    rows = list(ranked.order_by("-rank", "path", "pk")[:limit])
    columns = matched_columns([row.pk for row in rows], found.words)
    groups: dict[str, list[Hit]] = {}
    for row in rows:
        look = KINDS[row.kind]
        hit = Hit(
            title=row.title,
            path=row.path,
            url=row.get_absolute_url(),
            icon=look.icon,
            kind=look.label,
            matched=", ".join(columns.get(row.pk, [])[:2]),
        )
        groups.setdefault(look.plural, []).append(hit)
    return [HitGroup(label=label, hits=hits) for label, hits in groups.items()]
