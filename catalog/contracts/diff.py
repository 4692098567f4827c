"""What changed from one contract to the next, and what each change means for whoever reads the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.contracts import columns, durations, pairing, promises, types, versions
from catalog.contracts.columns import rules
from catalog.contracts.model import Document, Freshness, Server, Sla, Table
from catalog.contracts.pairing import Sides
from catalog.contracts.promises import Turn
from catalog.contracts.verdicts import RANK, Change, Verdict, judged, worst

ACTIVE = frozenset({"", "active", "current", "production", "published"})
ENDING = frozenset({"deprecated"})
WITHDRAWN = frozenset({"retired", "archived", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``suggested`` is the number that the changes ask for; ``declared_is_enough`` whether the new one is at least that."""

    changes: tuple[Change, ...]
    verdict: Verdict
    old_version: str
    new_version: str
    suggested: str
    declared_is_enough: bool

    @property
    def too_small(self) -> bool:
        """Whether the number hides that it breaks."""
        return self.breaking and not self.declared_is_enough

    @property
    def breaking(self) -> bool:
        return self.verdict == Verdict.BREAKING


def compare(old: Document, new: Document, platform: str = "") -> Comparison:
    """``platform`` decides what types mean and whether case tells names apart; by default what the documents say of it."""
    told = types.platform_of(platform or _platform(new) or _platform(old))
    found = tuple(sorted(_changes(old, new, told), key=_order))
    verdict = worst(found)
    return Comparison(
        changes=found,
        verdict=verdict,
        old_version=old.version,
        new_version=new.version,
        suggested=versions.following(old.version, verdict),
        declared_is_enough=versions.is_enough(old.version, new.version, verdict),
    )


def _order(change: Change) -> tuple[int, str]:
    """The worst first, within that by table; columns keep the order of the document."""
    return -RANK[change.verdict], change.table


def _platform(document: Document) -> str:
    return next((server.type for server in document.servers if server.type), "")


def _changes(old: Document, new: Document, platform: str) -> Iterator[Change]:
    sides = Sides(platform, same_form=old.form == new.form)
    pairs = pairing.tables(old.tables, new.tables)
    for before, after in pairs.both:
        yield from _named(before, after)
        yield from _table(before, after, sides)
    for before, after in pairs.renamed:
        yield judged("table-renamed", table=before.name, before=before.name, after=after.name)
        yield from _table(before, after, sides)
    for table in pairs.dropped:
        yield judged("table-dropped", table=table.name, before=table.name)
    for table in pairs.added:
        yield judged("table-added", table=table.name, after=table.name)
    yield from _servers(old, new)
    yield from _levels(old, new)
    yield from _status(old.status.strip().lower(), new.status.strip().lower())
    yield from _words(old, new)


# --- tables ------------------------------------------------------------------------------------------------------------


def _named(old: Table, new: Table) -> Iterator[Change]:
    before, after = old.place.casefold(), new.place.casefold()
    same = before == after or before.endswith(f".{after}") or after.endswith(f".{before}")
    if not same:
        yield judged("table-moved", table=old.name, before=old.place, after=new.place)
    elif old.name != new.name:
        yield judged("table-respelled", table=old.name, before=old.name, after=new.name)


def _table(old: Table, new: Table, sides: Sides) -> Iterator[Change]:
    at = old.name
    yield from columns.changes(at, old.columns, new.columns, sides)
    yield from _key(old, new)
    yield from rules(at, "", old.rules, new.rules)
    yield from _freshness(at, old.freshness, new.freshness)
    for reference in sorted({*old.references} - {*new.references}):
        yield judged("reference-dropped", table=at, before=reference)
    for reference in sorted({*new.references} - {*old.references}):
        yield judged("reference-added", table=at, after=reference)
    if old.kind and new.kind and old.kind.lower() != new.kind.lower():
        yield judged("table-kind-changed", table=at, before=old.kind, after=new.kind)
    yield from columns.words(at, "", old, new, same_form=sides.same_form)


def _key(old: Table, new: Table) -> Iterator[Change]:
    before, after = old.key, new.key
    if [name.casefold() for name in before] == [name.casefold() for name in after]:
        return
    rule = "key-added" if not before else "key-dropped" if not after else "key-changed"
    yield judged(rule, table=old.name, before=before, after=after)


def _freshness(at: str, old: Freshness | None, new: Freshness | None) -> Iterator[Change]:
    before, after = old or Freshness(), new or Freshness()
    limits = [
        ("warning of late data", before.warn_after_s, after.warn_after_s),
        ("freshness", before.error_after_s, after.error_after_s),
    ]
    for what, was, now in limits:
        words = {"before": durations.in_words(was), "after": durations.in_words(now)}
        if was is None and now is not None:
            yield judged("freshness-added", table=at, after=f"{what} after {words['after']}")
        elif was is not None and now is None:
            yield judged("freshness-dropped", table=at, before=f"{what} after {words['before']}")
        elif was is not None and now is not None and was != now:
            rule = "freshness-loosened" if now > was else "freshness-tightened"
            yield judged(rule, table=at, what=what, **words)
    if old and new and old.description != new.description:
        yield judged("description-changed", table=at, before=old.description, after=new.description)
    if old and new and old.column != new.column:
        yield judged("freshness-measured-otherwise", table=at, before=old.column or None, after=new.column or None)


# --- the document ------------------------------------------------------------------------------------------------------


def _servers(old: Document, new: Document) -> Iterator[Change]:
    pairs = pairing.grouped(old.servers, new.servers, lambda server: server.name)
    for server in pairs.dropped:
        yield judged("server-dropped", before=_server_words(server))
    for server in pairs.added:
        yield judged("server-added", after=_server_words(server))
    for before, after in pairs.both:
        was, now = _server_words(before), _server_words(after)
        if was != now:
            yield judged("server-changed", before=was, after=now)
        elif before.kept != after.kept and old.form == new.form:
            yield judged("details-changed", after=f"server {before.name}")


def _server_words(server: Server) -> str:
    where = (server.type, server.account, server.host, server.port, server.database, server.schema, server.environment)
    return f"{server.name} ({', '.join(part for part in where if part)})"


def _levels(old: Document, new: Document) -> Iterator[Change]:
    rule_of = {Turn.WEAKER: "sla-weakened", Turn.STRONGER: "sla-strengthened", Turn.OTHER: "sla-changed"}
    pairs = pairing.grouped(old.sla, new.sla, lambda sla: (sla.property.lower(), sla.element))
    for sla in pairs.dropped:
        yield judged("sla-dropped", before=_level_words(sla))
    for sla in pairs.added:
        yield judged("sla-added", after=_level_words(sla))
    for before, after in pairs.both:
        turn = promises.level(before, after)
        if turn == Turn.OTHER and old.form != new.form and (before.value, before.unit) == (after.value, after.unit):
            continue  # only what one of the forms has no words for
        if turn in rule_of:
            yield judged(rule_of[turn], before=_level_words(before), after=_level_words(after))


def _level_words(sla: Sla) -> str:
    value = "" if sla.value is None else sla.value
    return " ".join(str(part) for part in (sla.property, sla.element, value, sla.unit) if part != "")


def _status(old: str, new: str) -> Iterator[Change]:
    """No status is as good as active: what nobody calls a draft is a promise."""
    if old == new or (old in ACTIVE and new in ACTIVE):
        return
    if new in WITHDRAWN or (old in ACTIVE and new not in ENDING):
        rule = "status-withdrawn"
    elif new in ENDING:
        rule = "status-deprecated"
    else:
        rule = "status-confirmed" if new in ACTIVE else "status-changed"
    yield judged(rule, before=old or "active", after=new or "active")


def _words(old: Document, new: Document) -> Iterator[Change]:
    owners = [tuple(owner.name for owner in document.owners) for document in (old, new)]
    if owners[0] != owners[1]:
        yield judged("owner-changed", before=owners[0] or None, after=owners[1] or None)
    if old.domain != new.domain:
        yield judged("domain-changed", before=old.domain or None, after=new.domain or None)
    yield from columns.words("", "", old, new, same_form=old.form == new.form)
