"""The glossary as CSV and YAML. A file names all of each term that it has; terms that it does not have stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.curation import sheets
from catalog.curation.sheets import BadSheet, Row, joined, parted
from catalog.exchange import yamls
from catalog.models import Term
from catalog.queries import glossary
from catalog.services.glossary import Wording
from catalog.states import Relation

COLUMNS = ("slug", "name", "definition", "synonyms", "domain", *Relation.values)
LISTS = ("synonyms", *Relation.values)
TYPES = {"csv": "text/csv; charset=utf-8", "yaml": "application/yaml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Change:
    place: str
    name: str
    is_new: bool
    fields: Sequence[tuple[str, str, str]]  # (field, before, after)


@dataclass(frozen=True, slots=True)
class Plan:
    changes: Sequence[Change]
    wordings: Sequence[tuple[Term | None, str, Wording]]
    same: int


def written(user: Any, form: str) -> tuple[str, str]:
    """(content, its type) of all live terms that the person sees."""
    terms = list(glossary.visible(user).filter(retired_at=None).order_by("slug"))
    around = glossary.links(user, terms)
    items = [_item(term, around.get(term.pk, [])) for term in terms]
    if form == "csv":
        lines = [COLUMNS, *([_text(item[name]) for name in COLUMNS] for item in items)]
        return "".join(map(sheets.line, lines)), TYPES["csv"]
    texts = [yamls.item({name: value for name, value in item.items() if value}) for item in items]
    return "terms:\n" + "".join(texts) if texts else "terms: []\n", TYPES["yaml"]


def _item(term: Term, links: Sequence[glossary.Link]) -> dict[str, Any]:
    related = {
        str(relation): sorted(link.term.slug for link in links if link.outgoing and link.relation == relation)
        for relation in Relation
    }
    domain = term.domain.slug if term.domain else ""
    own = {"slug": term.slug, "name": term.name, "definition": term.definition, "synonyms": list(term.synonyms)}
    return {**own, "domain": domain, **related}


def _text(value: Any) -> str:
    return joined(value) if isinstance(value, list) else str(value)


def plan(user: Any, content: bytes, limit: int, name: str = "") -> Plan:
    """What the file would change.

    Raises:
        BadSheet: it cannot be read, or a line does not fit.
    """
    if len(content) > limit:
        raise BadSheet([f"The file is larger than {limit // 1024**2} MB."])
    if yamls.is_yaml(content, "terms", name):
        rows = yamls.rows(content, "terms", COLUMNS, ["slug"], LISTS, limit)
    else:
        rows = sheets.read(content, COLUMNS, ["slug"])
    standing = {term.slug: term for term in glossary.visible(user)}
    around = glossary.links(user, list(standing.values()))
    changes, wordings, problems, same = [], [], [], 0
    seen: dict[str, str] = {}
    for row in rows:
        slug = row.cells["slug"].strip()
        if not slug or slug in seen or not slug.replace("-", "").replace("_", "").isalnum() or len(slug) > 80:
            why = f"stands there already, in {seen[slug]}" if slug in seen else "is no slug"
            problems.append(f"{row.place}: “{slug[:60]}” {why}")
            continue
        seen[slug] = row.place
        term = standing.get(slug)
        now = _item(term, around.get(term.pk, [])) if term else dict.fromkeys(COLUMNS, "")
        wanted = _wanted(row, now)
        fields = [
            (name, _text(now[name]), _text(wanted[name])) for name in COLUMNS if _text(now[name]) != _text(wanted[name])
        ]
        if fields:
            changes.append(Change(row.place, wanted["name"] or slug, term is None, fields))
            wordings.append((term, slug, _wording(wanted)))
        else:
            same += 1
    if problems:
        raise BadSheet(problems)
    return Plan(changes, wordings, same)


def _wanted(row: Row, now: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says, and for columns that the file does not have what stands now."""
    wanted = dict(now)
    for name, cell in row.cells.items():
        wanted[name] = parted(cell) if name in LISTS else cell.replace("\r\n", "\n").strip()
    for relation in Relation:
        wanted[str(relation)] = sorted(wanted[str(relation)])
    wanted["name"] = wanted["name"] or wanted["slug"]
    return wanted


def _wording(item: Mapping[str, Any]) -> Wording:
    relations = [(str(relation), slug) for relation in Relation for slug in item[relation]]
    return Wording(item["name"], item["definition"], item["synonyms"] or [], item["domain"], relations)
