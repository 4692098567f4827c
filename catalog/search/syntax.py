"""What somebody writes into the search box, as words and filters, and back again. Pure.

``revenue "by day" schema:marts,raw -tag:old -deprecated updated:<7d``: words, phrases in quotation marks, filters as
``name:value``, commas between values of which any will do, a minus before what must not be. Whatever is written means
something: a filter that nobody knows is a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

MAX_LENGTH = 1000
STATES = frozenset({"certified", "deprecated", "stub"})  # "-deprecated" leaves out what is, not what speaks of it
NAME = frozenset("abcdefghijklmnopqrstuvwxyz_")


@dataclass(frozen=True, slots=True)
class Word:
    """Something to be found; a ``phrase`` as it stands."""

    text: str
    negated: bool = False
    phrase: bool = False

    def __str__(self) -> str:
        return ("-" if self.negated else "") + (_quoted(self.text) if self.phrase else self.text)


@dataclass(frozen=True, slots=True)
class Filter:
    """Any of ``values``; none while somebody is still writing."""

    name: str
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        return ("-" if self.negated else "") + f"{self.name}:" + ",".join(map(_value, self.values))


@dataclass(frozen=True, slots=True)
class Written:
    """``unknown`` are names that look like filters and are none."""

    words: tuple[Word, ...] = ()
    filters: tuple[Filter, ...] = ()
    unknown: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, (*self.words, *self.filters)))

    @property
    def plain(self) -> str:
        """The words that are searched for, as one text."""
        return " ".join(word.text for word in self.words if not (word.negated or word.phrase))


def parse(text: str, names: Collection[str]) -> Written:
    """``names`` are the filters that there are; anything else before a colon is part of a word."""
    words: list[Word] = []
    filters: list[Filter] = []
    unknown: dict[str, None] = {}
    for item in _Reader(text[:MAX_LENGTH].replace("\0", ""), names).items():
        if isinstance(item, Filter):
            filters.append(item)
        else:
            words.append(item)
            if not item.phrase and (name := _like_a_filter(item.text)):
                unknown[name] = None
    return Written(tuple(words), tuple(filters), tuple(unknown))


class _Reader:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = text
        self.names = names
        self.at = 0

    def items(self) -> Iterator[Word | Filter]:
        while self._skip_blanks():
            negated = self.text[self.at] == "-" and not self._ends(self.at + 1)
            self.at += negated
            yield from self._item(negated)

    def _item(self, negated: bool) -> Iterator[Word | Filter]:
        if self.text[self.at] == '"':
            if phrase := self._quote():
                yield Word(phrase, negated, phrase=True)
        elif name := self._filter_name():
            values = tuple(dict.fromkeys(self._values()))
            yield Filter(name, values, negated)
        else:
            word = self._until_blank()
            state = word.lower()
            yield Filter("is", (state,), True) if negated and state in STATES else Word(word, negated)

    def _filter_name(self) -> str:
        """The name of a filter that begins here, which is then read; "" where none does."""
        end = self.text.find(":", self.at, self.at + 40)
        name = self.text[self.at : end].lower() if end > 0 else ""
        if name not in self.names:
            return ""
        self.at = end + 1
        return name

    def _values(self) -> Iterator[str]:
        while not self._ends(self.at):
            value = self._quote() if self.text[self.at] == '"' else self._until_blank(also=",")
            if value:
                yield value
            if self._ends(self.at) or self.text[self.at] != ",":
                return
            self.at += 1

    def _quote(self) -> str:
        """What stands in quotation marks, which may be missing at the end; inside, a backslash takes the next mark as it is."""
        self.at += 1
        found: list[str] = []
        while self.at < len(self.text) and (letter := self.text[self.at]) != '"':
            if letter == "\\" and self.text[self.at + 1 : self.at + 2] in {'"', "\\"}:
                self.at += 1
                letter = self.text[self.at]
            found.append(letter)
            self.at += 1
        self.at += 1
        return " ".join("".join(found).split())

    def _until_blank(self, also: str = "") -> str:
        start = self.at
        while not self._ends(self.at) and self.text[self.at] not in also:
            self.at += 1
        return self.text[start : self.at]

    def _skip_blanks(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _ends(self, at: int) -> bool:
        return at >= len(self.text) or self.text[at].isspace()


def _value(value: str) -> str:
    plain = value and value[0] != '"' and "," not in value and not any(map(str.isspace, value))
    return value if plain else _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _like_a_filter(word: str) -> str:
    """``colour:red`` looks like a filter; ``snowflake://account`` and ``10:30`` do not."""
    name, colon, value = word.partition(":")
    fits = colon and value and name and NAME.issuperset(name.lower()) and not value.startswith((":", "//"))
    return name.lower() if fits else ""
