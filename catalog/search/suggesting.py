"""What somebody may have meant who found nothing: another spelling of words, another value of a filter.

Each is tried before it is said, with the eyes of who asks: what is hidden cannot be suggested, nor what finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from catalog.search import text as texts
from catalog.search.facets import Facet
from catalog.search.request import SearchRequest
from catalog.search.syntax import Word

MOST = 3
TRIED = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    written: str
    url: str


def suggestions(
    request: SearchRequest,
    shown: Sequence[Facet],
    respelled: Callable[[str], Mapping[str, Sequence[str]]],
    finds: Callable[[SearchRequest], bool],
) -> list[Suggestion]:
    """``respelled`` has, of a text, near words for those that nothing has."""
    likely = [*_other_words(request, respelled), *_other_values(request, shown)]
    tried = list(dict.fromkeys(one for one in likely if one != request))[:TRIED]
    return [Suggestion(one.written, one.url()) for one in tried if finds(one)][:MOST]


def _other_words(
    request: SearchRequest, respelled: Callable[[str], Mapping[str, Sequence[str]]]
) -> Iterator[SearchRequest]:
    """Words and phrases as they may have been meant, then the same without the narrowing."""
    sought = [request.text, *(word.text for word in request.words if word.phrase and not word.negated)]
    better = {word: others[0] for text in sought if text for word, others in respelled(text).items()}
    other = replace(request, words=tuple(_spelled(word, better) for word in request.words), page=1)
    loose = replace(other, words=tuple(replace(word, phrase=False) for word in other.words))
    if loose.words != request.words:
        yield from (other, loose, other.without_filters(), loose.without_filters())


def _spelled(word: Word, better: Mapping[str, str]) -> Word:
    parts = texts.words(word.text)
    if word.negated or not better.keys() & set(parts):
        return word
    return replace(word, text=" ".join(better.get(part, part) for part in parts))


def _other_values(request: SearchRequest, shown: Sequence[Facet]) -> Iterator[SearchRequest]:
    for facet in shown:
        spelled = {name.casefold(): one.value for one in facet.values if one.count for name in (one.value, one.label)}
        for value in request.chosen(facet.name):
            for name in get_close_matches(value.casefold(), spelled, n=1):
                yield request.toggled(facet.name, value).toggled(facet.name, spelled[name])
