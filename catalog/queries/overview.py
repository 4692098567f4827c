"""Figures and short lists for the home page and for domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from catalog.kinds import KINDS, Look
from catalog.models import Asset, Domain


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    look: Look
    count: int


@dataclass(frozen=True, slots=True)
class DomainCount:
    domain: Domain
    count: int


def kinds(user: Any) -> list[KindCount]:
    rows = Asset.objects.visible_to(user).live().values_list("kind").annotate(n=Count("pk")).order_by("-n")
    return [KindCount(kind, KINDS[kind], count) for kind, count in rows]


def domains(user: Any) -> list[DomainCount]:
    """Domains that the person may see, with their live assets."""
    rows = Domain.objects.visible_to(user).annotate(n=Count("assets", filter=Q(assets__retired_at=None)))
    counts = dict(rows.values_list("pk", "n"))
    return [DomainCount(row, counts[row.pk]) for row in Domain.objects.visible_to(user).order_by("name")]


def owned_by(user: Any, limit: int) -> Sequence[Asset]:
    """Live assets whose owner is the person or a team of theirs, what is used most first."""
    mine = Q(owners__user=user) | Q(owners__team__in=user.groups.values("pk"))
    rows = Asset.objects.visible_to(user).live().filter(mine).select_related("domain").distinct()
    return list(rows.order_by("-popularity", "path")[:limit])


def gone(user: Any, limit: int = 8) -> list[Asset]:
    """Live assets that their warehouse does not show any more, those that left last first."""
    rows = Asset.objects.visible_to(user).live().filter(gone_at__isnull=False)
    return list(rows.order_by("-gone_at", "path")[:limit])


def in_domain(user: Any, domain: Domain) -> QuerySet[Asset]:
    return Asset.objects.visible_to(user).live().filter(domain=domain).order_by("kind", "path")
