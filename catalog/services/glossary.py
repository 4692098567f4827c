"""Terms of the glossary and how they stand to one another. All changes are on record with what was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from catalog.events import TermChanged
from catalog.models import Domain, Term, TermRelation
from catalog.queries.glossary import visible
from catalog.states import Relation
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish

MAX_DEFINITION = 20_000
MAX_SYNONYMS = 30
MAX_RELATIONS = 50
DIRECTED = (Relation.BROADER, Relation.PART, Relation.REPLACES)  # a circle of one of these says nothing


@dataclass(frozen=True, slots=True)
class Wording:
    """All that people write of one term; ``relations`` are (relation, slug of the other)."""

    name: str
    definition: str = ""
    synonyms: Sequence[str] = ()
    domain: str = ""
    relations: Sequence[tuple[str, str]] = ()


@transaction.atomic
def save_term(*, wording: Wording, by: User, term: Term | None = None, slug: str = "") -> Term:
    """A new term, or all of one that is there. A slug never changes: assets and links name it.

    Raises:
        PermissionDenied: only stewards keep the glossary.
        ValidationError: a word does not fit, or names what is not there.
    """
    (saved,) = save_terms(wordings=[(term, slug, wording)], by=by)
    return saved


@transaction.atomic
def save_terms(*, wordings: Iterable[tuple[Term | None, str, Wording]], by: User) -> list[Term]:
    """Many at once, all or none; they may name one another."""
    require(by, "catalog.keep_glossary")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(823746105)")  # circles are looked for in what stands then
    items = list(wordings)
    saved, before = [], []
    for term, slug, wording in items:
        before.append(told(term) if term else {})
        saved.append(_write(term, slug, _checked(wording), by))
    for term, (_, _, wording) in zip(saved, items, strict=True):
        _relate(term, wording.relations, by)
    _refuse_circles()
    for term, was in zip(saved, before, strict=True):
        if (now := told(term)) != was:
            publish(TermChanged(term.slug, was, now), by=by, subject=f"term:{term.slug}")
    return saved


@transaction.atomic
def retire(*, term: Term, on: bool, by: User) -> None:
    """A retired term keeps its links and is found no more; it can come back. Twice is once."""
    require(by, "catalog.keep_glossary", term)
    was = told(term)
    term.retired_at = timezone.now() if on else None
    if Term.objects.filter(pk=term.pk, retired_at__isnull=on).update(retired_at=term.retired_at):
        publish(TermChanged(term.slug, was, told(term)), by=by, subject=f"term:{term.slug}")


def told(term: Term) -> dict[str, Any]:
    """As it stands in the record and in exports."""
    relations = term.relations.order_by("relation", "object__slug").values_list("relation", "object__slug")
    return {
        "name": term.name,
        "definition": term.definition,
        "synonyms": list(term.synonyms),
        "domain": term.domain.slug if term.domain else "",
        "relations": [list(pair) for pair in relations],
        "retired": term.retired_at is not None,
    }


def _checked(wording: Wording) -> Wording:
    name = _line(wording.name)
    if not name or len(name) > 120:
        raise ValidationError("A term needs a name of at most 120 characters.")
    definition = wording.definition.replace("\0", "").replace("\r\n", "\n").strip()
    if len(definition) > MAX_DEFINITION:
        raise ValidationError(f"{name}: a definition has at most {MAX_DEFINITION:,} characters.")
    synonyms = list(dict.fromkeys(word for text in wording.synonyms if (word := _line(text)) and word != name))
    if len(synonyms) > MAX_SYNONYMS or any(len(word) > 120 for word in synonyms):
        raise ValidationError(f"{name}: at most {MAX_SYNONYMS} synonyms of at most 120 characters.")
    if len(wording.relations) > MAX_RELATIONS:
        raise ValidationError(f"{name}: at most {MAX_RELATIONS} relations.")
    return Wording(name, definition, synonyms, wording.domain, wording.relations)


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _write(term: Term | None, slug: str, wording: Wording, by: User) -> Term:
    domain = Domain.objects.visible_to(by).filter(slug=wording.domain).first() if wording.domain else None
    if wording.domain and domain is None:
        raise ValidationError(f"{wording.name}: there is no domain “{wording.domain[:80]}”.")
    found = term or Term(slug=_free_slug(slug or slugify(wording.name, allow_unicode=True)[:80] or "term"))
    found.name, found.definition = wording.name, wording.definition
    found.synonyms, found.domain = list(wording.synonyms), domain
    found.by, found.at = by, timezone.now()
    found.save()
    return found


def _free_slug(slug: str) -> str:
    if not Term.objects.filter(slug=slug).exists():
        return slug
    raise ValidationError(f"There is a term “{slug}” already.")


def _relate(term: Term, relations: Sequence[tuple[str, str]], by: User) -> None:
    """Relations to terms that this person does not see stay as they are."""
    seen = {other.slug: other for other in visible(by)}
    wanted = {(relation, slug) for relation, slug in relations}
    for relation, slug in wanted:
        if relation not in Relation.values:
            raise ValidationError(f"{term}: there is no relation “{relation[:40]}”.")
        if slug not in seen:
            raise ValidationError(f"{term}: there is no term “{slug[:80]}”.")
        if slug == term.slug:
            raise ValidationError(f"{term}: a term does not stand in a relation to itself.")
    rows = {(row.relation, row.object.slug): row for row in term.relations.select_related("object")}
    gone = [row.pk for pair, row in rows.items() if pair not in wanted and pair[1] in seen]
    TermRelation.objects.filter(pk__in=gone).delete()
    new = [pair for pair in wanted if pair not in rows]
    TermRelation.objects.bulk_create(
        TermRelation(subject=term, relation=relation, object=seen[slug]) for relation, slug in sorted(new)
    )


def _refuse_circles() -> None:
    """Without names: the circle may run through terms that this person does not see."""
    for relation in DIRECTED:
        after: dict[int, list[int]] = {}
        for subject, other in TermRelation.objects.filter(relation=relation).values_list("subject", "object"):
            after.setdefault(subject, []).append(other)
        try:
            TopologicalSorter(after).prepare()
        except CycleError as error:
            raise ValidationError(f"This would make a circle: a term that “{relation.label}” itself.") from error


def wording_of(data: Mapping[str, Any]) -> Wording:
    """Out of ``told``."""
    pairs = [(relation, slug) for relation, slug in data.get("relations", [])]
    return Wording(data["name"], data["definition"], data["synonyms"], data["domain"], pairs)
