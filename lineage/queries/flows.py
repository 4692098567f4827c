"""What the flow of personal data needs to know: the columns downstream of a change, and all that lies upstream of those."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, F, Func
from django.db.models.functions import Lower

from catalog.models import Annotation, Asset, Column, PiiFinding
from catalog.pii.judging import INHERITED, Finding, sure
from catalog.states import Field
from lineage.pii import rules
from lineage.pii.flows import Arrow, Node, Own
from lineage.states import Masking, Use

# (use, masking) of what lets a value through, as one number each
_PASSING = [
    use * len(Masking) + masking
    for use in Use
    for masking in Masking
    if rules.passes(str(use.label), rules.Masking(masking))
]
_ROWS = """
SELECT upstream_key, downstream_key, upstream_id, downstream_id, masking, upstream_column, downstream_column
FROM lineage_columnedge
WHERE live AND downstream_column <> '' AND use * {maskings} + masking = ANY(%s) AND {side} = ANY(%s)
"""


class Row(NamedTuple):
    up: Node
    down: Node
    up_asset: int
    down_asset: int
    masking: int
    up_column: str
    down_column: str


class Place(NamedTuple):
    asset: int
    column: str


@dataclass(slots=True)
class Region:
    """``nodes`` are to be known anew; ``arrows`` and ``owns`` are of them and of all that lies upstream of them."""

    nodes: set[Node]
    arrows: list[Arrow] = field(default_factory=list)
    owns: dict[Node, Own] = field(default_factory=dict)
    columns: dict[Node, list[Place]] = field(default_factory=dict)  # as the catalog spells them
    names: dict[Node, Place] = field(default_factory=dict)  # as edges spell them
    standing: set[Place] = field(default_factory=set)  # columns of it that inherit something until now


def region(asset_ids: Collection[int]) -> Region:
    """Everything downstream of any column of these assets, they included. A query for each step."""
    found = Region(nodes=_columns(asset_ids))
    frontier = set(found.nodes)
    while frontier:
        frontier = {row.down for row in _rows("upstream_key", frontier)} - found.nodes
        found.nodes |= frontier
    rows: set[Row] = set()
    seen = frontier = set(found.nodes)
    while frontier:
        fresh = _rows("downstream_key", frontier)
        rows.update(fresh)
        frontier = {row.up for row in fresh} - seen
        seen = seen | frontier
    _fill(found, rows, asset_ids)
    return found


def _columns(asset_ids: Collection[int]) -> set[Node]:
    """Of columns that are there, and of those that are gone but still inherit something."""
    standing = PiiFinding.objects.filter(asset__in=asset_ids, evidence=INHERITED)
    named = Column.objects.filter(asset__in=asset_ids, retired_at=None)
    return {
        *standing.annotate(key=_key("column")).values_list("key", flat=True),
        *named.annotate(key=_key("name")).values_list("key", flat=True),
    }


def _key(name: str) -> Func:
    return Func(Lower(name), F("asset_id"), function="hashtextextended", output_field=BigIntegerField())


def _rows(side: str, keys: Collection[Node]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(side=side, maskings=len(Masking)), [_PASSING, list(keys)])
        return [Row(*row) for row in cursor.fetchall()]


def _fill(found: Region, rows: Iterable[Row], asset_ids: Collection[int]) -> None:
    """Retired assets are no part of today's graph."""
    told = list(rows)
    ids = {*asset_ids, *(row.up_asset for row in told), *(row.down_asset for row in told)}
    live = set(Asset.objects.live().filter(pk__in=ids).values_list("pk", flat=True))
    for row in told:
        if row.up_asset in live and row.down_asset in live:
            found.arrows.append(Arrow(row.up, row.down, row.masking == Masking.PSEUDONYM))
            found.names[row.up] = Place(row.up_asset, row.up_column)
            found.names[row.down] = Place(row.down_asset, row.down_column)
    known = {*found.nodes, *found.names}
    findings = _findings(live)
    found.standing = {place for key, place in findings.inheriting if key in found.nodes}
    decided = _decided(live)
    columns = Column.objects.filter(asset__in=live, retired_at=None).annotate(key=_key("name"))
    for key, asset, name, pii, reason in columns.values_list("key", "asset_id", "name", "pii", "pii_reason"):
        if key in known:
            found.columns.setdefault(key, []).append(Place(asset, name))
            own = _own(pii, reason, (asset, name.casefold()) in decided, findings.of.get((asset, name), ()))
            if own is not None and not (key in found.owns and found.owns[key].firm):
                found.owns[key] = own


def _own(pii: str, reason: str, decided: bool, findings: Iterable[Finding]) -> Own | None:
    """What it is without what it inherits. What no finding gives the reason for is declared."""
    known = list(findings)
    if decided or (pii and reason not in {finding.reason for finding in known}):
        return Own(pii, True)
    detected = sure(finding for finding in known if finding.evidence != INHERITED)
    return Own(detected[0].pii, False) if detected else None


class _Findings(NamedTuple):
    of: dict[tuple[int, str], list[Finding]]
    inheriting: list[tuple[Node, Place]]


def _findings(asset_ids: Collection[int]) -> _Findings:
    rows = PiiFinding.objects.filter(asset__in=asset_ids).annotate(key=_key("column")).order_by("asset", "column", "id")
    fields = ("asset_id", "column", "key", "evidence", "pii", "reason", "confidence")
    found: dict[tuple[int, str], list[Finding]] = {}
    inheriting = []
    for (asset, column, key), group in groupby(rows.values_list(*fields), key=lambda row: row[:3]):
        found[asset, column] = [Finding(*row[3:]) for row in group]
        if any(one.evidence == INHERITED for one in found[asset, column]):
            inheriting.append((key, Place(asset, column)))
    return _Findings(found, inheriting)


def _decided(asset_ids: Collection[int]) -> set[tuple[int, str]]:
    rows = Annotation.objects.filter(asset__in=asset_ids, field=Field.PII)
    return {(asset, column.casefold()) for asset, column in rows.values_list("asset", "column")}


class Called(NamedTuple):
    """An asset's name, and the restricted domain that it lies in."""

    path: str
    shut_in: int | None


def called(asset_ids: Collection[int]) -> dict[int, Called]:
    rows: Any = Asset.objects.filter(pk__in=asset_ids).values_list("pk", "path", "domain_id", "domain__restricted")
    return {pk: Called(path, domain if restricted else None) for pk, path, domain, restricted in rows}
