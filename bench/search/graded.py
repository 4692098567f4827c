"""The graded queries of the corpus: documents as facts, queries with what answers them, and the measures."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import REPO

CORPUS = REPO.parent / "shared" / "corpus" / "search"


@dataclass(frozen=True, slots=True)
class Query:
    id: str
    kind: str
    text: str
    relevant: Mapping[str, int]


def queries(folder: Path = CORPUS) -> list[Query]:
    rows = _lines(folder / "search_tuva.queries.jsonl")
    return [Query(row["qid"], row["type"], row["query"], row["relevant"]) for row in rows]


def documents(folder: Path = CORPUS) -> list[dict[str, Any]]:
    return list(_lines(folder / "search_tuva.docs.jsonl"))


def facts(rows: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    """As the dbt reader would tell of them."""
    from catalog.facts import AssetFact, ColumnFact, Kind, Relation  # noqa: PLC0415 - needs the portal's settings

    for row in rows:
        columns = [column if isinstance(column, dict) else {"name": column} for column in row["columns"]]
        yield AssetFact(
            key=row["id"],
            kind=Kind.SEED if row["kind"] == "seed" else Kind.TABLE,
            title=row["name"],
            platform="duckdb",
            relation=Relation(database=row["database"], schema=row["schema"], identifier=row["identifier"]),
            aliases=(row["id"],),
            description=row["description"] or "",
            tags=tuple(row["tags"]),
            columns=tuple(
                ColumnFact(name=column["name"], position=place, description=column.get("description") or "")
                for place, column in enumerate(columns, 1)
            ),
        )


def ndcg(found: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    """Normalized discounted cumulative gain with exponential gain."""

    def gain(grades: Sequence[int]) -> float:
        return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:depth]))

    best = gain(sorted(relevant.values(), reverse=True))
    return gain([relevant.get(key, 0) for key in found]) / best if best else 0.0


def recall(found: Sequence[str], relevant: Mapping[str, int], depth: int = 100) -> float:
    return len(set(found[:depth]) & set(relevant)) / len(relevant) if relevant else 0.0


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
