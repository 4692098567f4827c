"""YAML and JSON written by others, read safely: plain values, and where each of them stands.

The parser's events are taken one by one, so that nothing of a hostile file is ever built: no aliases (a few bytes become
billions of nodes), no anchors and merge keys, no keys said twice (the second would silently win), no tags, no nesting
without end. Scalars follow YAML 1.2's core schema: ``NO`` is a country, ``2024-01-01`` a text, as in JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from catalog.contracts.problems import Path, Problem, Refused, in_words

MAX_BYTES = 256 * 1024
MAX_DEPTH = 30
TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there

_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map")}


@dataclass(frozen=True, slots=True)
class Loaded:
    """``texts`` has numbers as they were written: version 1.10 is not 1.1."""

    value: Any
    places: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    texts: Mapping[Path, str] = field(default_factory=dict)


def load(content: bytes, limit: int = MAX_BYTES) -> Loaded:
    """
    Raises:
        Refused: the content is too large, no text, no YAML or JSON, or holds what no contract needs.
    """
    text = _text(content, limit)
    try:
        loaded = _Builder().build(text)
    except Refused as refused:
        if not text.lstrip().startswith("{") or refused.problems[0].message == TOO_DEEP:
            raise
        loaded = _as_json(text)
    if loaded.value is None:
        raise Refused([Problem(line=1, column=1, message="is empty")])
    return loaded


def scalar(text: str) -> Any:
    """What a plain scalar means.

    >>> [scalar(word) for word in ("1", "1.5", "NO", "true", "~", "2024-01-01", "1_000")]
    [1, 1.5, 'NO', True, None, '2024-01-01', '1_000']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text) and len(text) < 40:
        number = float(text)
        return number if abs(number) < 1e300 else text
    return text


def _text(content: bytes, limit: int) -> str:
    if len(content) > limit:
        raise Refused([Problem(message=f"is larger than {limit // 1024} kB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        raise Refused([Problem(line=line, column=column, message="is not UTF-8")]) from error


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence that is being filled; ``key`` waits for its value."""

    container: Any
    path: Path
    key: str | None = None


class _Builder:
    def __init__(self) -> None:
        self.frames: list[_Frame] = []
        self.places: dict[Path, tuple[int, int]] = {}
        self.texts: dict[Path, str] = {}
        self.root: Any = None
        self.documents = 0

    def build(self, text: str) -> Loaded:
        try:
            for event in yaml.parse(text, Loader=LOADER):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            raise _refused(error.problem_mark, (), str(error.problem or "cannot be read")) from error
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            at = Problem(
                line=before.count("\n") + 1, column=len(before) - before.rfind("\n"), message=str(error.reason)
            )
            raise Refused([at]) from error
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise Refused([Problem(message="cannot be read as YAML")]) from error
        return Loaded(self.root, self.places, self.texts)

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event.start_mark, self._path(), "aliases are not allowed; write it out")
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _refused(event.start_mark, (), "holds a second document; one file is one contract")
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()

    def _take_node(self, event: Any) -> None:
        mark, path = event.start_mark, self._path()
        if event.anchor is not None:
            raise _refused(mark, path, "anchors are not allowed; write it out")
        if event.tag is not None and event.tag not in _PLAIN_TAGS and event.tag != "!":
            raise _refused(mark, path, f"the tag {event.tag[:60]} is not allowed")
        if not isinstance(event, yaml.ScalarEvent):
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], mark)
        elif self.frames and isinstance(self.frames[-1].container, dict) and self.frames[-1].key is None:
            self._take_key(event)
        else:
            self._put(self._value(event), mark)

    def _path(self) -> Path:
        """Of the value that comes next."""
        if not self.frames:
            return ()
        frame = self.frames[-1]
        if isinstance(frame.container, list):
            return (*frame.path, len(frame.container))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _take_key(self, event: Any) -> None:
        frame, mark = self.frames[-1], event.start_mark
        key = _clean(event.value, mark, frame.path)
        path = (*frame.path, key)
        if key == "<<" and event.implicit[0]:
            raise _refused(mark, frame.path, "merge keys are not allowed; write it out")
        if key in frame.container:
            first = self.places[path][0]
            raise _refused(mark, frame.path, f"“{key[:80]}” is said twice, first in line {first}")
        self.places[path] = (mark.line + 1, mark.column + 1)
        frame.key = key

    def _value(self, event: Any) -> Any:
        path = self._path()
        text = _clean(event.value, event.start_mark, path)
        plain = event.implicit[0] and event.tag is None
        value = scalar(text) if plain else text
        if plain and not isinstance(value, str):
            self.texts[path] = text
        return value

    def _open(self, container: Any, mark: Any) -> None:
        path = self._path()
        if self.frames and isinstance(self.frames[-1].container, dict) and self.frames[-1].key is None:
            raise _refused(mark, path, "a key must be a text")
        if len(self.frames) >= MAX_DEPTH:
            raise _refused(mark, path[:6], TOO_DEEP)
        self._put(container, mark)
        self.frames.append(_Frame(container, path))

    def _put(self, value: Any, mark: Any) -> None:
        path = self._path()
        self.places.setdefault(path, (mark.line + 1, mark.column + 1))
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if isinstance(frame.container, list):
            frame.container.append(value)
        else:
            frame.container[frame.key] = value
            frame.key = None


def _clean(text: str, mark: Any, path: Path) -> str:
    """No NUL and no lone surrogate, for which no database has a place."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text if letter > "\ud7ff"):
        raise _refused(mark, path, "holds a character that cannot be stored")
    return text


def _refused(mark: Any, path: Path, message: str) -> Refused:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    return Refused([Problem(line=line, column=column, path=in_words(path), message=message)])


def _as_json(text: str) -> Loaded:
    """JSON that YAML's parser does not take: surrogate pairs, tabs. Its values have no places."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Refused([Problem(line=error.lineno, column=error.colno, message=error.msg)]) from error
    except RecursionError as error:
        raise Refused([Problem(message=TOO_DEEP)]) from error
    except ValueError as error:
        raise Refused([Problem(message=str(error))]) from error
    _check(value)
    return Loaded(value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"“{key[:80]}” is said twice")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _check(root: Any) -> None:
    """Depth, characters and numbers of what JSON gave; without recursion."""
    waiting: list[tuple[Any, Path]] = [(root, ())]
    while waiting:
        value, path = waiting.pop()
        if len(path) > MAX_DEPTH:
            raise Refused([Problem(path=in_words(path[:6]), message=TOO_DEEP)])
        if isinstance(value, dict):
            waiting += [(key, path) for key in value]
            waiting += [(inner, (*path, key)) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, (*path, at)) for at, inner in enumerate(value)]
        elif isinstance(value, str):
            _clean(value, None, path)
        elif isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) < 1e300:
            raise Refused([Problem(path=in_words(path), message="is a number too large to be meant")])
