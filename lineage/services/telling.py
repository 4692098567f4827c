"""What sources say becomes edges: the same again changes nothing, a change is a new version, what is no more is closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from catalog.models import Source
from lineage.claims import Claim, ColumnUse, Key, statement_digest, together
from lineage.models import ColumnEdge, Edge, Statement, Verdict
from lineage.states import Confidence
from portal.kernel.bulk import copy_in, new_ids

SEEN = timedelta(hours=1)  # how old the word of an unchanged edge's last sighting may get: it costs a write a row
COLUMNS = [
    *("id", "upstream", "downstream", "source", "job", "confidence", "detail", "statement", "digest"),
    *("overruled", "reason", "first_seen", "last_seen"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The edges of a source that a telling is the whole truth about: those of it that are not told are closed.

    None stands for all; among ``jobs``, for edges that no job makes. ``patience``: so long an edge stays open that is told
    no more, where its source is known to forget. ``gone``: assets that are not there any more, whatever was once done to
    them: no edge of theirs is told.
    """

    source: Source
    confidence: Confidence
    downstreams: Collection[int] | None = None
    jobs: Collection[int | None] | None = None
    patience: timedelta = timedelta(0)
    gone: Collection[int] = frozenset()

    def condition(self) -> Q:
        # edges that a merge left with the asset that went are told again once it is undone
        where = Q(source=self.source, confidence=self.confidence, closed_at=None)
        where &= Q(upstream__merged_into=None, downstream__merged_into=None)
        if self.downstreams is not None:
            where &= Q(downstream__in=self.downstreams)
        if self.jobs is not None:
            where &= Q(job__in=[job for job in self.jobs if job]) | (Q(job=None) if None in self.jobs else Q(pk__in=[]))
        return where


class Told(NamedTuple):
    """``changed`` are assets of which an edge, or a column of one, came or went: downstream ends."""

    edges: int
    new: int
    closed: int
    changed: frozenset[int]


def tell(*, scope: Scope, claims: Iterable[Claim], now: datetime) -> Told:
    """Makes the scope's open edges what the claims say. Inside the caller's transaction, in an intake's turn.

    A constant number of statements, however many the claims.
    """
    gone = frozenset(scope.gone)
    wanted = {key: claim for key, claim in together(claims).items() if gone.isdisjoint(key[:2])}
    rows = Edge.objects.filter(scope.condition())
    standing = {
        key: (pk, digest)
        for pk, up, down, job, digest, seen in rows.values_list(
            "pk", "upstream", "downstream", "job", "digest", "last_seen"
        )
        if (key := Key(up, down, job, scope.confidence)) in wanted
        or seen <= now - scope.patience
        or not gone.isdisjoint((up, down))
    }
    digests = {key: claim.digest() for key, claim in wanted.items()}
    fresh = {key: claim for key, claim in wanted.items() if standing.get(key, (0, None))[1] != digests[key]}
    over = {key: pk for key, (pk, digest) in standing.items() if digests.get(key) != digest}
    close(over.values(), now)
    _open(fresh, digests, scope.source, now)
    kept = [pk for key, (pk, _) in standing.items() if key not in over]
    Edge.objects.filter(pk__in=kept, last_seen__lt=now - SEEN).update(last_seen=now)
    changed = frozenset(key.downstream for key in (*fresh, *over))
    return Told(len(wanted), len(fresh.keys() - standing.keys()), len(over.keys() - wanted.keys()), changed)


def close(ids: Iterable[int], now: datetime) -> int:
    """Ends versions of edges; they stay for who asks about the past."""
    wanted = list(ids)
    if not wanted:
        return 0
    ColumnEdge.objects.filter(edge__in=wanted, live=True).update(live=False)
    return Edge.objects.filter(pk__in=wanted, closed_at=None).update(closed_at=now)


def _open(claims: Mapping[Key, Claim], digests: Mapping[Key, str], source: Source, now: datetime) -> None:
    if not claims:
        return
    statements = keep_statements((claim.dialect, claim.sql) for claim in claims.values() if claim.sql)
    overruled = _judged(claims)
    ids = dict(zip(claims, new_ids(Edge, len(claims)), strict=True))
    rows = (
        {
            "id": ids[key],
            "upstream": key.upstream,
            "downstream": key.downstream,
            "source": source.pk,
            "job": key.job,
            "confidence": str(key.confidence),
            "detail": int(claim.detail),
            "statement": statements.get(claim.statement),
            "digest": digests[key],
            "overruled": key[:2] in overruled,
            "reason": "",
            "first_seen": now,
            "last_seen": now,
        }
        for key, claim in claims.items()
    )
    copy_in(Edge, COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
    copy_in(
        ColumnEdge,
        ["edge", "upstream", "downstream", "upstream_column", "downstream_column", "use", "masking", "live"],
        (
            (ids[key], *key[:2], *name_of(use), int(use.use), int(use.masking), key[:2] not in overruled)
            for key, claim in claims.items()
            for use in sorted(claim.columns)
        ),
    )


def name_of(use: ColumnUse) -> tuple[str, str]:
    """Both names as they are stored."""
    return use.upstream.replace("\0", "")[:500], use.downstream.replace("\0", "")[:500]


def keep_statements(told: Iterable[tuple[str, str]]) -> dict[str, int]:
    """{digest: id} of (dialect, SQL), each kept once."""
    wanted = {statement_digest(*one): one for one in told}
    Statement.objects.bulk_create(
        [
            Statement(digest=digest, dialect=dialect[:30], text=sql.replace("\0", ""))
            for digest, (dialect, sql) in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    return dict(Statement.objects.filter(digest__in=wanted).values_list("digest", "pk"))


def _judged(keys: Iterable[Key]) -> set[tuple[int, int]]:
    """Pairs on which a person's verdict stands: what sources say of them does not count."""
    downstream = {key.downstream for key in keys}
    rows = Verdict.objects.filter(downstream__in=downstream, lifted_at=None)
    return set(rows.values_list("upstream", "downstream"))
