"""The record of what happened, searched by those who must be able to prove it.

That something happened is shown to all of them; the names of what they may not see are not. So an event about a hidden
thing stays in the list without its subject and content, and is not found by words that only those hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, UUIDField, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Substr
from django.utils.dateparse import parse_date, parse_datetime

from catalog.models import Asset, Domain
from portal.accounts.models import User
from portal.kernel.models import Event

PAGE = 50
MOST = 50_000  # rows of one export
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WORDS = "(kernel_event.name || ' ' || kernel_event.subject || ' ' || kernel_event.payload::text)"
WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Asked:
    """Out of the address of the page. ``wrong`` names what could not be understood, and filters nothing."""

    actor: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    chained: bool = False
    before: int | None = None
    wrong: Sequence[str] = field(default_factory=tuple)

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Asked:
        told = {name: str(query.get(name, "")).replace("\0", "").strip()[:200] for name in _PARAMETERS}
        since, until = _moment(told["since"], time.min), _moment(told["until"], time.max)
        before = told["before"]
        wrong = [name for name, at in (("since", since), ("until", until)) if told[name] and at is None]
        return cls(
            actor=told["actor"],
            name=told["name"],
            subject=told["subject"],
            text=told["q"],
            since=since,
            until=until,
            chained=told["chained"] == "yes",
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
            wrong=wrong,
        )


_PARAMETERS = ("actor", "name", "subject", "q", "since", "until", "chained", "before")


@dataclass(frozen=True, slots=True)
class Line:
    """One event as its reader may know it."""

    id: int
    at: datetime
    name: str
    actor: User | None
    subject: str
    payload: Mapping[str, Any]
    request_id: str
    number: int | None  # in the chain
    withheld: bool

    @property
    def content(self) -> str:
        return json.dumps(self.payload, ensure_ascii=False, sort_keys=True) if self.payload else ""


@dataclass(frozen=True, slots=True)
class Page:
    lines: Sequence[Line]
    before: int | None  # to go on from; None on the last page


def page(user: Any, asked: Asked) -> Page:
    """Newest first; a constant number of queries."""
    rows = list(events(user, asked)[: PAGE + 1])
    shown = told(user, rows[:PAGE], asked)
    return Page(lines=shown, before=rows[PAGE - 1].pk if len(rows) > PAGE else None)


def events(user: Any, asked: Asked) -> QuerySet[Any]:
    """What was asked for, each row with ``hidden``: whether its subject is hidden from the person."""
    rows: QuerySet[Any] = _with_hidden(user, Event.objects.select_related("actor").order_by("-id"))
    if asked.actor:
        rows = rows.filter(actor__username=asked.actor)
    if asked.name:
        rows = rows.filter(name__istartswith=asked.name)
    if asked.subject:
        rows = rows.filter(subject__startswith=asked.subject, hidden=False)
    for word in asked.text.split()[:5]:
        rows = rows.annotate(words=RawSQL(WORDS, [])).filter(words__icontains=word, hidden=False)  # noqa: S611 - a constant
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    if asked.until:
        rows = rows.filter(at__lte=asked.until)
    if asked.chained:
        rows = rows.filter(chained=True)
    return rows.filter(pk__lt=asked.before) if asked.before is not None else rows


def told(user: Any, rows: Sequence[Event], asked: Asked) -> list[Line]:
    """The rows without what their reader may not see; those that were found by its words alone are left out."""
    hidden = _hidden_assets(user, {found for row in rows for found in UUID.findall(json.dumps(row.payload))})
    lines = [_line(row, hidden) for row in rows]
    searched = bool(asked.text or asked.subject)
    return [line for line in lines if not (searched and line.withheld)]


def export(user: Any, asked: Asked) -> Iterator[Line]:
    """All that was asked for, up to ``MOST`` rows, in pieces."""
    rows = events(user, asked)[:MOST].iterator(chunk_size=1000)
    piece: list[Event] = []
    for row in rows:
        piece.append(row)
        if len(piece) == 1000:
            yield from told(user, piece, asked)
            piece = []
    yield from told(user, piece, asked)


def cells(line: Line) -> list[str]:
    """For a spreadsheet, which would run what looks like a formula."""
    values: Iterable[object] = (
        line.at.astimezone(UTC).isoformat(),
        line.name,
        line.actor.username if line.actor else "",
        WITHHELD if line.withheld else line.subject,
        WITHHELD if line.withheld else line.content,
        line.request_id,
        "" if line.number is None else line.number,
    )
    return [f"'{text}" if text.startswith(FORMULA) else text for text in map(str, values)]


def record(line: Line) -> dict[str, Any]:
    """For programs."""
    return {
        "id": line.id,
        "at": line.at,
        "name": line.name,
        "actor": line.actor.username if line.actor else None,
        "subject": line.subject,
        "payload": line.payload,
        "request_id": line.request_id,
        "number": line.number,
        "withheld": line.withheld,
    }


def _with_hidden(user: Any, rows: QuerySet[Event]) -> QuerySet[Any]:
    asset = Case(
        When(subject__regex=rf"^asset:{UUID.pattern}$", then=Cast(Substr("subject", 7), UUIDField())),
        output_field=UUIDField(null=True),
    )
    domain = Case(When(subject__startswith="domain:", then=Substr("subject", 8)))
    visible = Asset.objects.visible_to(user).values("pk")
    assets = Asset.objects.filter(uuid=OuterRef("asset_uuid")).exclude(pk__in=visible)
    domains = Domain.objects.filter(slug=OuterRef("domain_slug"))
    domains = domains.exclude(pk__in=Domain.objects.visible_to(user).values("pk"))
    marked = rows.annotate(asset_uuid=asset, domain_slug=domain)
    return marked.annotate(hidden=Case(When(Q(Exists(assets)) | Q(Exists(domains)), then=True), default=False))


def _hidden_assets(user: Any, uuids: set[str]) -> frozenset[str]:
    if not uuids:
        return frozenset()
    visible = Asset.objects.visible_to(user).values("pk")
    found = Asset.objects.filter(uuid__in=uuids).exclude(pk__in=visible).values_list("uuid", flat=True)
    return frozenset(str(uuid) for uuid in found)


def _line(row: Any, hidden: frozenset[str]) -> Line:
    withheld = row.hidden or any(found in hidden for found in UUID.findall(json.dumps(row.payload)))
    return Line(
        id=row.pk,
        at=row.at,
        name=row.name,
        actor=row.actor,
        subject="" if withheld else row.subject,
        payload={} if withheld else row.payload,
        request_id=row.request_id,
        number=row.chain_seq,
        withheld=withheld,
    )


def _moment(text: str, edge: time) -> datetime | None:
    """A day or a moment, in UTC where it does not say."""
    try:
        day = parse_date(text)
        at = datetime.combine(day, edge) if day else parse_datetime(text)
    except ValueError:
        return None
    return None if at is None else at if at.tzinfo else at.replace(tzinfo=UTC)
