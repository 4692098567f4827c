"""SQL that others wrote, with lineage that others know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.lineage_sql.scoring import COLUMN_FILES, Score, edges_found, edges_known, records
from lineage.sql import as_json, read_script

PRECISION = 0.97
RECALL = 0.92
TABLE_FILES = {
    "sqllineage_table": 0.90,
    "openlineage_sql_table": 0.92,
    "collate_corpus_table": 0.95,
}  # least share exact


def test_edges_of_all_column_files(corpus: Path) -> None:
    scores = {name: Score() for name in (*COLUMN_FILES, "all")}
    for record in records(corpus / "lineage"):
        answer = as_json(read_script(record.sql, record.dialect, record.schema).together)
        for name in (record.source, "all"):
            scores[name].add(edges_found(record, answer), edges_known(record))
    for name, score in scores.items():
        assert score.precision >= (PRECISION if name == "all" else 0.94), name
        assert score.recall >= RECALL, name


@pytest.mark.parametrize("name", TABLE_FILES)
def test_tables_of_the_table_files(corpus: Path, name: str) -> None:
    right = statements = 0
    with (corpus / "lineage" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            found = read_script(record["sql"], record["dialect"]).together
            known = record["expected_tables"]
            right += all(
                {bare(table) for table in one} == {bare(table) for table in other}
                for one, other in ((found.sources, known["sources"]), (found.targets, known["targets"]))
            )
            statements += 1
    assert right / statements >= TABLE_FILES[name]


def bare(table: str) -> str:
    return table.lower().translate(str.maketrans("", "", '"`[]')).removeprefix("<default>.").removeprefix("path:")
