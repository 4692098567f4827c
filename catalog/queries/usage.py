"""Who reads an asset, how often, together with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from catalog.models import Asset, JoinedWith, UsageDay
from portal.accounts.models import User

DAYS = 30
READERS, PARTNERS = 5, 5
RANKS = (10, 50, 100)
CHART_HEIGHT = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart, in its coordinates."""

    day: date
    reads: int
    x: int
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    reads: int
    person: User | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    asset: Asset
    times: int


@dataclass(frozen=True, slots=True)
class Usage:
    total: int
    before: int  # in the thirty days before
    bars: Sequence[Bar]
    readers: Sequence[Reader]
    reader_count: int
    partners: Sequence[Partner]
    rank: int  # 10: among the ten most read that the person may see; 0: further down

    @property
    def trend(self) -> int | None:
        """Percent more than in the thirty days before; None where there was nothing to compare with."""
        return round(100 * (self.total - self.before) / self.before) if self.before else None

    @property
    def fewer(self) -> int:
        return abs(self.trend or 0)

    @property
    def standing(self) -> str:
        return f"Among the {self.rank} most read" if self.rank else ""


def of_asset(user: Any, asset: Asset) -> Usage | None:
    """None where nobody ever told."""
    today = timezone.now().date()
    rows = UsageDay.objects.filter(asset=asset, day__gt=today - timedelta(days=2 * DAYS))
    by_day = dict(rows.values_list("day").annotate(n=Sum("reads")))
    if not by_day:
        return None
    start = today - timedelta(days=DAYS)
    told = rows.filter(day__gt=start).values_list("principal").annotate(n=Sum("reads")).order_by("-n", "principal")
    readers = list(told)
    return Usage(
        total=sum(reads for day, reads in by_day.items() if day > start),
        before=sum(reads for day, reads in by_day.items() if day <= start),
        bars=bars(by_day, today),
        readers=_with_people(readers[:READERS]),
        reader_count=len(readers),
        partners=_partners(user, asset),
        rank=_rank(user, asset),
    )


def bars(by_day: Mapping[date, int], today: date) -> list[Bar]:
    """The last thirty days, oldest first; a day with any read can be seen beside a day with none."""
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    most = max((by_day.get(day, 0) for day in days), default=0)
    return [_bar(day, by_day.get(day, 0), most, at * 4) for at, day in enumerate(days)]


def _bar(day: date, reads: int, most: int, x: int) -> Bar:
    height = max(CHART_HEIGHT * reads / most, 1.5) if reads else 0
    return Bar(day, reads, x=x, y=f"{CHART_HEIGHT - height:.2f}", height=f"{height:.2f}")


def popular(user: Any, limit: int = 8) -> list[Asset]:
    """What is read most of what the person may see."""
    rows = Asset.objects.visible_to(user).live().filter(popularity__gt=0).select_related("domain")
    return list(rows.order_by("-popularity", "path")[:limit])


def _with_people(readers: Sequence[tuple[str, int]]) -> list[Reader]:
    """A role or user of the warehouse is a person here where it has the person's name or address."""
    low = {name.lower() for name, _ in readers}
    local = {name.partition("@")[0] for name in low}
    people = User.objects.filter(is_active=True).filter(Q(username__in=local) | Q(email__in=low))
    known = {person.username.lower(): person for person in people}
    known |= {person.email.lower(): person for person in people if person.email}
    return [
        Reader(name, reads, known.get(name.lower()) or known.get(name.lower().partition("@")[0]))
        for name, reads in readers
    ]


def _partners(user: Any, asset: Asset) -> list[Partner]:
    """Assets that are read in one statement with this one; those that the person may not see are not counted anywhere."""
    visible = Asset.objects.visible_to(user).live().values("pk")
    pairs = JoinedWith.objects.filter(Q(asset=asset, other__in=visible) | Q(other=asset, asset__in=visible))
    times: dict[int, int] = {}
    for one, other, number in pairs.order_by("-times").values_list("asset_id", "other_id", "times")[: PARTNERS * 4]:
        partner = other if one == asset.pk else one
        times[partner] = times.get(partner, 0) + number
    best = sorted(times, key=lambda pk: -times[pk])[:PARTNERS]
    found = Asset.objects.in_bulk(best)
    return [Partner(found[pk], times[pk]) for pk in best if pk in found]


def _rank(user: Any, asset: Asset) -> int:
    """The ten most read of twenty is worth a word, the ten most read of eleven is not."""
    if asset.popularity <= 0:
        return 0
    read = Asset.objects.visible_to(user).live().filter(popularity__gt=0)
    above = len(read.filter(popularity__gt=asset.popularity).values_list("pk")[: RANKS[-1]])
    rank = next((rank for rank in RANKS if above < rank), 0)
    enough = rank and len(read.values_list("pk")[: 2 * rank]) == 2 * rank
    return rank if enough else 0
