"""Columns with the class that people gave them: from real projects of the corpus, from the demo, and listed by hand."""

from __future__ import annotations

import fnmatch
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "labels"
REPO = Path(__file__).resolve().parent.parent.parent
CORPUS = REPO.parent / "shared" / "corpus"
TUNE, HELD_OUT = "tune", "held_out"

Tables = Mapping[str, Mapping[str, str]]  # table -> column -> data type


@dataclass(frozen=True, slots=True)
class Labelled:
    project: str
    split: str
    table: str
    column: str
    data_type: str
    siblings: tuple[str, ...]
    pii: str  # "" = not personal


def labelled() -> Iterator[Labelled]:
    """Of all projects whose files are here; the corpus may be absent."""
    for path in sorted(HERE.glob("*.yml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        tables = _READERS[told["reader"]](told)
        yield from _columns(path.stem, told, tables)


def _columns(project: str, told: Mapping[str, Any], tables: Tables) -> Iterator[Labelled]:
    for table, columns in tables.items():
        for column, data_type in columns.items():
            pii = told["columns"][table][column] if "columns" in told else _class_of(told, table, column)
            if pii not in told.get("not_scored", []):
                yield Labelled(project, _split(told["split"], table), table, column, data_type, tuple(columns), pii)


def _class_of(told: Mapping[str, Any], table: str, column: str) -> str:
    place = f"{table}.{column}".lower()
    if any(fnmatch.fnmatchcase(place, pattern) for pattern in told["negatives"]):
        return ""
    fits = [pii for pii, patterns in told["classes"].items() if any(fnmatch.fnmatchcase(place, p) for p in patterns)]
    if len(fits) > 1:
        raise ValueError(f"{place} is labelled {' and '.join(fits)}")
    return fits[0] if fits else ""


def _split(rule: str, table: str) -> str:
    """``halves``: by the hash of the table's name, so that it is the same for everybody and nobody's choice."""
    if rule != "halves":
        return rule
    return TUNE if blake2b(table.encode(), digest_size=1).digest()[0] % 2 else HELD_OUT


def _dbt(told: Mapping[str, Any]) -> Tables:
    path = CORPUS / told["file"]
    if not path.is_file():
        return {}
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    catalog = json.loads(content)
    return {
        node["metadata"]["name"].lower(): {name.lower(): column["type"] for name, column in node["columns"].items()}
        for part in ("nodes", "sources")
        for node in catalog.get(part, {}).values()
    }


def _odcs(told: Mapping[str, Any]) -> Tables:
    path = CORPUS / told["file"]
    if not path.is_file():
        return {}
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        table["name"]: {column["name"]: str(column.get("physicalType", "")) for column in table.get("properties", [])}
        for table in contract["schema"]
    }


def _demo(told: Mapping[str, Any]) -> Tables:
    """The columns that the demo's dbt project documents."""
    tables: dict[str, dict[str, str]] = {}
    for path in sorted((REPO / "demo" / "platform" / "models").rglob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        listed = list(document.get("models", []))
        listed += [table for source in document.get("sources", []) for table in source.get("tables", [])]
        for table in listed:
            columns = tables.setdefault(table["name"], {})
            columns |= {column["name"]: str(column.get("data_type", "")) for column in table.get("columns", [])}
    return tables


def _listed(told: Mapping[str, Any]) -> Tables:
    return {table: dict.fromkeys(columns, "") for table, columns in told["columns"].items()}


_READERS: dict[str, Callable[[Mapping[str, Any]], Tables]] = {
    "dbt": _dbt,
    "odcs": _odcs,
    "demo": _demo,
    "listed": _listed,
}
