"""``python -m bench.lineage_sql``: column lineage of a dbt project beside ``sqlglot.lineage``; edges against known ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import sqlglot
from sqlglot.lineage import lineage as sqlglot_lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from bench import measure, report
from bench.lineage_sql.generate import Model, Project, flat, project
from bench.lineage_sql.scoring import COLUMN_FILES, Score, edges_found, edges_known, records
from lineage.sql import Cache, as_json, read_script

QUICK = os.environ.get("QUICK", "") not in {"", "0"}
MODELS = 200 if QUICK else 1000
PEER_MODELS = 20 if QUICK else 60  # one in so many, for those that take long: their speed does not hang on the number
DIALECT = "snowflake"
CORPUS = measure.REPO.parent / "shared" / "corpus" / "lineage"

Flat = set[tuple[str, str, str]]


def ours(model: Model, made: Project) -> Flat:
    found = read_script(model.sql, DIALECT, made.needed(model)).together
    return {
        (target.column.lower(), (source.table or "?").lower(), source.column.lower())
        for target in found.columns
        for source in target.sources
    }


def parsed(model: Model, made: Project) -> Flat:
    """The floor: whoever reads SQL has to parse it."""
    sqlglot.parse_one(model.sql, dialect=DIALECT)
    return set()


def shared_scope(model: Model, made: Project) -> Flat:
    """sqlglot's lineage of each column, over one scope that was qualified once: what its documentation recommends."""
    schema = nested(made.needed(model))
    tree = sqlglot.parse_one(model.sql, dialect=DIALECT)
    tree = qualify(tree, schema=schema, dialect=DIALECT, validate_qualify_columns=False)
    scope = build_scope(tree)
    found: Flat = set()
    for column in tree.named_selects if isinstance(tree, sqlglot.exp.Query) else ():
        top = sqlglot_lineage(column, tree, schema=schema, dialect=DIALECT, scope=scope, trim_selects=False)
        for node in top.walk():
            if not node.downstream and isinstance(node.expression, sqlglot.exp.Table):
                table = ".".join(part.name for part in node.expression.parts).lower()
                found.add((column.lower(), table, node.name.rsplit(".", 1)[-1].strip('"').lower()))
    return found


def nested(flat_schema: dict[str, dict[str, str]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, columns in flat_schema.items():
        *folders, table = name.split(".")
        at: dict[str, object] = found
        for folder in folders:
            at = at.setdefault(folder, {})  # type: ignore[assignment]
        at[table] = columns
    return found


def timed(read: Callable[[Model, Project], Flat], models: Iterable[Model], made: Project) -> tuple[float, float]:
    """(models per second of CPU, share of models whose edges are all right)."""
    chosen = list(models)
    started = time.process_time()
    answers = [read(model, made) for model in chosen]
    spent = time.process_time() - started
    right = sum(answer == set(flat(model.edges)) for answer, model in zip(answers, chosen, strict=True))
    return len(chosen) / spent, right / len(chosen)


def cached(made: Project) -> float:
    """Models per second of CPU, the second time."""
    kept = Cache()
    for model in made.models:
        kept.read(model.sql, DIALECT, made.needed(model))
    started = time.process_time()
    for model in made.models:
        kept.read(model.sql, DIALECT, made.needed(model))
    return len(made.models) / (time.process_time() - started)


def judged(folder: Path) -> dict[str, Score]:
    scores = {name: Score() for name in (*COLUMN_FILES, "all")}
    for record in records(folder):
        answer = as_json(read_script(record.sql, record.dialect, record.schema).together)
        found, known = edges_found(record, answer), edges_known(record)
        for name in (record.source, f"  {record.source} · {record.dialect}", "all"):
            scores.setdefault(name, Score()).add(found, known)
    return scores


def main() -> None:
    made = project(MODELS)
    few = made.models[:: max(1, MODELS // PEER_MODELS)]
    ours(made.models[0], made)  # what is loaded once is not measured
    speed, exact = timed(ours, made.models, made)
    floor, _ = timed(parsed, made.models, made)
    few_speed, _ = timed(ours, few, made)
    peer, peer_exact = timed(shared_scope, few, made)
    again = cached(made)
    size = sum(len(model.sql) for model in made.models) / len(made.models)
    print(f"{MODELS:,} models of {size:,.0f} characters, models per second of CPU")
    rows = [
        ["parse alone", f"{floor:.0f}", ""],
        ["ours", f"{speed:.0f}", f"{exact:.0%}"],
        ["ours, kept", f"{again:.0f}", ""],
        [f"sqlglot.lineage, shared scope ({len(few)} models)", f"{peer:.1f}", f"{peer_exact:.0%}"],
    ]
    print(report.table(["", "models/s", "exact"], rows))
    found: dict[str, float | None] = {
        "models_per_cpu_second": speed,
        "best_peer_over_ours": peer / few_speed,
        "ours_over_sqlglot_lineage": few_speed / peer,
        "parse_share": speed / floor,
        "exact": exact,
    }
    if CORPUS.is_dir():
        scores = judged(CORPUS)
        print()
        print(
            report.table(
                ["", "statements", "exact", "edges", "precision", "recall"], [_row(*item) for item in scores.items()]
            )
        )
        found |= {"edge_precision": scores["all"].precision, "edge_recall": scores["all"].recall}
    print(report.ratios(found))


def _row(name: str, score: Score) -> list[str]:
    return [
        name, str(score.statements), str(score.exact), str(score.known), f"{score.precision:.3f}", f"{score.recall:.3f}",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
