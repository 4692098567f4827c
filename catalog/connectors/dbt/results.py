"""What happened: outcomes of tests, builds of tables, freshness of sources."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from catalog.connectors.dbt.artifacts import Artifact
from catalog.connectors.dbt.mending import decode
from catalog.connectors.dbt.notes import short
from catalog.connectors.dbt.project import Project, items
from catalog.connectors.dbt.shapes import Args, Freshness, Limit, Result
from catalog.connectors.dbt.times import moment
from catalog.facts import BuildFact, CheckStatus, FreshnessFact, ResultFact

# Commands that only render SQL report "success" for every node, tests too, and overwrite the results of the build.
SILENT = frozenset({"compile", "generate", "docs", "docs.generate", "parse", "list", "ls", "show", "debug"})
MESSAGE_MAX = 4000
BIGGEST = 2**31 - 1

_CHECKS = {
    "pass": CheckStatus.PASS,
    "warn": CheckStatus.WARN,
    "fail": CheckStatus.FAIL,
    "error": CheckStatus.ERROR,
    "runtime error": CheckStatus.ERROR,
    "skipped": CheckStatus.SKIPPED,
    "no-op": CheckStatus.SKIPPED,
}
_BUILDS = {**_CHECKS, "success": CheckStatus.PASS, "partial success": CheckStatus.WARN}
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class _Known:
    """Keys that results may point to."""

    checks: frozenset[str]
    project: Project


def results(artifacts: Iterable[Artifact], checks: Iterable[str], project: Project) -> Iterator[ResultFact | BuildFact]:
    known = _Known(frozenset(checks), project)
    for artifact in artifacts:
        if not _says_nothing(artifact, project):
            yield from _of_one(artifact, known)


def _says_nothing(artifact: Artifact, project: Project) -> bool:
    raw = artifact.sections.get("args")
    args = (decode(Args, raw, artifact.name, "args", project.notes) if raw is not None else None) or Args()
    command = args.which or args.rpc_method or ""
    if command in SILENT:
        message = f"results of dbt {short(command, 20)} tell nothing of the data; left out"
        project.notes.add(artifact.name, "args.which", message)
        return True
    if args.empty:
        message = "results of a run on empty tables tell nothing of the data; left out"
        project.notes.add(artifact.name, "args.empty", message)
        return True
    return False


def _of_one(artifact: Artifact, known: _Known) -> Iterator[ResultFact | BuildFact]:
    project = known.project
    generated_at = moment(artifact.metadata.generated_at)
    for i, raw in enumerate(items(artifact.sections.get("results"), artifact.name, "results", project.notes)):
        place = f"results[{i}]"
        result = decode(Result, raw, artifact.name, place, project.notes)
        fact = _fact(result, generated_at, known, artifact.name, place) if result else None
        if fact is not None:
            yield fact


def _fact(result: Result, generated_at: str, known: _Known, file: str, place: str) -> ResultFact | BuildFact | None:
    project, key = known.project, result.unique_id or ""
    at = _completed_at(result) or generated_at
    is_check = key in known.checks
    if not is_check and key not in project.assets:
        if key not in project.left_out and not _expected(key):
            message = "is of something that the manifest does not hold; left out"
            project.notes.add(file, f"{place}: {short(key)}", message)
        return None
    status = (_CHECKS if is_check else _BUILDS).get((result.status or "").lower())
    if is_check and result.status == "success":  # dbt says so of tests that were only compiled
        return None
    if status is None or not at:
        project.notes.add(file, f"{place}: {short(key)}", "has no status that is known, or no time; left out")
        return None
    message = (result.message or "").strip()[:MESSAGE_MAX]
    if is_check:
        failures = _failures(result)
        return ResultFact(check=key, status=status, at=at, failures=failures, message=message, seconds=_seconds(result))
    if not key.startswith(("model.", "seed.", "snapshot.")):
        return None
    return BuildFact(asset=key, status=status, at=at, seconds=_seconds(result), message=message)


def _expected(key: str) -> bool:
    """Kinds that dbt runs and that are no asset here, such as hooks."""
    return key.startswith(("operation.", "sql_operation.", "sql operation.", "rpc.", "analysis.", "function."))


def _completed_at(result: Result) -> str:
    for timing in result.timing or ():
        if timing.name == "execute":
            return moment(timing.completed_at)
    return ""


def _failures(result: Result) -> int | None:
    count = result.failures
    return int(count) if count is not None and math.isfinite(count) and 0 <= count <= BIGGEST else None


def _seconds(result: Result) -> float | None:
    time = result.execution_time
    return float(time) if time is not None and math.isfinite(time) and 0 <= time <= BIGGEST else None


def freshness(artifacts: Iterable[Artifact], project: Project) -> Iterator[FreshnessFact]:
    for artifact in artifacts:
        generated_at = moment(artifact.metadata.generated_at)
        for i, raw in enumerate(items(artifact.sections.get("results"), artifact.name, "results", project.notes)):
            fact = _looked_at(raw, generated_at, project, artifact.name, f"results[{i}]")
            if fact is not None:
                yield fact


def _looked_at(raw: msgspec.Raw, generated_at: str, project: Project, file: str, place: str) -> FreshnessFact | None:
    found = decode(Freshness, raw, file, place, project.notes)
    if found is None or (found.unique_id or "") in project.left_out:
        return None
    key = found.unique_id or ""
    loaded_at, at = moment(found.max_loaded_at), moment(found.snapshotted_at) or generated_at
    status = _freshness_status(found.status, loaded_at)
    if key not in project.assets or status is None or not at:
        message = "is of no source of the manifest, or has no status or time; left out"
        project.notes.add(file, f"{place}: {short(key)}", message)
        return None
    criteria = found.criteria
    return FreshnessFact(
        asset=key,
        status=status,
        at=at,
        loaded_at=loaded_at,
        warn_after_s=_limit(criteria.warn_after) if criteria else None,
        error_after_s=_limit(criteria.error_after) if criteria else None,
        message=(found.error or "").strip()[:MESSAGE_MAX],
    )


def _freshness_status(word: str | None, loaded_at: str) -> CheckStatus | None:
    """dbt says "error" both for data that is too old and (in old versions) for a question that failed."""
    word = (word or "").lower()
    return CheckStatus.FAIL if word == "error" and loaded_at else _CHECKS.get(word)


def _limit(limit: Limit | None) -> int | None:
    if limit is None or limit.count is None or limit.period not in _SECONDS:
        return None
    seconds = limit.count * _SECONDS[limit.period]
    return int(seconds) if 0 <= seconds <= BIGGEST else None
