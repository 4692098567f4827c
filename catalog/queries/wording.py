"""A change of an asset in words. The only place where a ``diff`` (``catalog.intake.diff``) becomes text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.states import ChangeKind
from portal.kernel.markdown import to_text

FIELD_WORDS = {
    "title": "title",
    "description": "description",
    "tier": "tier",
    "url": "link",
    "tags": "tags",
    "deprecated_at": "deprecation date",
    "domain_id": "domain",
    "owners": "owners",
    "code": "code",
    "materialized": "materialization",
    "kind": "kind",
    "terms": "glossary terms",
    "certified_at": "certification",
    "deprecation_note": "note on its deprecation",
    "successor_id": "successor",
    "lineage": "lineage",
}
COLUMN_WORDS = {
    "data_type": "type",
    "nullable": "may be empty",
    "is_key": "part of the key",
    "description": "description",
    "pii": "class of personal data",
    "tags": "tags",
}
GONE, BACK, FORGOTTEN = "gone from the warehouse", "now in the warehouse", "no longer documented"
_OF_MANY = {
    ChangeKind.GONE: "are gone from the warehouse",
    ChangeKind.BACK: "are back in the warehouse",
    ChangeKind.MERGED: "took others in",
    ChangeKind.SPLIT: "were split",
}
UNTOLD = frozenset({"code", "successor_id", "terms"})  # too long to repeat, or of a domain that the reader may not see
NAMED = 20  # columns that are listed by name


@dataclass(frozen=True, slots=True)
class Detail:
    """One line below a change; ``before`` and ``after`` are empty where there is nothing to compare."""

    words: str
    before: str = ""
    after: str = ""


def of_many(kind: str, field: str = "") -> str:
    """What happened to several assets; ``field`` is what changed of all of them."""
    known = ChangeKind(kind)
    return (_OF_MANY.get(known) or str(known.label)) + (f": {FIELD_WORDS[field]}" if field else "")


def is_inherited(diff: Mapping[str, Any]) -> bool:
    """Classes of personal data that came along lineage: nobody has touched the asset itself."""
    return "inherited" in diff


def inherited(diff: Mapping[str, Any], origins: Mapping[str, str]) -> list[str]:
    """Column by column. ``origins``: of which column each inherits now, where that is known."""
    told = []
    for name, fields in diff["columns"]["changed"].items():
        before, after = fields["pii"]
        start = f" from {origins[name]}" if name in origins else ""
        told.append(
            f"inherits {after} in column {name}{start}" if after else f"no longer inherits {before} in column {name}"
        )
    return told


def inherited_in_all(diff: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    told = inherited(diff, origins)
    if len(told) == 1:
        return told[0]
    lost = [one.startswith("no longer") for one in told]
    start = "no longer inherits" if all(lost) else "inherits other" if any(lost) else "inherits"
    return f"{start} personal data in {len(told)} columns"


def is_renaming(diff: Mapping[str, Any]) -> bool:
    return "renamed_at" in diff


def sentence(diff: Mapping[str, Any]) -> str:
    """``new column tax, 2 columns changed, description``; "" where nothing is told but that it happened."""
    told = [*_columns(diff.get("columns", {})), *(FIELD_WORDS[name] for name in diff if name in FIELD_WORDS)]
    if is_renaming(diff):
        before, after = diff["name"]
        told = [f"renamed from {before} to {after}", *told]
    return ", ".join(told)


def details(diff: Mapping[str, Any], domains: Mapping[int, str]) -> list[Detail]:
    """``domains``: names of those that the reader may see."""
    columns = diff.get("columns", {})
    found = [Detail(words) for words in _came_and_went(columns)]
    for name, fields in list(columns.get("changed", {}).items())[:NAMED]:
        found += of_column(fields, name)
    for field, values in diff.items():
        if field in FIELD_WORDS and field not in UNTOLD:
            if field in {"certified_at", "deprecated_at"}:
                values = [str(value)[:10] if value else None for value in values]
            before, after = [domains.get(value, "") if field == "domain_id" and value else value for value in values]
            found.append(_compared(FIELD_WORDS[field], field, before, after))
    found = found if len(found) > 1 or any(one.before for one in found) else []  # the sentence has said it
    if is_renaming(diff):
        moment = diff["renamed_at"][1][:16].replace("T", " at ")
        found.insert(0, Detail(f"renamed on {moment} UTC, as it is told"))
    return found


def of_column(fields: Mapping[str, Sequence[Any]], name: str = "") -> list[Detail]:
    """What changed of one column, line by line; with its name where several are told of."""
    found = [Detail(f"column {name} {_sight(fields)}")] if name and "observed" in fields else []
    start = f"column {name}: " if name else ""
    return found + [
        _compared(f"{start}{COLUMN_WORDS[field]}", field, before, after)
        for field, (before, after) in fields.items()
        if field in COLUMN_WORDS
    ]


def happened_to(columns: Mapping[str, Any], name: str) -> str:
    """What one change did to one column, in a word."""
    if name in columns.get("added", ()):
        return "new"
    if name in columns.get("dropped", ()):
        return GONE
    if name in columns.get("removed", ()):
        return FORGOTTEN
    fields = columns.get("changed", {}).get(name)
    if fields is None:
        return "first seen with its table"
    if "observed" in fields:
        return _sight(fields)
    return "changed" if set(fields) - UNTOLD else "changed: glossary terms"


def _columns(columns: Mapping[str, Any]) -> Iterator[str]:
    """One column by its name and what happened to it, several by their number."""
    yield from _came_and_went(columns, counted=True)
    changed = columns.get("changed", {})
    for seen, words in ((False, GONE), (True, BACK)):
        yield from _some([name for name, fields in changed.items() if _sight_of(fields) is seen], f"{{}} {words}")
    rest = {name: fields for name, fields in changed.items() if _sight_of(fields) is None}
    if len(rest) == 1:
        ((name, fields),) = rest.items()
        told = ", ".join(COLUMN_WORDS[field] for field in fields if field in COLUMN_WORDS)
        yield f"column {name}" + (f" ({told})" if told else "")
    elif rest:
        yield f"{len(rest)} columns changed"


def _some(names: Sequence[str], words: str, *, listed: bool = False) -> Iterator[str]:
    if len(names) == 1:
        yield words.format(f"column {names[0]}")
    elif names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        told = f": {', '.join(names[:NAMED])}{more}" if listed else ""
        yield f"{len(names)} {words.format('columns')}{told}"


def _came_and_went(columns: Mapping[str, Any], *, counted: bool = False) -> Iterator[str]:
    """``new column tax``, ``2 columns gone from the warehouse: a, b``; where they are ``counted``, without the names."""
    dropped = columns.get("dropped", ())
    forgotten = [name for name in columns.get("removed", ()) if name not in dropped]
    for names, words in (
        (columns.get("added", ()), "new {}"),
        (dropped, f"{{}} {GONE}"),
        (forgotten, f"{{}} {FORGOTTEN}"),
    ):
        yield from _some(names, words, listed=not counted)


def _sight_of(fields: Mapping[str, Sequence[Any]]) -> bool | None:
    """Whether the column came to sight or went from it; None where neither."""
    return bool(fields["observed"][1]) if "observed" in fields else None


def _sight(fields: Mapping[str, Sequence[Any]]) -> str:
    return BACK if _sight_of(fields) else GONE


def plainly(before: str, after: str) -> tuple[str, str]:
    """Two descriptions without their markup; as they were written where nothing else differs."""
    told = to_text(before), to_text(after)
    return told if told[0] != told[1] else (before, after)


def _compared(words: str, field: str, before: Any, after: Any) -> Detail:
    if field == "description":
        before, after = plainly(before or "", after or "")
    return Detail(words, _say(before), _say(after))


def _say(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
