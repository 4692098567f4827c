"""A file of curated metadata against what counts now: what would change, line by line, and what cannot be read.

A column (of the file) that is not there leaves its field alone; an empty cell empties it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db.models.functions import Lower

from catalog.curation import sheets, wanted
from catalog.curation.sheets import BadSheet, Row, parted
from catalog.curation.words import BadWord, checked
from catalog.exchange import yamls
from catalog.exchange.view import (
    COLUMNS,
    LABELS,
    LISTS,
    OF_ASSET,
    OF_COLUMN,
    OF_DEPRECATION,
    WHERE,
    Line,
    View,
    as_text,
    owner_name,
)
from catalog.models import Asset, Term
from catalog.pii.classes import normal
from catalog.queries import domains, glossary, people
from catalog.services.bulk_edit import ruled
from catalog.services.curation import MAX_ASSETS
from catalog.services.curation import Line as EditLine
from catalog.states import Field
from portal.accounts.models import User

MAX_BYTES = 2 * 1024 * 1024
YES = {"yes", "true", "1", "x"}


@dataclass(frozen=True, slots=True)
class Change:
    place: str
    asset: Asset
    column: str
    fields: Sequence[tuple[str, str, str]]  # (field, before, after)

    @property
    def told(self) -> Sequence[tuple[str, str, str]]:
        """The fields as pages call them."""
        return [(LABELS[name], before, after) for name, before, after in self.fields]


@dataclass(frozen=True, slots=True)
class Plan:
    lines: Sequence[EditLine]
    changes: Sequence[Change]
    unknown: Sequence[str]  # lines of what is not there, or not visible
    same: int
    digest: str


def plan(user: Any, content: bytes, name: str = "") -> Plan:
    """What the file of that name would change.

    Raises:
        BadSheet: the file cannot be read, or values do not fit; nothing of it is applied then.
    """
    if len(content) > MAX_BYTES:
        raise BadSheet([f"The file is larger than {MAX_BYTES // 1024**2} MB."])
    rows = _rows(content, name)
    assets, unknown = _assets(user, rows)
    found = {asset.pk: asset for asset in assets.values()}
    if len(found) > MAX_ASSETS:
        raise BadSheet([f"The file has {len(found):,} assets; at most {MAX_ASSETS:,} at once."])
    names = {row.cells.get("column", "") for row in rows} - {""}
    view = View(user, list(found.values()), columns=names)
    return _Planner(user, view, rows).plan(assets, unknown)


def _rows(content: bytes, name: str) -> list[Row]:
    if yamls.is_yaml(content, "assets", name):
        return yamls.rows(content, "assets", COLUMNS, (), LISTS, MAX_BYTES)
    return sheets.read(content, COLUMNS, ())


def _assets(user: Any, rows: Sequence[Row]) -> tuple[dict[str, Asset], list[str]]:
    """The asset of each row by its place: by its id, else by its path."""
    ids = {known for row in rows if (known := _uuid(row.cells.get("id", "")))}
    paths = {row.cells.get("asset", "").strip().lower() for row in rows if not row.cells.get("id", "").strip()} - {""}
    visible = Asset.objects.visible_to(user).live().select_related("domain")
    by_id = {asset.uuid: asset for asset in visible.filter(uuid__in=ids)}
    by_path: dict[str, list[Asset]] = {}
    for asset in visible.annotate(low=Lower("path")).filter(low__in=paths) if paths else ():
        by_path.setdefault(asset.path.lower(), []).append(asset)
    found: dict[str, Asset] = {}
    unknown: list[str] = []
    for row in rows:
        name = (row.cells.get("id", "") or row.cells.get("asset", "")).strip()
        identity = _uuid(row.cells.get("id", ""))
        fitting = (
            [by_id[identity]]
            if identity in by_id
            else []
            if row.cells.get("id", "").strip()
            else by_path.get(name.lower(), [])
        )
        if len(fitting) == 1:
            found[row.place] = fitting[0]
        else:
            why = "there are several of this name, say its id" if fitting else "there is no such asset"
            unknown.append(f"{row.place}: {name[:100]}: {why}")
    return found, unknown


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


@dataclass(slots=True)
class _Planner:
    user: Any
    view: View
    rows: Sequence[Row]
    problems: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(init=False)
    domains: dict[str, str] = field(init=False)
    terms: dict[str, Term] = field(init=False)
    successors: dict[str, list[Asset]] = field(init=False)

    def __post_init__(self) -> None:
        """What the file names, looked up once."""
        told = [name for row in self.rows for name in parted(row.cells.get("owners", ""))]
        self.names = people.principals(told)
        self.domains = domains.named(self.user)
        live = glossary.visible(self.user).filter(retired_at=None)
        self.terms = {name: term for term in live for name in (term.name.lower(), term.slug)}
        paths = {row.cells.get("successor", "").strip().lower() for row in self.rows} - {""}
        rows = Asset.objects.visible_to(self.user).live().annotate(low=Lower("path")).filter(low__in=paths)
        self.successors = {}
        for asset in rows if paths else ():
            self.successors.setdefault(asset.path.lower(), []).append(asset)

    def plan(self, assets: Mapping[str, Asset], unknown: Sequence[str]) -> Plan:
        now = {(line.asset.pk, line.column.name if line.column else ""): line for line in self.view.lines()}
        lines: list[EditLine] = []
        changes: list[Change] = []
        missing, same = list(unknown), 0
        seen: dict[tuple[int, str], str] = {}
        for row in self.rows:
            if row.place not in assets:
                continue
            key = (assets[row.place].pk, row.cells.get("column", ""))
            if key in seen:
                self.problems.append(f"{row.place}: stands there already, in {seen[key]}")
            elif key not in now:
                missing.append(f"{row.place}: {assets[row.place]} has no column “{key[1][:80]}”")
            else:
                seen[key] = row.place
                made, fields = self._row(row, now[key])
                lines += made
                changes += [Change(row.place, now[key].asset, key[1], fields)] if fields else []
                same += not fields
        if self.problems:
            raise BadSheet(self.problems)
        standing = [self.view.words.get(line.place) for line in lines]
        told = msgspec.json.encode([[line.place, line.value, was] for line, was in zip(lines, standing, strict=True)])
        return Plan(lines, changes, missing, same, hashlib.sha256(told).hexdigest())

    def _row(self, row: Row, line: Line) -> tuple[list[EditLine], list[tuple[str, str, str]]]:
        known = OF_COLUMN if line.column else (*OF_ASSET, *OF_DEPRECATION)
        what = "a column" if line.column else "an asset"
        for name, cell in row.cells.items():
            if cell.strip() and name not in known and name not in WHERE:
                self.problems.append(f"{row.place}: {what} has no “{name}”")
        cells = {name: self._meant(name, _cell(name, cell)) for name, cell in row.cells.items() if name in known}
        differing = {name: cell for name, cell in cells.items() if _plain(cell) != _plain(line.cells[name])}
        if not differing:
            return [], []
        made: list[EditLine] = []
        for name in dict.fromkeys(_field(name) for name in differing):
            column = line.column.name if line.column else ""
            try:
                value = self._value(name, line, {**line.cells, **cells})
                value = None if value is None else checked(name, column, value)
            except BadWord as error:
                self.problems.append(f"{row.place}: {name}: {error}")
            else:
                made.append(EditLine(line.asset.pk, column, name, value))
        fields = [(name, line.text(name), as_text(cell)) for name, cell in differing.items()]
        return made, fields

    def _meant(self, name: str, cell: Any) -> Any:
        """A domain by its slug and a person by the user name, also where the file calls them otherwise."""
        if name == Field.DOMAIN:
            return self.domains.get(cell.lower(), cell)
        if name == Field.OWNERS:
            people_of = {text: self.names.get(text.lower()) for text in cell}
            return list(
                dict.fromkeys(one.username if isinstance(one, User) else text for text, one in people_of.items())
            )
        return cell

    def _value(self, name: Field, line: Line, cells: Mapping[str, Any]) -> Any:
        """The word that makes the cell count."""
        word = self.view.words.get((line.asset.pk, line.column.name if line.column else "", name))
        thing: Any = line.column or line.asset
        if name == Field.TAGS:
            return wanted.items(word, thing.tags, cells["tags"])
        if name == Field.TERMS:
            unseen = [slug for slug in thing.terms if slug not in self.view.terms]
            return wanted.items(word, thing.terms, [*map(self._term, cells["terms"]), *unseen])
        if name == Field.OWNERS:
            return self._owners(line.asset, cells["owners"], word)
        if name == Field.CERTIFIED:
            return {"note": cells["certified_note"]} if cells["certified"].lower() in YES else None
        if name == Field.DEPRECATION:
            return self._deprecation(line.asset, cells)
        if name == Field.PII:
            return {"class": cells["pii"], "reason": "imported"}
        if name == Field.DOMAIN and cells["domain"] and cells["domain"] not in self.domains.values():
            raise BadWord(f"there is no domain “{cells['domain'][:80]}”")
        return cells[name]

    def _term(self, text: str) -> str:
        if (term := self.terms.get(text.lower())) is None:
            raise BadWord(f"there is no glossary term “{text[:80]}”")
        return term.slug

    def _owners(self, asset: Asset, names: Sequence[str], word: Any) -> Any:
        rows = self.view.owners.get(asset.pk, [])
        standing = {owner_name(row).lower(): row for row in rows}
        wanted_names = {name.lower() for name in names}
        add = []
        for name in names:
            if name.lower() in standing:
                continue
            if (found := self.names.get(name.lower())) is None:
                raise BadWord(f"there is no person or team “{name[:80]}”")
            add.append(people.as_owner(found))
        drop = [row.name for key, row in standing.items() if key not in wanted_names]
        return wanted.owners(word, ruled(rows, word), add, drop)

    def _deprecation(self, asset: Asset, cells: Mapping[str, Any]) -> Any:
        if not cells["deprecated"]:
            return {}
        successor = ""
        if path := cells["successor"].lower():
            found = [other for other in self.successors.get(path, []) if other.pk != asset.pk]
            if len(found) != 1:
                raise BadWord(_unfit(cells["successor"][:80], self.successors.get(path, [])))
            successor = str(found[0].uuid)
        return {"date": cells["deprecated"], "successor": successor, "note": cells["deprecation_note"]}


def _unfit(name: str, found: Sequence[Asset]) -> str:
    """Why a name tells of no successor."""
    if not found:
        return f"there is no asset “{name}” that could be the successor"
    return "an asset does not succeed itself" if len(found) == 1 else f"there are several assets “{name}”"


def _cell(name: str, cell: str) -> Any:
    if name in LISTS:
        return parted(cell)
    text = cell.replace("\r\n", "\n").strip()
    if name == "certified":
        return "yes" if text.lower() in YES else ""
    return normal(text) if name == "pii" else text


def _plain(value: Any) -> Any:
    """For comparing: lists without their order, texts without what no edit would keep."""
    if isinstance(value, list):
        return sorted({item.strip() for item in value} - {""})
    return str(value).replace("\r\n", "\n").strip()


def _field(name: str) -> Field:
    if name in OF_DEPRECATION:
        return Field.DEPRECATION
    return Field.CERTIFIED if name == "certified_note" else Field(name)
