"""Edges out of what runs have named. A job's graph is what its newest completed run has named, and what runs since then have
named beside, as far as these are observed (``adding.is_observed``): it follows from the rows alone, in whatever order their
events came."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from catalog.models import Source
from lineage.claims import Claim, ColumnUse, Key, together
from lineage.models import Edge, JobRun, ToldDataset, ToldJob
from lineage.openlineage import graph
from lineage.openlineage.adding import BAD_ENDS, Uses, is_observed, values
from lineage.openlineage.columns import Use as TextUse
from lineage.openlineage.graph import Pair, Told
from lineage.services import job_sql
from lineage.services.sums import Sums, streams, uses_of
from lineage.services.telling import SEEN, Scope, tell
from lineage.services.telling_catalog import asset_ids
from lineage.states import USES, Confidence, Detail, Masking, Use

MOST_RUNS = 20  # of a job that never finishes one
REMEMBERED = 5  # runs before, of which a job that is silent about columns is asked
LONGEST_SQL = 200_000


class Drawn(NamedTuple):
    changed: frozenset[int]  # assets of which edges have changed
    unread: list[tuple[ToldJob, str]]  # jobs whose SQL is not understood, and why, if that is news


def draw(source: Source, sums: Sums, now: datetime) -> Drawn:
    """Tells the edges of all jobs of which a run says something else."""
    jobs = _to_draw(sums)
    uses = _uses(jobs, sums)
    pairs = _pairs(jobs, uses)
    known = asset_ids(source, {key for told in pairs.values() for pair in told for key in pair[1:]} | _keys(jobs))
    claims = {pk: list(_claims(jobs[pk], told, known)) for pk, told in pairs.items()}
    asked = [one for pk, told in claims.items() if (one := job_sql.asked_of(jobs[pk], _silent(told)))]
    answers = job_sql.read(asked)
    for pk, answer in answers.items():
        claims[pk] += answer.claims
    drawn = {pk: _digest(told) for pk, told in claims.items()}
    fresh = {pk for pk in jobs if jobs[pk].drawn != drawn[pk]}
    fresh |= {pk for pk in jobs if jobs[pk].asset_id in {jobs[one].asset_id for one in fresh}}
    _keep(jobs, uses, drawn)
    unread = job_sql.keep(source, jobs.values(), asked, answers, now)
    changed = _tell(source, [jobs[pk] for pk in fresh], [claim for pk in fresh for claim in claims[pk]], now)
    _seen_again(source, [jobs[pk] for pk in jobs.keys() - fresh], now)
    return Drawn(changed | _draw_datasets(source, sums, now), unread)


def _to_draw(sums: Sums) -> dict[int, ToldJob]:
    """Those that changed, those that name a dataset that was dropped or is back, or tell SQL that reads one with other
    columns, and others that are the same asset."""
    jobs = {sums.jobs[key].pk: sums.jobs[key] for key in sums.changed}
    if sums.flipped:
        rows = ToldJob.objects.filter(datasets__overlap=sorted(sums.flipped))
        jobs |= {row.pk: row for row in rows if row.pk not in jobs}
    if sums.reshaped:
        rows = ToldJob.objects.filter(datasets__overlap=sorted(sums.reshaped), facets__sql__isnull=False)
        jobs |= {row.pk: row for row in rows if row.pk not in jobs}
    twins = ToldJob.objects.filter(asset__in={job.asset_id for job in jobs.values() if job.asset_id})
    return {row.pk: row for row in twins} | jobs


def _uses(jobs: Mapping[int, ToldJob], sums: Sums) -> dict[int, Uses]:
    """What each job's newest finished run has named, and what runs since then have; of columns that they are silent
    about, what runs before said."""
    runs = _named_runs(jobs)
    chosen = {pk: _chosen(rows, streams(jobs[pk].facets)) for pk, rows in runs.items()}
    found = {pk: Uses() for pk in jobs}
    for row, told in _said(chosen, sums):
        found[row.job_id].add(told.copy())
    silent = [pk for pk, uses in found.items() if graph.lacks_columns(uses)]
    before = {pk: runs[pk][len(chosen[pk]) : len(chosen[pk]) + REMEMBERED] for pk in silent}
    for row, told in _said(before, sums):
        graph.remember(found[row.job_id], told)
    return found


def _said(runs: Mapping[int, Sequence[JobRun]], sums: Sums) -> Iterator[tuple[JobRun, Uses]]:
    """The runs in their order, each with what it named."""
    here = {(row.job_id, row.run_id): row.uses for row in sums.runs.values()}
    rows = [row for each in runs.values() for row in each]
    wanted = [row.pk for row in rows if (row.job_id, row.run_id) not in here]
    there = dict(JobRun.objects.filter(pk__in=wanted).values_list("pk", "uses")) if wanted else {}
    for row in rows:
        told = here.get((row.job_id, row.run_id))
        yield row, uses_of(there[row.pk] if told is None else told)


def _named_runs(jobs: Mapping[int, ToldJob]) -> dict[int, list[JobRun]]:
    """By job, its newest runs that named anything and are observed, without what they named."""
    streaming = {pk for pk, job in jobs.items() if streams(job.facets)}
    place = Window(RowNumber(), partition_by=F("job"), order_by=[F("named_at").desc(), F("run_id").desc()])
    rows = JobRun.objects.filter(job__in=list(jobs), named_at__isnull=False)
    rows = rows.exclude(~Q(job__in=streaming), state__in=BAD_ENDS, settled=False).annotate(place=place)
    found: dict[int, list[JobRun]] = {pk: [] for pk in jobs}
    light = rows.filter(place__lte=MOST_RUNS).only("id", "job", "run_id", "settled", "moments")
    for row in light.order_by("job", "place"):
        if is_observed(row.moments, streams=row.job_id in streaming):
            found[row.job_id].append(row)
    return found


def _chosen(rows: Sequence[JobRun], streaming: bool) -> list[JobRun]:
    """A stream names everything from its start on and has no end."""
    for at, row in enumerate(rows):
        if row.settled or streaming:
            return list(rows[: at + 1])
    return list(rows)


def _pairs(jobs: Mapping[int, ToldJob], uses: Mapping[int, Uses]) -> dict[int, dict[tuple[Confidence, str, str], Told]]:
    declared = {pk: uses_of(job.declared[1]) if job.declared else Uses() for pk, job in jobs.items()}
    named = {key for one in (*uses.values(), *declared.values()) for side in (one.inputs, one.outputs) for key in side}
    dropped = set(ToldDataset.objects.filter(key__in=named, dropped=True).values_list("key", flat=True))
    found: dict[int, dict[tuple[Confidence, str, str], Told]] = {}
    for pk, job in jobs.items():
        seen = graph.pairs(uses[pk], job.key, dropped)
        said = graph.pairs(declared[pk], job.key, dropped)
        found[pk] = {(Confidence.OBSERVED, *pair): told for pair, told in seen.items()}
        found[pk] |= {(Confidence.DECLARED, *pair): told for pair, told in said.items()}
    return found


def _keys(jobs: Mapping[int, ToldJob]) -> set[str]:
    return {job.key for job in jobs.values()}


def _claims(
    job: ToldJob, pairs: Mapping[tuple[Confidence, str, str], Told], known: Mapping[str, int]
) -> Iterable[Claim]:
    sql = values(job.facets).get("sql") or {}
    text = str(sql.get("query") or "")[:LONGEST_SQL]
    for (confidence, upstream, downstream), told in pairs.items():
        if upstream in known and downstream in known and job.key in known:
            yield Claim(
                upstream=known[upstream],
                downstream=known[downstream],
                confidence=confidence,
                job=known[job.key],
                columns=frozenset(_use(use) for use in told.columns),
                detail=Detail(told.detail),
                sql=text,
                dialect=str(sql.get("dialect") or "") if text else "",
            )


def _silent(claims: Sequence[Claim]) -> set[tuple[int, int]]:
    """Pairs of a job into what nobody tells the columns of: SQL may."""
    told = {claim.downstream for claim in claims if claim.detail}
    jobs = {claim.job for claim in claims}
    ends = {(claim.upstream, claim.downstream) for claim in claims if claim.downstream not in told}
    return {pair for pair in ends if pair[0] != pair[1] and not jobs & {*pair}}


def _use(use: TextUse) -> ColumnUse:
    return ColumnUse(use.upstream, use.downstream, USES.get(use.how, Use.UNKNOWN), Masking(use.masking))


def _digest(claims: Iterable[Claim]) -> str:
    told: dict[Key, Claim] = together(claims)
    lines = sorted(f"{tuple(key)} {claim.digest()}" for key, claim in told.items())
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def _keep(jobs: Mapping[int, ToldJob], uses: Mapping[int, Uses], drawn: Mapping[int, str]) -> None:
    named = {pk: {*one.inputs, *one.outputs} for pk, one in uses.items()}
    for pk, job in jobs.items():
        if job.declared:
            declared = uses_of(job.declared[1])
            named[pk] |= {*declared.inputs, *declared.outputs}
    wanted = {key for found in named.values() for key in found}
    ids = dict(ToldDataset.objects.filter(key__in=wanted).values_list("key", "pk"))
    changed = []
    for pk, job in jobs.items():
        datasets = sorted(ids[key] for key in named[pk] if key in ids)
        if (job.drawn, job.datasets) != (drawn[pk], datasets):
            job.drawn, job.datasets = drawn[pk], datasets
            changed.append(job)
    ToldJob.objects.bulk_update(changed, ["drawn", "datasets"], batch_size=1000)


def _tell(source: Source, jobs: Collection[ToldJob], claims: Sequence[Claim], now: datetime) -> frozenset[int]:
    assets = {job.asset_id for job in jobs if job.asset_id}
    if not assets:
        return frozenset()
    changed: frozenset[int] = frozenset()
    for confidence in (Confidence.OBSERVED, Confidence.DECLARED, Confidence.PARSED):
        scope = Scope(source=source, confidence=confidence, jobs=assets)
        told = tell(scope=scope, claims=[one for one in claims if one.confidence is confidence], now=now)
        changed |= told.changed
    return changed


def _seen_again(source: Source, jobs: Collection[ToldJob], now: datetime) -> None:
    assets = [job.asset_id for job in jobs if job.asset_id]
    edges = Edge.objects.filter(source=source, job__in=assets, closed_at=None, last_seen__lt=now - SEEN)
    if assets:
        edges.update(last_seen=now)


def _draw_datasets(source: Source, sums: Sums, now: datetime) -> frozenset[int]:
    """What datasets say of their own sources, without a job."""
    said: dict[str, dict[Pair, Told]] = {}
    for key, row in sums.datasets.items():
        if row.facets.keys() & {"lineage", "columnLineage"}:
            said[key] = {} if row.dropped else graph.of_dataset(key, values(row.facets))
    if not said:
        return frozenset()
    known = asset_ids(source, {*said, *(pair.upstream for told in said.values() for pair in told)})
    claims = [
        Claim(
            upstream=known[pair.upstream],
            downstream=known[pair.downstream],
            confidence=Confidence.DECLARED,
            columns=frozenset(_use(use) for use in told.columns),
            detail=Detail(told.detail),
        )
        for found in said.values()
        for pair, told in found.items()
        if pair.upstream in known and pair.downstream in known
    ]
    downstreams = {known[key] for key in said if key in known}
    scope = Scope(source=source, confidence=Confidence.DECLARED, downstreams=downstreams, jobs=[None])
    return tell(scope=scope, claims=claims, now=now).changed
