"""The closed list of what a person can say of an asset or column, with the shape of each value.

| field | value |
|---|---|
| description, domain (slug), tier | text; "" says that there is none, whatever sources say |
| tags, terms (slugs) | {"add": [text], "drop": [text]}: over what sources say, so that theirs keep coming |
| owners | {"add": [{"name", "email", "is_team"}], "drop": [name]} |
| certified | {"note": text} |
| deprecation | {"date": ISO date, "successor": public id or "", "note": text}; {} says that it is not deprecated |
| pii | {"class": one of ``catalog.pii.classes``, or what it is called by, "reason": text}; "" says that it is not personal |

No annotation at all (``None`` in an edit) leaves the word to the sources.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from catalog.pii.classes import CLASSES, normal

MAX_TEXT = 20_000
MAX_ITEMS = 100
COLUMN_FIELDS = frozenset({"description", "tags", "terms", "pii"})
ASSET_FIELDS = frozenset({"description", "domain", "tier", "tags", "terms", "owners", "certified", "deprecation"})


class BadWord(ValueError):
    """A value that does not have the shape of its field; ``str()`` is a sentence for people."""


def checked(field: str, column: str, value: Any, *, standing: str = "") -> Any:
    """The value in its one normal form. ``standing`` is the class that counts for the column: a word that only its source
    knows may be confirmed, and no other invented. Raises ``BadWord``."""
    allowed = COLUMN_FIELDS if column else ASSET_FIELDS
    if field not in allowed:
        where = "a column" if column else "an asset"
        raise BadWord(f"{where} has no field “{field}”; there are: {', '.join(sorted(allowed))}")
    shaped = _SHAPES[field](value)
    if field == "pii" and shaped["class"] not in {"", standing, *CLASSES}:
        raise BadWord(f"“{shaped['class']}” is no class of personal data; there are: {', '.join(CLASSES)}")
    return shaped


def _text(limit: int) -> Callable[[Any], str]:
    def shape(value: Any) -> str:
        if not isinstance(value, str):
            raise BadWord("a text is expected")
        text = value.replace("\0", "").replace("\r\n", "\n").strip()
        if len(text) > limit:
            raise BadWord(f"at most {limit:,} characters")
        return text

    return shape


def _object(value: Any, keys: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadWord(f"an object with {', '.join(sorted(keys))} is expected")
    if unknown := value.keys() - keys:
        raise BadWord(f"unknown key “{min(unknown)}”; there are: {', '.join(sorted(keys))}")
    return value


def _items(value: Any, shape: Callable[[Any], Any]) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise BadWord("a list is expected")
    if len(value) > MAX_ITEMS:
        raise BadWord(f"at most {MAX_ITEMS} of them")
    found: list[Any] = []
    for item in value:
        one = shape(item)
        if one and one not in found:
            found.append(one)
    return found


def _set(value: Any) -> dict[str, list[str]]:
    parts = _object(value, {"add", "drop"})
    add = _items(parts.get("add", []), _text(80))
    drop = [item for item in _items(parts.get("drop", []), _text(80)) if item not in add]
    return {"add": add, "drop": drop}


def _owner(value: Any) -> dict[str, Any]:
    parts = _object(value, {"name", "email", "is_team"})
    name = _text(300)(parts.get("name", ""))
    if not name:
        raise BadWord("an owner needs a name")
    return {"name": name, "email": _text(300)(parts.get("email", "")), "is_team": bool(parts.get("is_team", False))}


def _owners(value: Any) -> dict[str, list[Any]]:
    parts = _object(value, {"add", "drop"})
    add = _items(parts.get("add", []), _owner)
    names = {owner["name"] for owner in add}
    drop = [name for name in _items(parts.get("drop", []), _text(300)) if name not in names]
    return {"add": add, "drop": drop}


def _certified(value: Any) -> dict[str, str]:
    return {"note": _text(500)(_object(value, {"note"}).get("note", ""))}


def _deprecation(value: Any) -> dict[str, str]:
    parts = _object(value, {"date", "successor", "note"})
    if not parts:
        return {}
    when = _text(10)(parts.get("date", ""))
    try:
        date.fromisoformat(when)
    except ValueError as error:
        raise BadWord(f"“{when[:20]}” is no date like 2026-12-31") from error
    successor = _text(36)(parts.get("successor", ""))
    try:
        successor = str(uuid.UUID(successor)) if successor else ""
    except ValueError as error:
        raise BadWord("the successor is named by its public id") from error
    return {"date": when, "successor": successor, "note": _text(500)(parts.get("note", ""))}


def _pii(value: Any) -> dict[str, str]:
    parts = _object(value, {"class", "reason"})
    return {"class": normal(_text(60)(parts.get("class", ""))), "reason": _text(200)(parts.get("reason", ""))}


_SHAPES: dict[str, Callable[[Any], Any]] = {
    "description": _text(MAX_TEXT),
    "domain": _text(80),
    "tier": _text(40),
    "tags": _set,
    "terms": _set,
    "owners": _owners,
    "certified": _certified,
    "deprecation": _deprecation,
    "pii": _pii,
}
