"""Columns: those that people documented, joined with those that the warehouse showed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.connectors.dbt.marks import NOTHING, Note, meta, personal, tags, texts
from catalog.connectors.dbt.notes import short
from catalog.connectors.dbt.shapes import CatalogTable, Column, Node, SeenColumn
from catalog.facts import ColumnFact

IDENTIFIER_MAX = 500
TEXT_MAX = 100_000
TYPE_MAX = 20_000
_QUOTES = '"`['


@dataclass(slots=True)
class Columns:
    facts: list[ColumnFact] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)  # documented name -> the warehouse's form
    primary_key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promises:
    """What keys and constraints at the level of the table say about columns, by lower-cased name."""

    key: tuple[str, ...] = ()
    not_null: frozenset[str] = frozenset()


def unquoted(name: str) -> str:
    """A column's name as people write it in YAML, without the quotes around it."""
    if name[:1] in _QUOTES and len(name) > 2 and name[-1:] == {"[": "]"}.get(name[0], name[0]):
        return name[1:-1]
    return name


def columns_of(node: Node, table: CatalogTable | None, note: Note) -> Columns:
    """Those of the catalog in its order, then the documented ones that it does not know."""
    documented = _documented(node)
    seen = _in_order(table.columns) if table and table.columns else {}
    promises = _promises(node, documented)
    result = Columns()
    rest = {name.lower(): name for name in documented.keys() - seen.keys()}
    for name, column in seen.items():
        doc = documented.get(name)
        if doc is None and rest:
            known_as = rest.pop(name.lower(), None)
            if known_as is not None:
                doc, result.renamed[known_as] = documented[known_as], name
        _append(result, name, doc, column, promises, note)
    for name, doc in documented.items() if rest or not seen else ():
        if name not in seen and name not in result.renamed:
            _append(result, name, doc, None, promises, note)
    result.primary_key = _primary_key(result.facts, promises)
    return result


def _documented(node: Node) -> Mapping[str, Column]:
    columns = node.columns or {}
    names = "".join(columns)
    if any(quote in names for quote in _QUOTES):
        return {unquoted(name): column for name, column in columns.items()}
    return columns


def _in_order(columns: Mapping[str, SeenColumn]) -> Mapping[str, SeenColumn]:
    places = [column.index or 0 for column in columns.values()]
    if places == sorted(places):
        return columns
    return dict(sorted(columns.items(), key=lambda item: item[1].index or 0))


def _append(
    result: Columns, name: str, doc: Column | None, seen: SeenColumn | None, promises: Promises, note: Note
) -> None:
    if not 0 < len(name) <= IDENTIFIER_MAX:
        note(f"columns.{short(name, 40)}", f"a name is empty or longer than {IDENTIFIER_MAX} characters; left out")
        return
    description, data_type, extra = "", "", _PLAIN
    if doc is not None:
        description, data_type = doc.description or "", doc.data_type or ""
        config = doc.config
        if doc.meta or doc.tags or doc.constraints or (config is not None and (config.meta or config.tags)):
            extra = _extra(name, doc, note)
    if seen is not None:
        description, data_type = description or seen.comment or "", seen.type or data_type
    if len(description) > TEXT_MAX or len(data_type) > TYPE_MAX:
        note(f"columns.{short(name, 40)}", "a description or type is too long; cut")
        description, data_type = description[:TEXT_MAX], data_type[:TYPE_MAX]
    is_key = extra.is_key or name.lower() in promises.key
    result.facts.append(
        ColumnFact(
            name=name,
            position=len(result.facts) + 1,
            data_type=data_type,
            nullable=False if extra.not_null or name.lower() in promises.not_null else None,
            is_key=is_key,
            description=description,
            tags=extra.tags,
            pii=extra.pii,
            pii_reason=extra.pii_reason,
            meta=extra.meta,
            observed=seen is not None,
        )
    )


@dataclass(frozen=True, slots=True)
class _Extra:
    tags: tuple[str, ...] = ()
    pii: str = ""
    pii_reason: str = ""
    meta: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    is_key: bool = False
    not_null: bool = False


_PLAIN = _Extra()


def _extra(name: str, doc: Column, note: Note) -> _Extra:
    def here(place: str, message: str) -> None:
        note(f"columns.{short(name, 40)}.{place}", message)

    config_meta, config_tags = (doc.config.meta, doc.config.tags) if doc.config else (None, None)
    found_tags = tags(here, doc.tags, config_tags)
    kept = meta(here, config_meta, doc.meta)
    pii, reason = personal({**(config_meta or {}), **(doc.meta or {})}, found_tags)
    if doc.constraints:
        kept |= meta(here, {"constraints": [plain(constraint) for constraint in doc.constraints]})
    kinds = {constraint.get("type") for constraint in doc.constraints or () if isinstance(constraint.get("type"), str)}
    is_key = "primary_key" in kinds
    return _Extra(found_tags, pii, reason, kept or NOTHING, is_key, is_key or "not_null" in kinds)


def plain(constraint: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in constraint.items() if value not in (None, [], "")}


def _promises(node: Node, documented: Mapping[str, Column]) -> Promises:
    if not node.constraints and not node.primary_key and not any(column.constraints for column in documented.values()):
        return _NO_PROMISES
    not_null: set[str] = set()
    key: list[str] = []
    for constraint in node.constraints or ():
        named = constraint.get("columns")
        names = _lowered(named) if isinstance(named, list) else []
        if constraint.get("type") == "primary_key":
            key = key or names
        if constraint.get("type") in ("primary_key", "not_null"):
            not_null.update(names)
    by_column = [name.lower() for name, column in documented.items() if _is_key(column)]
    # Where no constraint tells the key, dbt guesses it from unique tests, which promise nothing about nulls.
    return Promises(tuple(key or by_column or _lowered(texts(node.primary_key))), frozenset(not_null))


_NO_PROMISES = Promises()


def _is_key(column: Column) -> bool:
    return any(constraint.get("type") == "primary_key" for constraint in column.constraints or ())


def _lowered(names: Iterable[Any]) -> list[str]:
    return [unquoted(name).lower() for name in names if isinstance(name, str)]


def _primary_key(facts: Iterable[ColumnFact], promises: Promises) -> tuple[str, ...]:
    """The key in the warehouse's form and the promised order; empty where a part of it is no column."""
    if not promises.key:
        return ()
    shown = {fact.name.lower(): fact.name for fact in facts if fact.is_key}
    return tuple(shown[name] for name in promises.key) if all(name in shown for name in promises.key) else ()
