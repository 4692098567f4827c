"""What pages and the API ask about jobs: their runs, what they read and write, who calls them, as the reader may know it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import OuterRef, Q, QuerySet, Subquery

from catalog.facts import Kind
from catalog.models import Asset, Source
from catalog.queries.sources import CHART_HEIGHT, LEAST, STEP, Bar, Chart
from lineage.models import Edge, JobRun, ToldDataset, ToldJob
from lineage.openlineage.adding import LEFT, RENAMED, values
from lineage.openlineage.describing import schedule
from lineage.openlineage.links import Link, links_of
from lineage.openlineage.reading import RUN_SAYS
from lineage.queries import calls
from lineage.queries.calls import Caller, Named
from portal.kernel import wiring
from portal.kernel.words import duration

PAGE = 25
CHARTED = 60
MOST = 200  # of the things beside it
# facets that the page shows in words of its own
SHOWN = frozenset({"parent", "nominalTime", "errorMessage", "processing_engine", "sql", "documentation", "ownership"})
SHOWN |= {"jobType", "sourceCode", "sourceCodeLocation", "tags", "lineage"}
# facets of datasets that became something of the catalog's own
UNDERSTOOD = frozenset(
    {"schema", "documentation", "ownership", "symlinks", "columnLineage", "lineage", "tags", "storage"}
)
UNDERSTOOD |= {"datasetType", "lifecycleStateChange", "outputStatistics", "inputStatistics"}
WORDS = {"START": "running", "RUNNING": "running", "COMPLETE": "succeeded", "ABORT": "failed", "FAIL": "failed"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a job reads or writes; ``hidden``: something that the person may not see, how much is not told."""

    assets: Sequence[Asset]
    columns: Mapping[int, Sequence[str]]  # by asset: those of its columns that take part, where anybody tells
    hidden: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A run as it may be known. ``withheld``: its error and facets may name what the person may not see."""

    run: JobRun
    word: str
    withheld: bool
    links: Sequence[Link]

    @property
    def facets(self) -> list[tuple[str, str]]:
        found = values(self.run.facets)
        return [] if self.withheld else pretty(found)

    @property
    def error(self) -> str:
        if self.withheld and self.run.error:
            return "It failed on something that names what only members of a domain may see."
        return self.run.error

    @property
    def stack(self) -> str:
        told = values(self.run.facets).get("errorMessage") or {}
        return "" if self.withheld else str(told.get("stackTrace") or "")


@dataclass(frozen=True, slots=True)
class JobPage:
    runs: Sequence[Told]
    before: int | None  # where the next page goes on
    chart: Chart | None
    inputs: Beside
    outputs: Beside
    parents: Sequence[Asset]
    tasks: Sequence[tuple[Asset, str]]  # with the word of its newest run
    schedule: str
    facets: Sequence[tuple[str, str]]
    withheld: bool
    chosen: Told | None
    failing: Told | None  # the newest run, where it failed
    named: Sequence[Named]  # runs that its tasks alone tell of, where it tells none itself
    chosen_named: str  # id of the chosen one of these
    called: Sequence[tuple[Asset, JobRun, str]]  # within the chosen run, each with its word
    caller: Caller | None  # of the run that is shown

    @property
    def links(self) -> Sequence[Link]:
        """Ways from the newest run to its tool."""
        return self.runs[0].links if self.runs else ()

    @property
    def works(self) -> bool:
        """A DAG only calls others that do."""
        return any((side.assets or side.hidden) for side in (self.inputs, self.outputs))


def jobs(user: Any) -> QuerySet[Asset]:
    """Those that the person may see, each with how its newest run stands and when that began."""
    newest = JobRun.objects.filter(job__asset=OuterRef("pk")).order_by("-first_at", "-id")
    rows = Asset.objects.visible_to(user).live().filter(kind=Kind.JOB).select_related("domain")
    return rows.annotate(
        run_state=Subquery(newest.values("state")[:1]),
        run_started_at=Subquery(newest.values("started_at")[:1]),
        run_ended_at=Subquery(newest.values("ended_at")[:1]),
    )


def runs_of(asset: Asset) -> QuerySet[JobRun]:
    return JobRun.objects.filter(job__asset=asset).select_related("job").order_by("-first_at", "-id")


def of_asset(user: Any, asset: Asset, *, before: int | None = None, chosen: str = "") -> JobPage:
    told = list(ToldJob.objects.filter(asset=asset))
    withheld = bool(with_hidden_datasets(user, [asset.pk]))
    rows = runs_of(asset)
    if before is not None:
        rows = rows.filter(first_at__lt=before)
    shown = list(rows[: PAGE + 1])
    source = Source.objects.present().filter(kind="openlineage").first()
    options = source.options if source else {}
    facets = {name: value for job in told for name, value in values(job.facets).items()}
    chosen_run = runs_of(asset).filter(run_id=chosen).first() if chosen else None
    runs = [_told(run, withheld, options) for run in shown[:PAGE]]
    failing = next((told for told in runs[:1] if before is None and told.word == "failed"), None)
    looked_at = chosen_run or (failing.run if failing else None)
    called = calls.called_by(user, told, chosen_run.run_id if chosen_run else chosen) if chosen else []
    return JobPage(
        runs=runs,
        before=shown[PAGE - 1].first_at if len(shown) > PAGE else None,
        chart=None if before is not None else chart(asset),
        inputs=_beside(user, asset, "upstream"),
        outputs=_beside(user, asset, "downstream"),
        parents=_parents(user, asset),
        tasks=_tasks(user, told),
        schedule=schedule(facets),
        facets=[] if withheld else pretty({name: value for name, value in facets.items() if RUN_SAYS not in name}),
        withheld=withheld,
        chosen=_told(chosen_run, withheld, options) if chosen_run else None,
        failing=failing,
        named=calls.named_by_tasks(user, told) if not runs and before is None else [],
        chosen_named=chosen if called and chosen_run is None else "",
        called=[(task, run, WORDS.get(run.state, "")) for task, run in called],
        caller=calls.caller_of(user, looked_at) if looked_at else None,
    )


def _word(job: Any) -> str:
    """Of one of ``jobs``."""
    return WORDS.get(job.run_state or "", "")


def pretty(facets: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is not shown in words of its own, as it came."""
    beside = sorted((name, value) for name, value in facets.items() if name not in SHOWN)
    return [(name, json.dumps(value, indent=2, ensure_ascii=False)) for name, value in beside]


def said_of(user: Any, asset: Asset) -> list[tuple[str, str]]:
    """What tools say of a dataset that the catalog has no words for, as it came. Nothing of one that is made from something
    that the person may not see: it may name that."""
    rows = ToldDataset.objects.filter(asset=asset)
    told = [(name, value) for row in rows for name, value in values(row.facets).items()]
    facets = {name: value for name, value in told if name not in {*UNDERSTOOD, LEFT} and not name.startswith(RENAMED)}
    if not facets or wiring.hidden_inputs(user, [asset.pk]):
        return []
    return pretty(facets)


def _told(run: JobRun, withheld: bool, options: Mapping[str, str]) -> Told:
    return Told(run, WORDS.get(run.state, ""), withheld, links_of(values(run.facets), options))


def with_hidden_datasets(user: Any, asset_ids: Sequence[int]) -> set[int]:
    """Those of the assets that are jobs which have ever read or written something that the person may not see: their code,
    their errors and what their runs say name it."""
    if not Asset.objects.filter(pk__in=asset_ids, kind=Kind.JOB).exists():
        return set()
    hidden = Asset.objects.exclude(pk__in=Asset.objects.visible_to(user).values("pk")).values("pk")
    edges = Edge.objects.filter(job__in=asset_ids).filter(Q(upstream__in=hidden) | Q(downstream__in=hidden))
    return set(edges.values_list("job", flat=True))


def _beside(user: Any, asset: Asset, side: str) -> Beside:
    edges = Edge.objects.open().filter(job=asset).exclude(**{side: asset})
    ids = set(edges.values_list(side, flat=True))
    live = Asset.objects.live().filter(pk__in=ids)
    visible = list(live.filter(pk__in=Asset.objects.visible_to(user).values("pk")).order_by("path", "pk")[:MOST])
    uses = edges.filter(**{f"{side}__in": visible}).exclude(columns=None)
    pairs = uses.values_list(side, f"columns__{side}_column").distinct().order_by(f"columns__{side}_column")
    columns: dict[int, list[str]] = {}
    for pk, column in pairs[: MOST * 10]:
        if column:
            columns.setdefault(pk, []).append(column)
    return Beside(visible, columns, live.exclude(pk__in=Asset.objects.visible_to(user).values("pk")).exists())


def _parents(user: Any, asset: Asset) -> list[Asset]:
    keys = JobRun.objects.filter(job__asset=asset).exclude(parent="").values("parent").distinct()
    told = ToldJob.objects.filter(key__in=keys).exclude(asset=asset).values("asset")
    return list(Asset.objects.visible_to(user).live().filter(pk__in=told).order_by("path")[:10])


def _tasks(user: Any, told: Sequence[ToldJob]) -> list[tuple[Asset, str]]:
    children = JobRun.objects.filter(parent__in=[job.key for job in told]).values("job__asset").distinct()
    rows = jobs(user).filter(pk__in=children).exclude(pk__in=[job.asset_id for job in told if job.asset_id])
    return [(row, _word(row)) for row in rows.order_by("path")[:MOST]]


def chart(asset: Asset) -> Chart | None:
    """How long the last runs took, oldest first; None where fewer than two are done."""
    done = [run for run in runs_of(asset).filter(ended_at__isnull=False)[:CHARTED] if run.seconds is not None][::-1]
    if len(done) < 2:
        return None
    longest = max(run.seconds or 0.0 for run in done)
    bars = [_bar(at, run, longest) for at, run in enumerate(done)]
    failed = sum(bar.state == "failed" for bar in bars)
    return Chart(bars=bars, width=STEP * max(len(bars), CHARTED // 2), longest=duration(longest), failed=failed)


def _bar(at: int, run: JobRun, longest: float) -> Bar:
    height = max(CHART_HEIGHT * (run.seconds or 0.0) / longest, LEAST) if longest else LEAST
    word = WORDS.get(run.state, "")
    return Bar(
        x=at * STEP,
        y=f"{CHART_HEIGHT - height:.1f}",
        height=f"{height:.1f}",
        state=word,
        title=f"{run.ended_at:%-d %b %H:%M} UTC: {word}, {duration(run.seconds)}",
        url=f"?tab=runs&run={quote(run.run_id, safe='')}",
    )


def beside_dataset(user: Any, asset: Asset) -> tuple[list[tuple[Asset, str]], list[tuple[Asset, str]]]:
    """Jobs that write the dataset and jobs that read it, each with the word of its newest run."""
    edges = Edge.objects.open().filter(job__isnull=False).filter(Q(upstream=asset) | Q(downstream=asset))
    pairs = list(edges.values_list("job", "downstream").distinct()[: MOST * 5])
    if not pairs:
        return [], []
    seen = {row.pk: row for row in jobs(user).filter(pk__in={job for job, _ in pairs}).order_by("path")}
    writes = {job for job, downstream in pairs if downstream == asset.pk}
    told = [(row, _word(row)) for row in seen.values()]
    return (
        [one for one in told if one[0].pk in writes][:MOST],
        [one for one in told if one[0].pk not in writes][:MOST],
    )
