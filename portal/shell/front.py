"""What the home page asks of the rooms: a constant number of queries, all through what the person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import Asset, Keeping
from catalog.queries import contracts, news, overview, personal, saved_views, usage
from catalog.queries.badges import badges_of
from catalog.queries.contracts import Coverage
from catalog.queries.news import News
from catalog.queries.personal import Personal
from catalog.queries.saved_views import ListedView
from portal.kernel.authz import ask
from portal.kernel.slots import Badge
from quality import queries as quality
from quality.queries import Summary

VIEWS = 6
MINE = 8


@dataclass(frozen=True, slots=True)
class Owned:
    asset: Asset
    badges: Sequence[Badge]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an asset needs somebody: it is gone from its warehouse, the worst of its checks and freshness, promises that it
    breaks."""

    asset: Asset
    summary: Summary | None = None
    keeping: Keeping | None = None


@dataclass(frozen=True, slots=True)
class Front:
    mine: Sequence[Owned]
    has_more: bool  # is theirs than is shown
    attention: Sequence[Trouble]
    recent: Sequence[News]
    popular: Sequence[Asset]
    domains: Sequence[overview.DomainCount]
    kinds: Sequence[overview.KindCount]
    total: int
    may_add: bool
    personal: Personal
    coverage: Sequence[Coverage]
    views: Sequence[ListedView]

    @property
    def is_bare(self) -> bool:
        """Nothing was brought yet, or nothing that this person may see."""
        return not self.total


def page(user: Any) -> Front:
    kinds = overview.kinds(user)
    mine = overview.owned_by(user, MINE + 1)
    has_more = len(mine) > MINE
    mine = mine[:MINE]
    badges = badges_of(mine)
    return Front(
        mine=[Owned(asset, badges[asset.pk]) for asset in mine],
        has_more=has_more,
        attention=attention(user),
        recent=news.newest(user),
        popular=usage.popular(user),
        domains=overview.domains(user),
        kinds=kinds,
        total=sum(kind.count for kind in kinds),
        may_add=bool(ask(user, "catalog.ingest")),
        personal=personal.home(user),
        coverage=contracts.coverage(user),
        views=saved_views.listed(user, VIEWS),
    )


def attention(user: Any, limit: int = 8) -> list[Trouble]:
    """An asset once, whatever is wrong with it: those that are gone first, then those that break a promise, then the worst
    checked."""
    gone = {asset.pk: asset for asset in overview.gone(user, limit)}
    broken = {kept.asset_id: kept for kept in contracts.broken(user, limit)}
    checked = {asset.pk: (asset, summary) for asset, summary in quality.needing_attention(user, limit)}
    assets = gone | {pk: kept.asset for pk, kept in broken.items()} | {pk: asset for pk, (asset, _) in checked.items()}
    found = [Trouble(asset, checked.get(pk, (None, None))[1], broken.get(pk)) for pk, asset in assets.items()]
    return found[:limit]
