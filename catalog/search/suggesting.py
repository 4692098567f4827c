"""What somebody may have meant who found nothing: another spelling of words, another value of a filter.

Each is tried before it is said, with the eyes of who asks: what is hidden cannot be suggested, nor what finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from catalog.models.assets import AssetQuerySet
from catalog.search import near
from catalog.search import text as texts
from catalog.search.facets import Facet
from catalog.search.request import SearchRequest
from catalog.search.sight import rows_of
from catalog.search.syntax import Word

MOST = 3
TRIED = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    written: str
    url: str


def suggestions(
    request: SearchRequest,
    widened: Mapping[str, Sequence[str]],
    shown: Sequence[Facet],
    visible: AssetQuerySet,
    finds: Callable[[SearchRequest], bool],
) -> list[Suggestion]:
    """``widened``: near words of those that nothing has, as the search has found them already."""
    likely = [*_other_words(request, widened, visible), *_other_values(request, shown)]
    tried = list(dict.fromkeys(one for one in likely if one != request))[:TRIED]
    return [Suggestion(one.written, one.url()) for one in tried if finds(one)][:MOST]


def _other_words(
    request: SearchRequest, widened: Mapping[str, Sequence[str]], visible: AssetQuerySet
) -> Iterator[SearchRequest]:
    """Words and phrases as they may have been meant, then the same without the narrowing."""
    better = {word: others[0] for word, others in widened.items() if others}
    for word in request.words:
        for part in texts.words(word.text) if word.phrase and not word.negated else ():
            if part not in better and (found := near.alternatives(rows_of(visible), part)):
                better[part] = " ".join(found[0])
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
