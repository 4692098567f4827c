"""From JSON to typed values. What fits its shape is decoded by msgspec at once; what does not is mended field by field.

The slow way is only walked for values that need it, so its cost does not matter; that it never raises anything but
``BadInput`` does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from catalog.capabilities import BadInput
from catalog.connectors.dbt.notes import WIDTH, Notes, short

T = TypeVar("T", bound=msgspec.Struct)
PLACE_WIDTH = WIDTH + 20  # a key of WIDTH, and its section
TOO_DEEP = "is nested too deeply"


class UnfitError(Exception):
    """A value from which nothing of the wanted shape can be saved."""


@cache
def _decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(shape)


def decode(shape: type[T], raw: msgspec.Raw, file: str, place: str, notes: Notes) -> T | None:
    """``raw`` as a ``shape``; None, with a warning, where it is no object at all.

    Raises BadInput where the bytes are no text or too deep.
    """
    try:
        value: T = _decoder(shape).decode(raw)
        return value
    except (ValueError, RecursionError):
        return _salvage(shape, bytes(raw), file, place, notes)


def _salvage(shape: type[T], content: bytes, file: str, place: str, notes: Notes) -> T | None:
    def note(where: str, message: str) -> None:
        notes.add(file, f"{short(place, PLACE_WIDTH)}{short(where)}", message)

    try:
        value = mend(clean(loads(content, file, short(place, PLACE_WIDTH)), "", note), shape, "", note)
        return msgspec.convert(value, shape)
    except UnfitError:
        note("", "is not an object; left out")
        return None
    except RecursionError:
        raise BadInput(file, short(place, PLACE_WIDTH), TOO_DEEP) from None


def loads(content: bytes, file: str, place: str = "") -> Any:
    """Python's own, laxer JSON reader. Raises BadInput that tells where the text breaks off."""
    try:
        return json.loads(content)
    except RecursionError:
        raise BadInput(file, place, TOO_DEEP) from None
    except UnicodeDecodeError as error:
        raise BadInput(file, place or f"byte {error.start}", "is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = place or f"line {error.lineno} column {error.colno}"
        raise BadInput(file, place, f"is not JSON: {error.msg}") from None
    except ValueError:
        raise BadInput(file, place, "holds a number that is too long") from None


Note = Callable[[str, str], None]


def clean(value: Any, place: str, note: Note) -> Any:
    """``value`` without what JSON allows but a database does not: NUL, lone surrogates, infinite numbers."""
    if isinstance(value, str):
        return _clean_text(value, place, note)
    if isinstance(value, dict):
        return {_clean_text(key, place, note): clean(v, f"{place}.{short(key, 60)}", note) for key, v in value.items()}
    if isinstance(value, list):
        return [clean(item, f"{place}[{i}]", note) for i, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        note(place, "is not a finite number; left out")
        return None
    return value


def _clean_text(text: str, place: str, note: Note) -> str:
    if "\x00" in text:
        note(place, "holds NUL characters, which were removed")
        text = text.replace("\x00", "")
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        note(place, "holds half of a surrogate pair, which was replaced")
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def mend(value: Any, shape: Any, place: str, note: Note) -> Any:
    """``value`` without the parts that do not fit ``shape``, each with a note. Raises UnfitError if nothing is left."""
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        kind = _member(shape, value)
        origin = get_origin(kind)
        if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            wanted = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
            return _fitting({k: v for k, v in value.items() if k in wanted}, lambda k: wanted[k], place, note)
        if isinstance(value, dict) and origin is dict:
            return _fitting(value, lambda _: get_args(kind)[1], place, note)
        if isinstance(value, list) and origin is list:
            parts = dict(enumerate(value))
            return list(_fitting(parts, lambda _: get_args(kind)[0], place, note).values())
        raise UnfitError(str(error).partition(" - at ")[0]) from None
    return value


def _fitting(parts: dict[Any, Any], kind: Callable[[Any], Any], place: str, note: Note) -> dict[Any, Any]:
    kept = {}
    for key, part in parts.items():
        where = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{short(key, 60)}"
        try:
            kept[key] = mend(part, kind(key), where, note)
        except UnfitError as error:
            note(where, f"{error}; left out")
    return kept


def _member(shape: Any, value: Any) -> Any:
    """Of a union, the member that ``value`` was meant to be."""
    if get_origin(shape) not in (Union, UnionType):
        return shape
    for member in get_args(shape):
        bare = get_origin(member) or member
        meant = dict | msgspec.Struct if isinstance(value, dict) else type(value)
        if isinstance(bare, type) and issubclass(bare, meant):
            return member
    return shape
