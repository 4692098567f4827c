"""What the page of personal data and the parts about it on other pages ask."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog.intake import merging
from catalog.intake.said import facts_of
from catalog.models import Annotation, Asset, Column, Domain, PiiFinding, Sighting
from catalog.pii import classes, judging
from catalog.pii.classes import Sensitivity
from catalog.states import Evidence, Field
from portal.accounts.models import OfficeHolder
from portal.accounts.states import Office

PAGE = 50
COUNTED = 1000  # what waits is counted up to here: nobody needs to know more than "1,000+"
DENIES = 0.1  # below this confidence values speak against the class that they were asked for
SHOWN = 8  # bars of a chart; the rest is one more

OFFICE_WORDS = "The Privacy office decided this: only the office changes it."
DECLARED_WORDS = "Its source declares this as personal data: only the Privacy office clears that."
VALUES: Mapping[str, Collection[str]] = {
    "pii": classes.CLASSES.keys(),
    "evidence": {"values", "name"},
    "sure": {"yes", "no"},
    "what": {"open", "conflict", "decided"},
}
_DETECTED = (Evidence.VALUES, Evidence.NAME)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page's URL asks for; an empty value asks for nothing."""

    pii: str = ""
    domain: str = ""
    schema: str = ""
    evidence: str = ""  # values or name
    sure: str = ""  # yes: sets the class by itself, no: does not
    what: str = ""  # conflict: contradicts what is declared, open: nobody declared anything, decided: waits no more

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """What is no value of a filter asks for nothing rather than for the impossible."""
        asked = {name: given.get(name, "").replace("\0", "").strip()[:500] for name in cls.__dataclass_fields__}
        return cls(**{name: value for name, value in asked.items() if value in VALUES.get(name, {value})})


@dataclass(frozen=True, slots=True)
class Item:
    """One column that waits: its strongest finding, what else was found, and what stands now."""

    finding: PiiFinding
    column: Column
    also: Sequence[PiiFinding]

    @property
    def key(self) -> str:
        """What a form sends back."""
        return f"{self.finding.asset.uuid} {self.finding.column}"

    @property
    def conflicts(self) -> bool:
        """Something else is declared."""
        reasons = {self.finding.reason, *(other.reason for other in self.also)}
        return bool(self.column.pii) and self.column.pii_reason not in reasons

    @property
    def denied(self) -> bool:
        """The values are not what the name promises."""
        return self.finding.evidence == Evidence.VALUES and self.finding.confidence < DENIES


@dataclass(frozen=True, slots=True)
class Page:
    items: Sequence[Item]
    after: str  # cursor of the next page, "" at the end


def waiting(user: Any, filters: Filters | None = None) -> QuerySet[PiiFinding]:
    """The strongest detected finding of each column that nobody decided, and that is not declared to be just that."""
    asked = filters or Filters()
    same = PiiFinding.objects.filter(asset=OuterRef("asset"), column=OuterRef("column"))
    if asked.what == "decided":
        return PiiFinding.objects.none()
    rows = PiiFinding.objects.filter(decided=False, evidence__in=_DETECTED)
    rows = rows.filter(asset__in=live_assets(user, asked).values("pk"))
    rows = rows.filter(~Exists(same.filter(evidence=Evidence.INHERITED)))
    rows = rows.filter(~Q(evidence=Evidence.NAME) | ~Exists(same.filter(evidence=Evidence.VALUES)))
    open_, conflict = _undeclared(), _contradicted()
    rows = rows.filter({"open": open_, "conflict": conflict}.get(asked.what, open_ | conflict))
    if asked.pii:
        rows = rows.filter(pii=asked.pii)
    if asked.evidence:
        rows = rows.filter(evidence=asked.evidence)
    if asked.sure:
        enough = Q(confidence__gte=judging.SETS_CLASS)
        rows = rows.filter(enough if asked.sure == "yes" else ~enough)
    return rows


def live_assets(user: Any, filters: Filters) -> QuerySet[Asset]:
    """Of the domain and schema that are asked for."""
    assets = Asset.objects.visible_to(user).live()
    if filters.domain:
        assets = assets.filter(domain__slug=filters.domain)
    return assets.filter(schema=filters.schema) if filters.schema else assets


def _columns() -> QuerySet[Column]:
    return Column.objects.filter(asset=OuterRef("asset"), name=OuterRef("column"), retired_at=None)


def _by_finding() -> Exists:
    """The column's class is one that a finding set."""
    same = PiiFinding.objects.filter(asset=OuterRef("asset"), column=OuterRef("name"), reason=OuterRef("pii_reason"))
    return Exists(same)


def _undeclared() -> Q:
    return Q(Exists(_columns().filter(Q(pii="") | _by_finding())))


def _contradicted() -> Q:
    """Something else is surely found than what is declared, or the values deny what is."""
    declared = _columns().exclude(pii="").filter(~_by_finding())
    other = declared.exclude(pii=classes.UNSPECIFIED).exclude(pii=OuterRef("pii"))
    surely = Q(confidence__gte=judging.SETS_CLASS) & Q(Exists(other))
    denied = Q(evidence=Evidence.VALUES, confidence__lt=DENIES) & Q(Exists(declared.filter(pii=OuterRef("pii"))))
    return surely | denied


def count_waiting(user: Any, limit: int, filters: Filters | None = None) -> int:
    """At most ``limit`` + 1: more is "more than limit"."""
    return waiting(user, filters)[: limit + 1].count()


def page(user: Any, filters: Filters, after: str = "", size: int = PAGE) -> Page:
    """The surest first, from the cursor on; a cursor that nobody gave out is the beginning."""
    rows = waiting(user, filters).select_related("asset", "asset__domain").order_by("-confidence", "id")
    if at := _position(after):
        confidence, pk = at
        rows = rows.filter(Q(confidence__lt=confidence) | Q(confidence=confidence, id__gt=pk))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(_items(found[:size]), f"{last.confidence!r},{last.pk}" if last else "")


def _position(cursor: str) -> tuple[float, int] | None:
    confidence, _, pk = cursor[:60].partition(",")
    try:
        at = float(confidence), int(pk)
    except ValueError:
        return None
    return at if math.isfinite(at[0]) and 0 <= at[1] < 2**63 else None


def _items(found: Sequence[PiiFinding]) -> list[Item]:
    ids, names = {row.asset_id for row in found}, {row.column for row in found}
    columns = {(c.asset_id, c.name): c for c in Column.objects.filter(asset__in=ids, name__in=names, retired_at=None)}
    others: dict[tuple[int, str], list[PiiFinding]] = {}
    for row in PiiFinding.objects.filter(asset__in=ids, column__in=names).order_by("id"):
        others.setdefault((row.asset_id, row.column), []).append(row)
    return [
        Item(row, columns[place], [other for other in others[place] if other.pk != row.pk])
        for row in found
        if (place := (row.asset_id, row.column)) in columns
    ]


def strongest(places: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """The class that detection speaks for, by (asset, column): what values showed, else what the name says."""
    rows = PiiFinding.objects.filter(asset__in={pk for pk, _ in places}, evidence__in=_DETECTED)
    found: dict[tuple[int, str], str] = {}
    for row in sorted(rows, key=lambda row: judging.ORDER.index(row.evidence)):
        found.setdefault((row.asset_id, row.column), row.pii)
    return found


def standing(places: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """The class that counts now, by (asset, column)."""
    rows = Column.objects.filter(asset__in={pk for pk, _ in places}, retired_at=None).exclude(pii="")
    return {(asset_id, name): pii for asset_id, name, pii in rows.values_list("asset", "name", "pii")}


# --- the overview ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: its parts by sensitivity, each with where it begins and how wide it is, of 100."""

    label: str
    value: str  # of the search's facet; "" where none leads on
    count: int
    parts: Sequence[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Overview:
    columns: int
    assets: int
    sensitive: int  # of the two stronger kinds
    by_class: Sequence[Bar]
    by_schema: Sequence[Bar]


def overview(user: Any) -> Overview:
    """Columns with a class among what the person may see."""
    assets = Asset.objects.visible_to(user).live()
    rows = Column.objects.filter(asset__in=assets.values("pk"), retired_at=None).exclude(pii="")
    groups = list(rows.values_list("asset__schema", "pii").annotate(n=Count("pk")).order_by())
    by_class: dict[str, dict[str, int]] = {}
    by_schema: dict[str, dict[str, int]] = {}
    for schema, pii, count in groups:
        kind = str(classes.sensitivity(pii))
        for sums, key in ((by_class, pii), (by_schema, schema)):
            parts = sums.setdefault(key, {})
            parts[kind] = parts.get(kind, 0) + count
    return Overview(
        columns=sum(count for _, _, count in groups),
        assets=assets.exclude(pii=[]).count(),
        sensitive=sum(c for _, pii, c in groups if classes.sensitivity(pii) != Sensitivity.PERSONAL),
        by_class=_bars([(classes.label(pii), pii, parts) for pii, parts in by_class.items()]),
        by_schema=_bars([(schema or "without a schema", schema, parts) for schema, parts in by_schema.items()]),
    )


def _bars(rows: Iterable[tuple[str, str, dict[str, int]]]) -> list[Bar]:
    ranked = sorted(rows, key=lambda row: (-sum(row[2].values()), row[0]))
    longest = max((sum(parts.values()) for _, _, parts in ranked), default=0)
    bars = [_bar(label, value, parts, longest) for label, value, parts in ranked[:SHOWN]]
    rest: dict[str, int] = {}
    for _, _, parts in ranked[SHOWN:]:
        for kind, count in parts.items():
            rest[kind] = rest.get(kind, 0) + count
    if rest:
        bars.append(_bar(f"{len(ranked) - SHOWN} more", "", rest, max(longest, sum(rest.values()))))
    return bars


def _bar(label: str, value: str, sums: dict[str, int], longest: int) -> Bar:
    parts, at = [], 0.0
    for kind in Sensitivity:
        if count := sums.get(kind):
            width = 100 * count / longest
            parts.append((str(kind), round(at, 2), round(width, 2)))
            at += width
    return Bar(label, value, sum(sums.values()), parts)


def domains(user: Any) -> QuerySet[Domain]:
    return Domain.objects.visible_to(user).order_by("name")


# --- one column --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfColumn:
    """Everything that speaks for or against a class of one column, the strongest first."""

    findings: Sequence[PiiFinding]
    decision: Annotation | None


def of_column(asset: Asset, name: str) -> OfColumn:
    rows = PiiFinding.objects.filter(asset=asset, column=name)
    ranked = sorted(rows, key=lambda row: judging.ORDER.index(row.evidence))
    said = Annotation.objects.filter(asset=asset, column__iexact=name, field=Field.PII).select_related("by")
    exact = sorted(said, key=lambda row: row.column != name)
    return OfColumn(ranked, exact[0] if exact else None)


def declared_of(asset_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """Classes that sources declare, by (asset, folded column name)."""
    found: dict[tuple[int, str], str] = {}
    for asset_id, facts in facts_of(Sighting.objects.filter(asset__in=asset_ids)).items():
        for column in merging.merge([replace(fact, code="", compiled_code="") for fact in facts]).columns:
            if column.pii:
                found[asset_id, column.name.casefold()] = column.pii
    return found


def decided_by_privacy(asset_ids: Collection[int]) -> set[tuple[int, str]]:
    """(asset, folded column name) of decisions by people who hold the Privacy office."""
    holders = OfficeHolder.objects.filter(office=Office.PRIVACY).values("user")
    rows = Annotation.objects.filter(asset__in=asset_ids, field=Field.PII, by__in=holders)
    return {(asset_id, column.casefold()) for asset_id, column in rows.values_list("asset", "column")}


def not_for_stewards(said: Mapping[tuple[int, str], bool]) -> dict[tuple[int, str], str]:
    """Why the Privacy office alone decides on these, by (asset, folded column name); ``said`` tells which are said to be
    personal, False where a decision clears them."""
    ids = {asset_id for asset_id, _ in said}
    clearing = {place for place, personal in said.items() if not personal}
    declared = declared_of({asset_id for asset_id, _ in clearing}) if clearing else {}
    refused = dict.fromkeys(clearing & declared.keys(), DECLARED_WORDS)
    return refused | dict.fromkeys(said.keys() & decided_by_privacy(ids), OFFICE_WORDS)
