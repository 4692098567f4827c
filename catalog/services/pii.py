"""What was found about personal data is kept, and what counts for the columns follows; people's decisions are edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from catalog.intake.cause import Cause, write_changes
from catalog.intake.deciding import mark_decided
from catalog.models import Annotation, Asset, AssetChange, Column, Edit, PiiFinding
from catalog.pii.classes import CLASSES, label, normal
from catalog.pii.judging import INHERITED, NOTHING, Finding, Judgement, judge
from catalog.queries.pii import not_for_stewards, standing, strongest
from catalog.services.curation import Line, annotate
from catalog.states import ChangeKind, Field
from portal.accounts.models import OfficeHolder, User
from portal.accounts.states import Office
from portal.kernel.authz import require
from portal.kernel.bulk import copy_new, upsert

BATCH = 2000  # assets whose findings are in memory at once
MAX_DECISIONS = 500  # columns of one decision

Place = tuple[int, str]  # (asset's id, column's name)


class Found(NamedTuple):
    asset_id: int
    column: str
    finding: Finding
    figures: Mapping[str, int]  # counts, never a value that was seen

    @property
    def place(self) -> Place:
        return self.asset_id, self.column


def inherit(
    *,
    classes: Mapping[Place, tuple[str, str]],
    cause: Cause,
    asset_ids: Collection[int] | None = None,
    looked_at: Collection[Place] | None = None,
) -> int:
    """What columns inherit along lineage: {(asset's id, column): (class, reason)}. The number of columns whose evidence
    changed; the same again changes nothing.

    ``asset_ids`` are those that were computed anew: what they inherited before and no longer do is forgotten. Without
    it, the mapping is the whole truth. ``looked_at``: only these of their columns were. Waits for a running intake.
    """
    if asset_ids is None:
        before = PiiFinding.objects.filter(evidence=INHERITED).values_list("asset", flat=True)
        asset_ids = {*before, *(asset_id for asset_id, _ in classes)}
    found = [
        Found(asset_id, column, Finding(INHERITED, normal(pii), reason[:300]), {})
        for (asset_id, column), (pii, reason) in classes.items()
        if asset_id in asset_ids and pii
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(823746102)")
        return record(evidence=INHERITED, asset_ids=asset_ids, found=found, cause=cause, looked_at=looked_at)


def record(
    *,
    evidence: str,
    asset_ids: Collection[int],
    found: Iterable[Found],
    cause: Cause,
    looked_at: Collection[Place] | None = None,
) -> int:
    """Makes the findings of this evidence on these assets what was found now, and the number of columns for which it is
    something else than before. ``looked_at``: only these columns were asked about, the others keep what they have.

    Inside the caller's transaction.
    """
    by_asset: dict[int, list[Found]] = {}
    for one in found:
        by_asset.setdefault(one.asset_id, []).append(one)
    changed = 0
    wanted = iter(sorted(asset_ids))
    while batch := list(islice(wanted, BATCH)):
        news = {one.place: one for asset_id in batch for one in by_asset.get(asset_id, ())}
        touched, reasons = _keep(evidence, batch, news, looked_at, cause)
        _apply(touched, reasons, cause, _marks(evidence, cause))
        changed += len(touched)
    return changed


def _keep(
    evidence: str, asset_ids: Sequence[int], news: dict[Place, Found], looked_at: Collection[Place] | None, cause: Cause
) -> tuple[set[Place], set[str]]:
    """(columns of which the evidence changed, reasons that count no more)"""
    standing = {
        (row.asset_id, row.column): row for row in PiiFinding.objects.filter(asset__in=asset_ids, evidence=evidence)
    }
    asked = standing.keys() if looked_at is None else standing.keys() & set(looked_at)
    gone = [standing[place] for place in asked - news.keys()]
    fresh = [one for place, one in news.items() if place not in standing]
    other = [one for place, one in news.items() if place in standing and _differs(standing[place], one)]
    copy_new(PiiFinding, [_row(one, cause) for one in fresh])
    fields = ["pii", "reason", "confidence", "figures", "at"]
    upsert(PiiFinding, [_row(one, cause) for one in other], key=["asset", "column", "evidence"], update=fields)
    PiiFinding.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if fresh:
        mark_decided(asset_ids)
    touched = {one.place for one in (*fresh, *other)} | {(row.asset_id, row.column) for row in gone}
    return touched, {standing[place].reason for place in touched & standing.keys()}


def _row(one: Found, cause: Cause) -> PiiFinding:
    finding = one.finding
    return PiiFinding(
        asset_id=one.asset_id,
        column=one.column,
        evidence=finding.evidence,
        pii=finding.pii,
        reason=finding.reason,
        confidence=finding.confidence,
        figures=dict(one.figures),
        at=cause.now,
    )


def _differs(row: PiiFinding, one: Found) -> bool:
    finding = one.finding
    return (row.pii, row.reason, row.confidence) != (finding.pii, finding.reason, finding.confidence)


def _marks(evidence: str, cause: Cause) -> dict[str, Any]:
    """How history tells apart what came by lineage: with the edit that set it off, or whose undoing did."""
    edit = cause.edit
    while edit is not None and edit.undoes is not None:
        edit = edit.undoes
    return {"inherited": str(edit.uuid) if edit else ""} if evidence == INHERITED else {}


def _apply(touched: set[Place], reasons: set[str], cause: Cause, marks: Mapping[str, Any]) -> None:
    """Columns that nobody declared or decided get the class that their findings speak for. Says the same as deriving
    the assets anew would, at the price of these columns alone."""
    if not touched:
        return
    ids = sorted({asset_id for asset_id, _ in touched})
    # locked first, so that what people say of them is read as it was committed
    locked = set(
        Asset.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
    findings = _findings(ids)
    decided = {
        (asset_id, column.casefold())
        for asset_id, column in Annotation.objects.filter(asset__in=ids, field=Field.PII).values_list("asset", "column")
    }
    names = {column for _, column in touched}
    new: list[tuple[Column, Judgement]] = []
    for column in Column.objects.filter(asset__in=locked, name__in=names, retired_at=None).order_by("asset", "id"):
        place = (column.asset_id, column.name)
        if place not in touched or (column.asset_id, column.name.casefold()) in decided:
            continue
        known = findings.get(place, [])
        if column.pii and column.pii_reason not in reasons | {finding.reason for finding in known}:
            continue  # declared
        judged = judge(None, None, known) if known else NOTHING
        if (judged.pii, judged.reason) != (column.pii, column.pii_reason):
            new.append((column, judged))
    _write(new, cause, marks)


def _findings(asset_ids: Sequence[int]) -> dict[Place, list[Finding]]:
    found: dict[Place, list[Finding]] = {}
    for row in PiiFinding.objects.filter(asset__in=asset_ids).order_by("id"):
        finding = Finding(row.evidence, row.pii, row.reason, row.confidence)
        found.setdefault((row.asset_id, row.column), []).append(finding)
    return found


def _write(new: Sequence[tuple[Column, Judgement]], cause: Cause, marks: Mapping[str, Any]) -> None:
    if not new:
        return
    others = [(column, judged) for column, judged in new if judged.pii != column.pii]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_column c SET pii = v.pii, pii_reason = v.reason"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v(id, pii, reason) WHERE c.id = v.id",
            [[c.pk for c, _ in new], [judged.pii for _, judged in new], [judged.reason for _, judged in new]],
        )
        cursor.execute(
            'UPDATE catalog_asset a SET pii = ARRAY(SELECT DISTINCT c.pii COLLATE "C" FROM catalog_column c'
            " WHERE c.asset_id = a.id AND c.retired_at IS NULL AND c.pii <> '' ORDER BY 1) WHERE a.id = ANY(%s)",
            [sorted({column.asset_id for column, _ in others})],
        )
    _tell(others, replace(cause, edit=None), marks)


def _tell(others: Sequence[tuple[Column, Judgement]], cause: Cause, marks: Mapping[str, Any]) -> None:
    """One line of activity an asset; one that has just appeared had nothing else before."""
    diffs: dict[int, dict[str, Any]] = {}
    for column, judged in others:
        diffs.setdefault(column.asset_id, {})[column.name] = {"pii": [column.pii, judged.pii]}
    if cause.run is not None:
        new = AssetChange.objects.filter(run=cause.run, kind=ChangeKind.CREATED, asset__in=diffs)
        for asset_id in new.values_list("asset", flat=True):
            diffs.pop(asset_id, None)
    Asset.objects.filter(pk__in=diffs).update(changed_at=cause.now)
    write_changes(
        [
            cause.change(Asset(pk=asset_id), ChangeKind.CHANGED, {"columns": {"changed": columns}, **marks})
            for asset_id, columns in diffs.items()
        ]
    )


class Decision(NamedTuple):
    """``pii`` "" means: not personal; None takes the decision back and leaves the column to its sources."""

    asset_id: int
    column: str
    pii: str | None


def decide(*, decisions: Sequence[Decision], reason: str, by: User) -> Edit | None:
    """The edit; None where all of it is decided so already.

    Raises:
        PermissionDenied: not theirs to decide: see ``catalog.permissions.decide_pii``.
        ValidationError: there is nothing to decide, or a column is not there.
    """
    _bounded(decisions)
    because = reason.replace("\0", "").strip()[:200]
    lines = [
        Line(one.asset_id, one.column, Field.PII, None if one.pii is None else {"class": one.pii, "reason": because})
        for one in decisions
    ]
    require(by, "catalog.decide_pii", lines)
    return annotate(lines=lines, by=by, summary=_summary(decisions))


def _summary(decisions: Sequence[Decision]) -> str:
    if all(one.pii is None for one in decisions):
        what = decisions[0].column[:120] if len(decisions) == 1 else f"{len(decisions)} columns"
        return f"Left to the sources: personal data in {what}"
    if len(decisions) == 1:
        one = decisions[0]
        return f"Decided on {one.column[:120]}: {label(one.pii)[:60] if one.pii else 'not personal'}"
    return f"Decided on personal data in {len(decisions)} columns"


AS_FOUND, KEEP, NONE, RESTORE = "as-found", "keep", "none", "restore"


class Refusal(NamedTuple):
    asset_id: int
    column: str
    why: str


class Outcome(NamedTuple):
    """``edit`` is None where nothing changed."""

    edit: Edit | None
    decided: int
    refused: Sequence[Refusal]


@transaction.atomic
def decide_each(*, decisions: Sequence[Decision], reason: str, by: User) -> Outcome:
    """What may be decided is, as one edit; the others are told with their reasons.

    Raises:
        PermissionDenied: the person decides on nothing.
        ValidationError: there is nothing to decide, or too much at once.
    """
    require(by, "catalog.decide_pii")
    _bounded(decisions)
    refused = _refused(decisions, by)
    left = [one for one in decisions if (one.asset_id, one.column) not in refused]
    edit = decide(decisions=left, reason=reason, by=by) if left else None
    return Outcome(edit, len(left), [Refusal(*place, why) for place, why in refused.items()])


def _refused(decisions: Sequence[Decision], by: User) -> dict[Place, str]:
    """In a constant number of queries."""
    ids = {one.asset_id for one in decisions}
    live = set(Asset.objects.visible_to(by).live().filter(pk__in=ids).values_list("pk", flat=True))
    there = set(Column.objects.filter(asset__in=live, retired_at=None).values_list("asset", "name"))
    there |= {(one.asset_id, one.column) for one in decisions if one.pii is None and one.asset_id in live}
    said = {(one.asset_id, one.column.casefold()): one.pii != "" for one in decisions}
    office = OfficeHolder.objects.filter(office=Office.PRIVACY, user=by).exists()
    theirs = {} if office else not_for_stewards(said)
    refused = {}
    for one in decisions:
        place = (one.asset_id, one.column)
        if place not in there:
            refused[place] = "There is no such column any more."
        elif why := theirs.get((one.asset_id, one.column.casefold())):
            refused[place] = why
    return refused


def _bounded(decisions: Sequence[Decision]) -> None:
    if not decisions:
        raise ValidationError("Choose at least one column.")
    if len(decisions) > MAX_DECISIONS:
        raise ValidationError(f"At most {MAX_DECISIONS} columns at once.")


def decisions_of(said: str, places: Sequence[Place]) -> tuple[list[Decision], list[Refusal]]:
    """``said``: what was found, what stands, not personal, left to the sources, or a class. Columns of which nothing is
    found are told.

    Raises:
        ValidationError: it is none of these.
    """
    if said in {AS_FOUND, KEEP}:
        found = strongest(places) if said == AS_FOUND else standing(places)
        lost = [Refusal(*place, "Nothing is found there any more.") for place in places if not found.get(place)]
        return [Decision(*place, found[place]) for place in places if found.get(place)], lost
    if said == RESTORE:
        return [Decision(*place, None) for place in places], []
    if said != NONE and said not in CLASSES:
        raise ValidationError("Say what they are.")
    return [Decision(*place, "" if said == NONE else said) for place in places], []
