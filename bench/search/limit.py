"""tantivy on the same documents: what finding alone costs, without rights, database and page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from bench.search.world import Table

FIELDS = ["name", "columns", "description"]
BOOSTS = {"name": 4.0, "columns": 2.0, "description": 1.0}
FACETS = ("schema", "domain")


class Engine:
    def __init__(self, made: Sequence[Table], folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        schema = tantivy.SchemaBuilder()
        for name in FIELDS:
            schema.add_text_field(name, stored=name == "name")
        for name in FACETS:
            schema.add_text_field(name, tokenizer_name="raw", fast=True)
        self.index = tantivy.Index(schema.build(), path=str(folder))
        writer = self.index.writer(heap_size=200_000_000)
        for table in made:
            writer.add_document(
                tantivy.Document(
                    name=_split(table.path),
                    columns=_split(" ".join(table.columns)),
                    description=table.description,
                    schema=table.schema,
                    domain=f"domain-{table.domain}",
                )
            )
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def find(self, text: str, *, facets: bool) -> int:
        """Twenty best, all words as beginnings; near words where nothing has them; counts of two facets."""
        searcher = self.index.searcher()
        written, _, schema = text.partition(" schema:")
        words = _split(written)
        query = self._query(words, schema, dict.fromkeys(FIELDS, (True, 0, True)))
        hits = searcher.search(query, 20)
        if not hits.hits and words:
            query = self._query(words, schema, dict.fromkeys(FIELDS, (True, 1, True)))
            hits = searcher.search(query, 20)
        for name in FACETS if facets else ():
            searcher.aggregate(query, {name: {"terms": {"field": name}}})
        return len(hits.hits)

    def _query(self, words: str, schema: str, fuzzy: dict[str, Any]) -> tantivy.Query:
        query = tantivy.Query.all_query()
        if words:
            query = self.index.parse_query(
                words, FIELDS, field_boosts=BOOSTS, fuzzy_fields=fuzzy, conjunction_by_default=True
            )
        if schema:
            inside = tantivy.Query.term_query(self.index.schema, "schema", schema)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, inside)])
        return query


def _split(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.lower()))
