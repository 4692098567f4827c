"""What else the glossary calls what somebody searches for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from catalog.models import Domain, Term
from catalog.search import text as texts
from catalog.search.sight import fetch

LONGEST = 4  # words of a term's name
NAMED = """
SELECT id FROM catalog_term WHERE retired_at IS NULL AND EXISTS (
  SELECT FROM unnest(name || synonyms) AS said
  WHERE btrim(regexp_replace(lower(said), '[^[:alnum:]]+', ' ', 'g')) = ANY(%s))
LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words ``start`` to ``end`` of a search are a name of glossary terms: their slugs, and their other names."""

    start: int
    end: int
    slugs: Sequence[str]
    names: Sequence[str]

    @property
    def query(self) -> texts.Query:
        """What has the term, or one of its other names."""
        spelled = [texts.words(name) for name in self.names]
        others = [texts.all_of(map(texts.prefix, words)) for words in spelled if words]
        return texts.any_of([*map(texts.term, self.slugs), *others])


def meanings(user: Any, words: Sequence[str]) -> list[Meaning]:
    """Longest names first, none over another. Terms of domains that the person may not see do not exist."""
    spans = {(start, end) for start in range(len(words)) for end in range(start + 1, start + LONGEST + 1)}
    spans = {(start, end) for start, end in spans if end <= len(words)}
    terms = _terms(user, {form for start, end in spans for form in _forms(words[start:end])})
    found: list[Meaning] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])) if terms else []:
        if any(start < other.end and other.start < end for other in found):
            continue
        forms = _forms(words[start:end])
        meant = [term for term in terms if forms & {_plain(name) for name in (term.name, *term.synonyms)}]
        if meant:
            names = dict.fromkeys(name for term in meant for name in (term.name, *term.synonyms))
            others = [name for name in names if _plain(name) not in forms]
            found.append(Meaning(start, end, [term.slug for term in meant], others))
    return sorted(found, key=lambda meaning: meaning.start)


def _terms(user: Any, forms: set[str]) -> list[Term]:
    ids = [pk for (pk,) in fetch(NAMED, [sorted(forms)])]
    if not ids:
        return []
    visible = Q(domain=None) | Q(domain__in=Domain.objects.visible_to(user))
    return list(Term.objects.filter(visible, pk__in=ids).order_by("name"))


def _forms(words: Sequence[str]) -> set[str]:
    """The words as a name, in singular and plural."""
    name = " ".join(words)
    return {name, name + "s", name.removesuffix("s")}


def _plain(name: str) -> str:
    return " ".join(texts.words(name))
