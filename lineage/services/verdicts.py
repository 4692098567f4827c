"""What people say of edges: one is added, what sources tell is corrected or rejected, and all of it can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from catalog.intake.cause import Cause, write_changes
from catalog.intake.turns import wait_for_turn
from catalog.models import Asset, Column
from catalog.states import ChangeKind
from lineage.claims import Claim, ColumnUse
from lineage.events import EdgeJudged
from lineage.models import ColumnEdge, Edge, Verdict
from lineage.services.flows import refresh
from lineage.services.telling import close
from lineage.states import Confidence, Detail, Judgement
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish

MOST_PAIRS = 500  # of columns that a person states of one edge
MOST_WORDS = 500

_JUDGE = """
UPDATE lineage_edge e SET overruled = NOT e.overruled
WHERE (e.upstream_id = ANY(%(ids)s) OR e.downstream_id = ANY(%(ids)s)) AND e.overruled <> EXISTS (
  SELECT FROM lineage_verdict v
  WHERE v.upstream_id = e.upstream_id AND v.downstream_id = e.downstream_id AND v.lifted_at IS NULL
    AND (v.judgement = 'rejected' OR e.source_id IS NOT NULL))
"""
_FOLLOW = """
UPDATE lineage_columnedge c
SET live = (e.closed_at IS NULL AND NOT e.overruled), upstream_id = e.upstream_id, downstream_id = e.downstream_id
FROM lineage_edge e
WHERE c.edge_id = e.id AND (e.upstream_id = ANY(%(ids)s) OR e.downstream_id = ANY(%(ids)s))
  AND (c.live, c.upstream_id, c.downstream_id)
    IS DISTINCT FROM (e.closed_at IS NULL AND NOT e.overruled, e.upstream_id, e.downstream_id)
"""


class Pair(NamedTuple):
    upstream: Asset
    downstream: Asset

    @property
    def ids(self) -> tuple[int, int]:
        return self.upstream.pk, self.downstream.pk


@transaction.atomic
def state(
    *, pair: Pair, columns: Sequence[ColumnUse] = (), complete: bool = False, reason: str, by: User
) -> tuple[Edge, bool]:
    """The edge, and whether anything changed: the same again does not. ``complete``: no other column is used.

    Raises:
        PermissionDenied: an asset is not there for this person, or they are neither steward nor owner of the downstream.
        ValidationError: a column is not there, no reason is given, or the pair was rejected.
    """
    because, standing = _begin(pair, reason, by)
    if standing is not None and standing.judgement == Judgement.REJECTED:
        raise ValidationError(f"{standing.by} rejected this edge: {standing.reason} Take that back first.")
    edge, new = _keep(pair, _checked(pair, columns), complete, because, by)
    if new:
        _told(pair, "stated", because, by, edge.first_seen)
    return edge, new


@transaction.atomic
def correct(
    *, pair: Pair, columns: Sequence[ColumnUse], complete: bool = True, reason: str, by: User
) -> tuple[Edge, bool]:
    """What sources tell of the pair counts no more, now or later, and these columns do instead. Raises as ``state``."""
    because, standing = _begin(pair, reason, by)
    if standing is not None and standing.judgement == Judgement.REJECTED:
        raise ValidationError(f"{standing.by} rejected this edge: {standing.reason} Take that back first.")
    edge, new = _keep(pair, _checked(pair, columns), complete, because, by)
    if standing is None:
        Verdict.objects.create(
            upstream=pair.upstream, downstream=pair.downstream, judgement=Judgement.CORRECTED, reason=because, by=by
        )
        rejudge(pair.ids)
    if new or standing is None:
        _told(pair, "corrected", because, by, timezone.now())
    return edge, new or standing is None


@transaction.atomic
def reject(*, pair: Pair, reason: str, by: User) -> tuple[Verdict, bool]:
    """There is no such edge, whoever tells of it, until that is taken back.

    Raises:
        PermissionDenied, ValidationError: as ``state``; or nothing was ever told of the pair.
    """
    because, standing = _begin(pair, reason, by)
    if standing is not None and standing.judgement == Judgement.REJECTED:
        return standing, False
    if not Edge.objects.filter(upstream=pair.upstream, downstream=pair.downstream).exists():
        raise ValidationError("Nobody tells of such an edge.")
    now = timezone.now()
    if standing is not None:
        _lift(standing, by, now)
    made = Verdict.objects.create(
        upstream=pair.upstream, downstream=pair.downstream, judgement=Judgement.REJECTED, reason=because, by=by, at=now
    )
    rejudge(pair.ids)
    _told(pair, "rejected", because, by, now)
    return made, True


@transaction.atomic
def lift(*, pair: Pair, by: User) -> str:
    """Takes back what people last said of the pair: a rejection, else their own edge and the correction with it. The word
    for what was taken back.

    Raises:
        PermissionDenied: as ``state``. ValidationError: people have said nothing of it that still stands.
    """
    _, standing = _begin(pair, "-", by)
    now = timezone.now()
    own = Edge.objects.filter(upstream=pair.upstream, downstream=pair.downstream, source=None, closed_at=None)
    rejected = standing is not None and standing.judgement == Judgement.REJECTED
    if standing is not None:
        _lift(standing, by, now)
    elif not own.exists():
        raise ValidationError("Nobody has said anything of this edge that still stands.")
    if not rejected:
        close(list(own.values_list("pk", flat=True)), now)
    rejudge(pair.ids)
    what = "rejection" if rejected else "correction" if standing is not None else "edge"
    _told(pair, "lifted", what, by, now)
    return what


def rejudge(asset_ids: Collection[int]) -> None:
    """Whether edges of these assets count is drawn up anew, after a verdict or when rows of assets have changed hands."""
    with connection.cursor() as cursor:
        for statement in (_JUDGE, _FOLLOW):
            cursor.execute(statement, {"ids": list(asset_ids)})


def _begin(pair: Pair, reason: str, by: User) -> tuple[str, Verdict | None]:
    """Whoever writes edges takes turns, so that what is read here stands until the end."""
    because = reason.replace("\0", "").strip()
    if not because or len(because) > MOST_WORDS:
        raise ValidationError(f"Say why, in at most {MOST_WORDS} characters.")
    wait_for_turn()
    seen = Asset.objects.visible_to(by).filter(pk__in=pair.ids, merged_into=None).count()
    if seen != len(set(pair.ids)):
        raise PermissionDenied("There is no such asset.")
    require(by, "lineage.edit", pair.downstream)
    if pair.upstream.pk == pair.downstream.pk:
        raise ValidationError("An asset is not made from itself.")
    rows = Verdict.objects.filter(upstream=pair.upstream, downstream=pair.downstream, lifted_at=None)
    return because, rows.select_related("by").first()


def _checked(pair: Pair, columns: Sequence[ColumnUse]) -> frozenset[ColumnUse]:
    """By the names that the catalog spells them with."""
    for asset in pair:
        if asset.retired_at is not None:
            raise ValidationError(f"{asset.path} is retired.")
    if len(columns) > MOST_PAIRS:
        raise ValidationError(f"At most {MOST_PAIRS} pairs of columns.")
    known = {asset.pk: _columns(asset) for asset in pair} if columns else {}

    def spelled(asset: Asset, name: str) -> str:
        wanted = name.replace("\0", "").strip()
        if known[asset.pk] and wanted.casefold() not in known[asset.pk]:
            raise ValidationError(f"{asset.path} has no column “{wanted[:80]}”.")
        if not wanted or len(wanted) > 500:
            raise ValidationError("A column’s name has 1 to 500 characters.")
        return known[asset.pk].get(wanted.casefold(), wanted)

    return frozenset(
        ColumnUse(
            spelled(pair.upstream, one.upstream),
            spelled(pair.downstream, one.downstream) if one.downstream else "",
            one.use,
            one.masking,
        )
        for one in columns
    )


def _columns(asset: Asset) -> dict[str, str]:
    rows = Column.objects.filter(asset=asset, retired_at=None).order_by("-position")
    return {name.casefold(): name for name in rows.values_list("name", flat=True)}


def _keep(pair: Pair, columns: frozenset[ColumnUse], complete: bool, reason: str, by: User) -> tuple[Edge, bool]:
    up, down = pair.ids
    detail = (Detail.ALL if complete else Detail.SOME) if columns else Detail.NONE
    claim = Claim(upstream=up, downstream=down, confidence=Confidence.STATED, columns=columns, detail=detail)
    standing = Edge.objects.filter(upstream=up, downstream=down, source=None, closed_at=None).first()
    if standing is not None and standing.digest == claim.digest():
        return standing, False
    now = timezone.now()
    if standing is not None:
        close([standing.pk], now)
    edge = Edge.objects.create(
        upstream=pair.upstream,
        downstream=pair.downstream,
        confidence=Confidence.STATED,
        detail=detail,
        digest=claim.digest(),
        by=by,
        reason=reason,
        first_seen=now,
        last_seen=now,
    )
    ColumnEdge.objects.bulk_create(
        ColumnEdge(
            edge=edge,
            upstream_id=up,
            downstream_id=down,
            upstream_column=one.upstream,
            downstream_column=one.downstream,
            use=one.use,
            masking=one.masking,
        )
        for one in sorted(columns)
    )
    edge.refresh_from_db(fields=["uuid"])
    return edge, True


def _lift(verdict: Verdict, by: User, now: datetime) -> None:
    verdict.lifted_by, verdict.lifted_at = by, now
    verdict.save(update_fields=["lifted_by", "lifted_at"])


def _told(pair: Pair, verb: str, reason: str, by: User, now: datetime) -> None:
    """The activity of each of the two names only itself: who reads it may not see the other one."""
    cause = Cause(now=now, by=by)
    sides = ((pair.upstream, "to something downstream"), (pair.downstream, "from something upstream"))
    words = {"stated": "added", "lifted": "left to its sources again"}.get(verb, verb)
    write_changes(
        [cause.change(asset, ChangeKind.CHANGED, {"lineage": [None, f"edge {side} {words}"]}) for asset, side in sides]
    )
    refresh(cause=cause)
    publish(
        EdgeJudged(upstream=str(pair.upstream.uuid), downstream=str(pair.downstream.uuid), verb=verb, reason=reason),
        by=by,
        subject=f"asset:{pair.downstream.uuid}",
    )
