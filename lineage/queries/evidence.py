"""Everything that is said of one pair of assets, by whom, since when and on what grounds; what it was before; what people
decided. Through the reader's eyes: SQL that touches something hidden is withheld, a hidden job has no name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalog.models import Asset
from lineage.models import ColumnEdge, Edge, Verdict
from lineage.states import Judgement, Use
from portal.kernel import wiring

VERSIONS = 40
PAIRS = 300  # of columns that one version shows


@dataclass(frozen=True, slots=True)
class Version:
    """One source's word, or a person's, from its first day to its last."""

    edge: Edge
    columns: Sequence[ColumnEdge]
    more: int
    job: Asset | None
    job_hidden: bool
    withheld: bool

    @property
    def sql(self) -> str:
        return "" if self.withheld or self.edge.statement is None else self.edge.statement.text

    @property
    def direct(self) -> list[ColumnEdge]:
        return [one for one in self.columns if one.downstream_column]

    @property
    def deciding(self) -> list[ColumnEdge]:
        """Columns that decide which rows there are."""
        return [one for one in self.columns if not one.downstream_column]


@dataclass(frozen=True, slots=True)
class Evidence:
    edge: Edge
    upstream: Asset
    downstream: Asset
    standing: Sequence[Version]
    before: Sequence[Version]
    verdict: Verdict | None
    lifted: Sequence[Verdict]

    @property
    def rejected(self) -> bool:
        return self.verdict is not None and self.verdict.judgement == Judgement.REJECTED

    @property
    def by_hand(self) -> bool:
        return any(version.edge.source_id is None for version in self.standing)

    @property
    def counts(self) -> bool:
        return any(not version.edge.overruled for version in self.standing)


def evidence(user: Any, uuid: UUID) -> Evidence | None:
    """None where there is no such edge for this person."""
    edge = Edge.objects.filter(uuid=uuid).first()
    if edge is None:
        return None
    visible = Asset.objects.visible_to(user).select_related("domain")
    ends = visible.in_bulk([edge.upstream_id, edge.downstream_id])
    if len(ends) < 2:
        return None
    same = Edge.objects.filter(upstream=edge.upstream_id, downstream=edge.downstream_id)
    rows = list(same.select_related("source", "statement", "by").order_by("-closed_at", "-first_seen", "-pk"))
    standing = [row for row in rows if row.closed_at is None]
    before = [row for row in rows if row.closed_at is not None][:VERSIONS]
    told = _Told(user, [*standing, *before], edge.downstream_id)
    verdicts = Verdict.objects.filter(upstream=edge.upstream_id, downstream=edge.downstream_id)
    judged = list(verdicts.select_related("by", "lifted_by").order_by("-at", "-pk")[:VERSIONS])
    return Evidence(
        edge=edge,
        upstream=ends[edge.upstream_id],
        downstream=ends[edge.downstream_id],
        standing=[told.version(row) for row in standing],
        before=[told.version(row) for row in before],
        verdict=next((one for one in judged if one.lifted_at is None), None),
        lifted=[one for one in judged if one.lifted_at is not None],
    )


class _Told:
    def __init__(self, user: Any, rows: Sequence[Edge], downstream: int) -> None:
        jobs = {row.job_id for row in rows if row.job_id is not None}
        self.jobs = Asset.objects.visible_to(user).select_related("domain").in_bulk(jobs)
        hidden = bool(wiring.hidden_inputs(user, [downstream]))
        self.withheld = _withheld(user, {row.statement_id for row in rows if row.statement_id is not None})
        if hidden:
            self.withheld |= {row.statement_id for row in rows if row.statement_id is not None}
        self.columns: dict[int, list[ColumnEdge]] = {}
        for one in ColumnEdge.objects.filter(edge__in=[row.pk for row in rows]).order_by(
            "downstream_column", "use", "upstream_column", "pk"
        ):
            self.columns.setdefault(one.edge_id, []).append(one)

    def version(self, row: Edge) -> Version:
        columns = self.columns.get(row.pk, [])
        return Version(
            edge=row,
            columns=columns[:PAIRS],
            more=max(0, len(columns) - PAIRS),
            job=self.jobs.get(row.job_id) if row.job_id else None,
            job_hidden=row.job_id is not None and row.job_id not in self.jobs,
            withheld=row.statement_id in self.withheld,
        )


def _withheld(user: Any, statements: Collection[int]) -> set[int]:
    """Statements that make or read something hidden: their text would name it."""
    edges = Edge.objects.filter(statement__in=statements)
    ends = {pk for pair in edges.values_list("upstream", "downstream") for pk in pair}
    seen = set(Asset.objects.visible_to(user).filter(pk__in=ends).values_list("pk", flat=True))
    return {
        statement
        for statement, up, down in edges.values_list("statement", "upstream", "downstream")
        if not {up, down} <= seen
    }


def as_lines(found: Evidence) -> str:
    """The pairs of columns that count, as the form takes them."""
    told = {
        (one.upstream_column, one.downstream_column, one.use) for version in found.standing for one in version.columns
    }
    return "\n".join(f"{up} → {down or 'rows'} ({Use(use).label})" for up, down, use in sorted(told))
