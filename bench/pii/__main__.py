"""``python -m bench.pii``: how much of what is called personal data is, how much of it is found, and at what price."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence

from bench import report
from bench.pii.labels import CORPUS, HELD_OUT, TUNE, Labelled, labelled
from bench.pii.scores import HEAD, Scores
from bench.pii.values import Sample, samples
from catalog.pii.judging import Finding, judge
from catalog.pii.naming import Table, by_name, table_of
from catalog.pii.observing import by_values

QUICK = os.environ.get("QUICK", "") not in {"", "0"}
MILLION = 100_000 if QUICK else 1_000_000
SEEDS = {TUNE: 1, HELD_OUT: 2026}


def main() -> None:
    found: dict[str, float | None] = {}
    if not CORPUS.is_dir():
        print(
            "The corpus is not beside this checkout: only the demo's columns and those listed by hand are measured.\n"
        )
    columns = list(labelled())
    for split in (TUNE, HELD_OUT):
        scores, queue = _names([column for column in columns if column.split == split])
        _show(f"by name, {_called(split)}: {scores.total:,} columns", scores)
        print(f"not sure enough to count, they wait for a person: {queue}\n")
        found |= _figures(f"names_{split}", scores)
    for split, seed in SEEDS.items():
        by_class, slowest = _values(samples(seed))
        _show(f"by values, seed {seed}: {by_class.total:,} samples", by_class)
        found |= _figures(f"values_{split}", by_class)
        found[f"values_{split}_slowest_ms"] = slowest * 1000
    found |= _prices(columns)
    print(report.ratios(found))


def _called(split: str) -> str:
    return "the rules were chosen on these" if split == TUNE else "held out"


def _show(title: str, scores: Scores) -> None:
    print(title)
    print(report.table(HEAD, scores.rows()), end="\n\n")


def _figures(name: str, scores: Scores) -> dict[str, float | None]:
    return {f"{name}_precision": scores.precision, f"{name}_recall": scores.recall}


def _names(columns: Sequence[Labelled]) -> tuple[Scores, str]:
    scores, right, wrong = Scores(), 0, 0
    for column, table in _with_tables(columns):
        finding = by_name(column.column, column.data_type, table)
        said = judge(None, None, [finding]).pii if finding else ""
        if said == "health" and column.project == "tuva":
            continue  # not scored there, see its labels
        scores.add(said, column.pii)
        if finding and not said:
            right += finding.pii == column.pii
            wrong += finding.pii != column.pii
    return scores, f"{right} rightly named, {wrong} wrongly"


def _with_tables(columns: Sequence[Labelled]) -> Iterator[tuple[Labelled, Table]]:
    tables: dict[tuple[str, str], Table] = {}
    for column in columns:
        key = (column.project, column.table)
        if key not in tables:
            tables[key] = table_of(column.table, column.siblings)
        yield column, tables[key]


def _values(given: Iterator[Sample]) -> tuple[Scores, float]:
    """As the intake does it: what values show, beside what the name says."""
    scores, slowest = Scores(), 0.0
    for sample in given:
        named = by_name(sample.column)
        began = time.perf_counter()
        seen = by_values(sample.values, named.pii if named else "")
        slowest = max(slowest, time.perf_counter() - began)
        findings: list[Finding] = [one for one in (named, seen.finding if seen else None) if one]
        scores.add(judge(None, None, findings).pii, sample.pii)
    return scores, slowest


def _prices(columns: Sequence[Labelled]) -> dict[str, float | None]:
    """Seconds for a million columns by name, as many different ones as the projects have, and µs of one value."""
    pairs = list(_with_tables(columns))
    began = time.perf_counter()
    for number in range(MILLION):
        column, table = pairs[number % len(pairs)]
        by_name(column.column, column.data_type, table)
    names = (time.perf_counter() - began) * 1_000_000 / MILLION
    given = list(samples(1))
    began = time.perf_counter()
    for sample in given:
        by_values(sample.values)
    values = (time.perf_counter() - began) / sum(len(sample.values) for sample in given)
    print(f"1,000,000 columns by name: {names:.1f} s · one value of a sample: {values * 1e6:.0f} µs\n")
    return {"names_seconds_a_million_columns": names, "values_us_each": values * 1e6}


if __name__ == "__main__":
    main()
