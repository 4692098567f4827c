"""What people write over what sources say: on record line by line, and undone as it was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from catalog.curation.words import BadWord, checked
from catalog.events import AssetsEdited
from catalog.intake.cause import Cause
from catalog.intake.deriving import derive
from catalog.models import Annotation, Asset, Column, Domain, Edit, EditLine, Term
from catalog.queries.pii import standing as standing_classes
from catalog.states import Field
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.bulk import upsert
from portal.kernel.events import publish

MAX_ASSETS = 5000  # of one edit
PATIENCE = "10s"


@dataclass(frozen=True, slots=True)
class Line:
    """One word on one field (``catalog.curation.words``); ``value`` None leaves the field to the sources again."""

    asset_id: int
    column: str
    field: str
    value: Any

    @property
    def place(self) -> tuple[int, str, str]:
        return self.asset_id, self.column, self.field


@transaction.atomic
def annotate(*, lines: Iterable[Line], by: User, summary: str = "", undoes: Edit | None = None) -> Edit | None:
    """The edit, or None where nothing would change. All lines or none.

    Raises:
        PermissionDenied: an asset is not there for this person, or is not theirs to edit.
        ValidationError: a value does not fit its field, or names something that is not there.
    """
    lines = list(lines) if undoes else _checked(list(lines))  # what is written back was checked when it was said
    wanted = {line.place: line for line in lines}
    ids = {line.asset_id for line in wanted.values()}
    assets = _locked(ids, by)
    require(by, "catalog.curate", list(wanted.values()))
    _exist(list(wanted.values()), assets, by)
    rows = Annotation.objects.filter(asset__in=ids)
    standing = {(row.asset_id, row.column, row.field): row.value for row in rows}
    news = [line for place, line in wanted.items() if standing.get(place) != line.value]
    if not news:
        return None
    edit = _write(news, standing, by, summary or _summary(news, assets), undoes)
    freed = frozenset(line.asset_id for line in news if line.field == Field.DOMAIN and line.value is None)
    derive({line.asset_id for line in news}, Cause(now=edit.at, by=by, edit=edit, freed=freed))
    fields = tuple(sorted({line.field for line in news}))
    subject = f"asset:{assets[news[0].asset_id].uuid}" if len(ids) == 1 else f"edit:{edit.uuid}"
    publish(AssetsEdited(str(edit.uuid), edit.summary, len(ids), fields), by=by, subject=subject)
    return edit


def undo(*, edit: Edit, by: User) -> tuple[Edit | None, int]:
    """The edit that takes it back, and how many lines were left because somebody has said something newer there.

    Raises:
        ValidationError: it is undone already.
    """
    rows = list(edit.lines.order_by("id"))
    places = Annotation.objects.filter(asset__in={row.asset_id for row in rows})
    standing = {(row.asset_id, row.column, row.field): row.value for row in places}
    visible = set(Asset.objects.visible_to(by).live().filter(pk__in={row.asset_id for row in rows}).values_list("pk"))
    back = [
        Line(row.asset_id, row.column, row.field, row.before)
        for row in rows
        if standing.get((row.asset_id, row.column, row.field)) == row.after and (row.asset_id,) in visible
    ]
    if Edit.objects.filter(undoes=edit).exists():
        raise ValidationError("This is undone already.")
    try:
        undone = annotate(lines=back, by=by, summary=f"Undid: {edit.summary}"[:300], undoes=edit) if back else None
    except IntegrityError as error:
        raise ValidationError("This is undone already.") from error
    return undone, len(rows) - len(back)


def _checked(lines: Sequence[Line]) -> list[Line]:
    said = [(line.asset_id, line.column) for line in lines if line.field == Field.PII]
    classes = standing_classes(said) if said else {}
    found = []
    for line in lines:
        standing = classes.get((line.asset_id, line.column), "")
        try:
            value = None if line.value is None else checked(line.field, line.column, line.value, standing=standing)
        except BadWord as error:
            raise ValidationError(f"{line.column or 'the asset'}, {line.field}: {error}") from error
        found.append(Line(line.asset_id, line.column, line.field, value))
    return found


def _locked(ids: set[int], by: User) -> Mapping[int, Asset]:
    """One asset needs its own lock alone; many also wait for a running intake, which locks them in an order of its own."""
    if len(ids) > MAX_ASSETS:
        raise ValidationError(f"At most {MAX_ASSETS:,} assets at once.")
    if len(ids) > 1:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            try:
                cursor.execute("SELECT pg_advisory_xact_lock(823746102)")
            except OperationalError as error:
                raise ValidationError("A source is being read just now. Try again in a moment.") from error
    visible = Asset.objects.visible_to(by).live().filter(pk__in=ids).values("pk")
    rows = Asset.objects.select_for_update(no_key=True).filter(pk__in=visible).order_by("pk")
    assets = {asset.pk: asset for asset in rows}
    if assets.keys() != ids:
        raise PermissionDenied("There is no such asset.")
    return assets


def _exist(lines: Sequence[Line], assets: Mapping[int, Asset], by: User) -> None:
    """Everything that a value names is there, and visible to who names it."""
    columns = {line.asset_id for line in lines if line.column}
    known: dict[int, set[str]] = {asset_id: set() for asset_id in columns}
    for asset_id, name in Column.objects.filter(asset__in=columns, retired_at=None).values_list("asset_id", "name"):
        known[asset_id].add(name)
    for line in lines:
        if line.column and line.column not in known[line.asset_id] and line.value is not None:
            raise ValidationError(f"{assets[line.asset_id]} has no column “{line.column[:80]}”.")
    said = [line.value for line in lines if line.field == Field.DOMAIN and line.value]
    _all_known(set(said), Domain.objects.visible_to(by).values_list("slug", flat=True), "domain")
    terms = {slug for line in lines if line.field == Field.TERMS and line.value for slug in line.value["add"]}
    _all_known(terms, Term.objects.filter(retired_at=None).values_list("slug", flat=True), "glossary term")
    ends = [line for line in lines if line.field == Field.DEPRECATION and line.value and line.value["successor"]]
    wanted = {line.value["successor"] for line in ends}
    _all_known(wanted, map(str, _uuids(wanted, by)), "visible successor")
    if any(line.value["successor"] == str(assets[line.asset_id].uuid) for line in ends):
        raise ValidationError("An asset does not succeed itself.")


def _uuids(wanted: set[str], by: User) -> Iterable[Any]:
    return Asset.objects.visible_to(by).filter(uuid__in=wanted).values_list("uuid", flat=True)


def _all_known(named: set[str], known: Iterable[str], what: str) -> None:
    if named and (missing := named - set(known)):
        raise ValidationError(f"There is no {what} “{min(missing)[:80]}”.")


def _write(
    news: Sequence[Line], standing: Mapping[tuple[int, str, str], Any], by: User, summary: str, undoes: Edit | None
) -> Edit:
    edit = Edit.objects.create(by=by, at=timezone.now(), summary=summary[:300], undoes=undoes)
    EditLine.objects.bulk_create(
        EditLine(
            edit=edit,
            asset_id=line.asset_id,
            column=line.column,
            field=line.field,
            before=standing.get(line.place),
            after=line.value,
        )
        for line in news
    )
    kept = [
        Annotation(asset_id=line.asset_id, column=line.column, field=line.field, value=line.value, by=by, at=edit.at)
        for line in news
        if line.value is not None
    ]
    upsert(Annotation, kept, key=["asset", "column", "field"], update=["value", "by", "at"])
    taken = [line for line in news if line.value is None]
    for field, column in {(line.field, line.column) for line in taken}:
        ids = [line.asset_id for line in taken if (line.field, line.column) == (field, column)]
        Annotation.objects.filter(asset__in=ids, field=field, column=column).delete()
    return edit


def _summary(news: Sequence[Line], assets: Mapping[int, Asset]) -> str:
    fields = ", ".join(sorted({str(Field(line.field).label) for line in news}))
    first = assets[news[0].asset_id]
    count = len({line.asset_id for line in news})
    return f"{fields[:1].upper()}{fields[1:]} of {first if count == 1 else f'{count:,} assets'}"
