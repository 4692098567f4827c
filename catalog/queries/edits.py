"""Edits as somebody may read them: only the lines of what they see, told in words made of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, Min, OuterRef

from catalog.models import Asset, Domain, Edit, EditLine, Term
from catalog.queries import glossary
from catalog.queries.wording import plainly
from catalog.states import Field
from portal.kernel.authz import ask

PAGE = 30
LINES = 200


@dataclass(frozen=True, slots=True)
class EditRow:
    id: int
    uuid: UUID
    by: Any
    at: datetime
    words: str
    assets: int
    only_asset: Asset | None
    undoes: bool
    undone: bool
    may_undo: bool


@dataclass(frozen=True, slots=True)
class EditPage:
    rows: Sequence[EditRow]
    more: int | None  # ``before`` of the next page


@dataclass(frozen=True, slots=True)
class LineWords:
    asset: Asset
    column: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OneEdit:
    row: EditRow
    lines: Sequence[LineWords]
    total: int

    @property
    def only_asset(self) -> Asset | None:
        return self.row.only_asset


def listed(user: Any, *, mine: bool = False, before: int | None = None) -> EditPage:
    rows = _visible(user).order_by("-pk")
    rows = rows.filter(by=user) if mine else rows
    rows = rows.filter(pk__lt=before) if before is not None else rows
    page = list(rows[: PAGE + 1])
    return EditPage(_told(user, page[:PAGE]), page[PAGE - 1].pk if len(page) > PAGE else None)


def one(user: Any, uuid: UUID) -> OneEdit | None:
    found = _visible(user).filter(uuid=uuid).first()
    if found is None:
        return None
    lines = EditLine.objects.filter(edit=found, asset__in=Asset.objects.visible_to(user))
    rows = list(lines.select_related("asset").order_by("asset__path", "column", "field", "id")[:LINES])
    say = Sayer(user, rows)
    words = [LineWords(row.asset, row.column, str(Field(row.field).label), *_both(say, row)) for row in rows]
    return OneEdit(_told(user, [found])[0], words, lines.count())


def _both(say: Sayer, row: EditLine) -> tuple[str, str]:
    before, after = say(row.field, row.before), say(row.field, row.after)
    return plainly(before, after) if row.field == Field.DESCRIPTION else (before, after)


def assets_of(user: Any, rows: Sequence[Edit]) -> dict[int, int]:
    """How many assets each edit is of, by its id."""
    lines = EditLine.objects.filter(edit__in=rows, asset__in=Asset.objects.visible_to(user).values("pk"))
    found = lines.values("edit").annotate(n=Count("asset", distinct=True)) if rows else ()
    return {row["edit"]: row["n"] for row in found}


def _visible(user: Any) -> Any:
    seen = EditLine.objects.filter(edit=OuterRef("pk"), asset__in=Asset.objects.visible_to(user).values("pk"))
    return Edit.objects.filter(Exists(seen)).select_related("by", "undone_by")


def _told(user: Any, rows: Sequence[Edit]) -> list[EditRow]:
    lines = EditLine.objects.filter(edit__in=rows, asset__in=Asset.objects.visible_to(user).values("pk"))
    grouped = lines.values("edit").annotate(
        n=Count("asset", distinct=True), first=Min("asset"), fields=ArrayAgg("field", distinct=True)
    )
    parts = {row["edit"]: row for row in grouped.order_by()}
    firsts = Asset.objects.in_bulk([row["first"] for row in parts.values() if row["n"] == 1])
    return [_row(user, row, parts[row.pk], firsts) for row in rows]


def _row(user: Any, row: Edit, part: Mapping[str, Any], firsts: Mapping[int, Asset]) -> EditRow:
    only = firsts.get(part["first"]) if part["n"] == 1 else None
    fields = ", ".join(sorted(str(Field(name).label) for name in part["fields"]))
    return EditRow(
        id=row.pk,
        uuid=row.uuid,
        by=row.by,
        at=row.at,
        words=f"{fields[:1].upper()}{fields[1:]}",
        assets=part["n"],
        only_asset=only,
        undoes=row.undoes_id is not None,
        undone=hasattr(row, "undone_by"),
        may_undo=not hasattr(row, "undone_by") and bool(ask(user, "catalog.undo", row)),
    )


class Sayer:
    """Values of edits and suggestions in words; names of what they point to are looked up once for all of them."""

    def __init__(self, user: Any, rows: Sequence[Any]) -> None:
        values = [value for row in rows for value in _values(row)]
        uuids = {value["successor"] for field, value in values if field == Field.DEPRECATION and value.get("successor")}
        slugs = {
            slug for field, value in values if field == Field.TERMS for part in ("add", "drop") for slug in value[part]
        }
        seen = Asset.objects.visible_to(user)
        self.assets = {str(u): p for u, p in seen.filter(uuid__in=uuids).values_list("uuid", "path")} if uuids else {}
        named = {value for field, value in values if field == Field.DOMAIN and value}
        self.domains = dict(Domain.objects.visible_to(user).filter(slug__in=named).values_list("slug", "name"))
        self.terms: dict[str, Term] = {term.slug: term for term in glossary.terms_of(user, slugs)}

    def __call__(self, field: str, value: Any) -> str:
        if value is None:
            return "what sources say"
        if field in {Field.TAGS, Field.TERMS, Field.OWNERS}:
            return self._list(field, value)
        if field == Field.CERTIFIED:
            return f"certified: {value['note']}" if value["note"] else "certified"
        if field == Field.DEPRECATION:
            return self._deprecation(value)
        if field == Field.PII:
            return f"{value['class'] or 'not personal'}{': ' + value['reason'] if value['reason'] else ''}"
        if field == Field.DOMAIN and value:
            return self.domains.get(value, "a domain")
        return str(value) or "nothing"

    def names(self, field: str, items: Iterable[Any]) -> str:
        """Of a list that counts; terms that the reader does not see have none."""
        return ", ".join(self._name(field, item) for item in items) or "none"

    def _name(self, field: str, item: Any) -> str:
        if isinstance(item, dict):
            return str(item["name"])
        if field != Field.TERMS:
            return str(item)
        return self.terms[item].name if item in self.terms else "a term"

    def _list(self, field: str, value: Any) -> str:
        added = [f"+ {self._name(field, item)}" for item in value["add"]]
        return ", ".join([*added, *(f"− {self._name(field, item)}" for item in value["drop"])])

    def _deprecation(self, value: Any) -> str:
        if not value:
            return "not deprecated"
        instead = f", use {self.assets[value['successor']]}" if value["successor"] in self.assets else ""
        return f"deprecated from {value['date']}{instead}{': ' + value['note'] if value['note'] else ''}"


def _values(row: Any) -> list[tuple[str, Any]]:
    given = [row.value] if hasattr(row, "value") else [row.before, row.after]
    return [(row.field, value) for value in given if value is not None]
