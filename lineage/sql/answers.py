"""The answer as JSON: what the command prints and the API sends."""

from __future__ import annotations

from typing import Any

from lineage.sql.model import Lineage


def as_json(found: Lineage) -> dict[str, Any]:
    """Plain dicts and lists, in the order of the statements."""
    return {
        "columns": [
            {
                "target": target.table,
                "column": target.column,
                "sources": [
                    {"table": source.table, "column": source.column, "kind": source.kind.label}
                    for source in target.sources
                ],
            }
            for target in found.columns
        ],
        "indirect": [
            {"target": use.target, "table": use.table, "column": use.column, "kind": use.kind.label}
            for use in found.indirect
        ],
        "tables": {
            "sources": list(found.sources),
            "targets": list(found.targets),
            "through": list(found.through),
        },
        "warnings": list(found.warnings),
    }
