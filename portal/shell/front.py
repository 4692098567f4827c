"""What the home page asks of the rooms: a constant number of queries, all through what the person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import Asset
from catalog.queries import activity, overview
from catalog.queries.badges import badges_of
from portal.kernel.authz import ask
from portal.kernel.slots import Badge
from quality import queries as quality
from quality.queries import Summary


@dataclass(frozen=True, slots=True)
class Owned:
    asset: Asset
    badges: Sequence[Badge]


@dataclass(frozen=True, slots=True)
class News:
    """Changes of one run or person of one moment, told once."""

    first: activity.Activity
    others: Sequence[activity.Activity]


@dataclass(frozen=True, slots=True)
class Front:
    mine: Sequence[Owned]
    attention: Sequence[tuple[Asset, Summary]]
    recent: Sequence[News]
    domains: Sequence[overview.DomainCount]
    kinds: Sequence[overview.KindCount]
    total: int
    may_add: bool

    @property
    def is_bare(self) -> bool:
        """Nothing was brought yet, or nothing that this person may see."""
        return not self.total


def page(user: Any) -> Front:
    kinds = overview.kinds(user)
    mine = overview.owned_by(user)
    badges = badges_of([asset.pk for asset in mine])
    return Front(
        mine=[Owned(asset, badges[asset.pk]) for asset in mine],
        attention=quality.needing_attention(user),
        recent=_grouped(activity.recent(user, limit=40)),
        domains=overview.domains(user),
        kinds=kinds,
        total=sum(kind.count for kind in kinds),
        may_add=bool(ask(user, "catalog.ingest")),
    )


def _grouped(rows: Sequence[activity.Activity], limit: int = 7) -> list[News]:
    """One line for what one run did in the same way: an ingestion that brings 800 tables is one piece of news."""
    groups: dict[tuple[Any, ...], list[activity.Activity]] = {}
    for row in rows:
        change = row.change
        key = (change.run_id, change.by_id, change.kind) if change.run_id else (change.pk,)
        groups.setdefault(key, []).append(row)
    return [News(found[0], found[1:]) for found in list(groups.values())[:limit]]
