"""Changes of columns, of what is inside of them, and of their rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from catalog.contracts import pairing, promises, types
from catalog.contracts.model import SEVERITIES, Column, Rule
from catalog.contracts.pairing import Sides
from catalog.contracts.promises import Turn
from catalog.contracts.types import Fit
from catalog.contracts.verdicts import Change, judged
from catalog.contracts.vocabulary import OPERATOR_WORDS

_BY_FIT = {Fit.WIDENED: "type-widened", Fit.NARROWED: "type-narrowed", Fit.OTHER: "type-changed"}
_BY_TURN = {Turn.WEAKER: "rule-weakened", Turn.STRONGER: "rule-tightened", Turn.OTHER: "rule-changed"}
_LIMIT_BY_TURN = {Turn.WEAKER: "limit-loosened", Turn.STRONGER: "limit-tightened", Turn.OTHER: "limit-changed"}
# sizes of values, as a type has them: more room is a wider type, not a looser promise
_SIZES = frozenset({"maxLength", "precision", "scale"})


class _Described(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def kept(self) -> Any: ...


def changes(
    table: str, old: Sequence[Column], new: Sequence[Column], sides: Sides, prefix: str = ""
) -> Iterator[Change]:
    """Of a list of columns; ``prefix`` is the path of what holds them."""
    pairs = pairing.columns(old, new, sides.platform, lambda before, after: _alike(before, after, sides))
    for before, after in pairs.both:
        at = f"{prefix}{before.name}"
        if before.name != after.name:
            yield judged("column-respelled", table=table, column=at, before=before.name, after=after.name)
        yield from _column(table, at, before, after, sides)
    for before, after in pairs.renamed:
        at = f"{prefix}{before.name}"
        yield judged("column-renamed", table=table, column=at, before=at, after=f"{prefix}{after.name}")
        yield from _column(table, at, before, after, sides)
    for column in pairs.dropped:
        yield judged("column-dropped", table=table, column=f"{prefix}{column.name}", before=_type_words(column))
    for column in pairs.added:
        rule = "column-added-required" if column.required else "column-added"
        yield judged(rule, table=table, column=f"{prefix}{column.name}", after=_type_words(column))
    order = [[column.name for column in side] for side in zip(*pairs.both, strict=True)] or [[], []]
    if _places(old, order[0]) != _places(new, order[1]):
        yield judged("columns-reordered", table=table, column=prefix.rstrip("."))


def _places(columns: Sequence[Column], wanted: Sequence[str]) -> list[int]:
    """The order in which the columns that both sides have stand here."""
    number = {name: at for at, name in enumerate(wanted)}
    return [number[column.name] for column in columns if column.name in number]


def _alike(old: Column, new: Column, sides: Sides) -> bool:
    types_are_told = bool(_type_words(old) and _type_words(new))
    return types_are_told and not list(_type("", "", old, new, sides)) and old.required == new.required


def _column(table: str, at: str, old: Column, new: Column, sides: Sides) -> Iterator[Change]:
    yield from _type(table, at, old, new, sides)
    yield from _moved(table, at, old, new)
    for rule, was, now in (("null", old.required, new.required), ("unique", old.unique, new.unique)):
        if was != now:
            lost, won = {"null": ("null-allowed", "null-forbidden")}.get(rule, ("unique-dropped", "unique-added"))
            yield judged(won if now else lost, table=table, column=at)
    yield from _values(table, at, old.enum, new.enum)
    yield from _limits(table, at, old, new)
    yield from _references(table, at, old, new)
    yield from _personal(table, at, old, new)
    yield from rules(table, at, old.rules, new.rules)
    yield from changes(table, old.columns, new.columns, sides, f"{at}.")
    yield from _items(table, at, old.items, new.items, sides)
    yield from words(table, at, old, new, same_form=sides.same_form)


def _items(table: str, at: str, old: Column | None, new: Column | None, sides: Sides) -> Iterator[Change]:
    if old is not None and new is not None:
        yield from _column(table, f"{at}[]", old, new, sides)
    elif old is not None:
        yield judged("type-withdrawn", table=table, column=f"{at}[]", before=_type_words(old) or "of its items")
    elif new is not None:
        yield judged("type-told", table=table, column=f"{at}[]", after=_type_words(new) or "items")


# --- types -------------------------------------------------------------------------------------------------------------


def _type_words(column: Column) -> str:
    return column.physical_type or column.logical_type


def _type(table: str, at: str, old: Column, new: Column, sides: Sides) -> Iterator[Change]:
    was, now = _type_words(old), _type_words(new)
    rule = _type_rule(old, new, sides)
    if rule:
        yield judged(rule, table=table, column=at, before=was or None, after=now or None)


def _type_rule(old: Column, new: Column, sides: Sides) -> str:
    """Warehouse types where both sides tell them, logical ones otherwise; "" where nothing changed."""
    was, now = _type_words(old), _type_words(new)
    if not was or not now:
        return "type-withdrawn" if was else "type-told" if now else ""
    logical = Fit.SAME
    if old.logical_type and new.logical_type:
        logical = types.fit_logical(old.logical_type, new.logical_type)
    if old.physical_type and new.physical_type:
        if old.physical_type != new.physical_type:
            fit = types.fit(
                types.parse(old.physical_type, sides.platform), types.parse(new.physical_type, sides.platform)
            )
            return _BY_FIT.get(fit) or _BY_FIT.get(logical, "type-respelled")
        return _BY_FIT.get(logical, "")
    if old.logical_type and new.logical_type:
        gone = "type-withdrawn" if old.physical_type else "type-told" if new.physical_type else ""
        return _BY_FIT.get(logical, gone)
    # one word on each side, one of them a logical one: as the platform understands both
    return _BY_FIT.get(types.fit(types.parse(was, sides.platform), types.parse(now, sides.platform)), "type-respelled")


def _moved(table: str, at: str, old: Column, new: Column) -> Iterator[Change]:
    was, now = old.physical_name or old.name, new.physical_name or new.name
    if (old.physical_name or new.physical_name) and was.casefold() != now.casefold():
        yield judged("column-moved", table=table, column=at, before=was, after=now)


# --- values ------------------------------------------------------------------------------------------------------------


def _values(table: str, at: str, old: tuple[Any, ...] | None, new: tuple[Any, ...] | None) -> Iterator[Change]:
    if old is None and new is not None:
        yield judged("values-closed", table=table, column=at, after=new)
    elif old is not None and new is None:
        yield judged("values-opened", table=table, column=at, before=old)
    elif old is not None and new is not None:
        if more := _beyond(new, old):
            yield judged("values-extended", table=table, column=at, before=old, after=more)
        if less := _beyond(old, new):
            yield judged("values-removed", table=table, column=at, before=less, after=new)


def _beyond(some: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    """1 and "1" and true are three values."""
    known = {(type(value).__name__, repr(value)) for value in others}
    return tuple(value for value in some if (type(value).__name__, repr(value)) not in known)


def _limits(table: str, at: str, old: Column, new: Column) -> Iterator[Change]:
    for name in sorted({*old.limits, *new.limits}):
        was, now = old.limits.get(name), new.limits.get(name)
        before, after = (f"{name} {value}" for value in (was, now))
        if was == now:
            continue
        if was is None:
            yield judged("limit-added", table=table, column=at, after=after)
        elif now is None:
            yield judged("limit-removed", table=table, column=at, before=before)
        else:
            yield judged(_limit_rule(name, was, now), table=table, column=at, before=before, after=after)


def _limit_rule(name: str, was: Any, now: Any) -> str:
    if name in _SIZES and isinstance(was, int) and isinstance(now, int):
        return "type-widened" if now > was else "type-narrowed"
    return _LIMIT_BY_TURN.get(promises.limit(name, was, now), "limit-changed")


def _references(table: str, at: str, old: Column, new: Column) -> Iterator[Change]:
    for reference in sorted({*old.references} - {*new.references}):
        yield judged("reference-dropped", table=table, column=at, before=reference)
    for reference in sorted({*new.references} - {*old.references}):
        yield judged("reference-added", table=table, column=at, after=reference)


def _personal(table: str, at: str, old: Column, new: Column) -> Iterator[Change]:
    if old.pii != new.pii:
        rule = "pii-declared" if not old.pii else "pii-withdrawn" if not new.pii else "pii-changed"
        yield judged(rule, table=table, column=at, before=old.pii, after=new.pii)
    was, now = old.classification, new.classification
    if was.casefold() != now.casefold():
        rule = "classification-added" if not was else "classification-changed" if now else "classification-dropped"
        yield judged(rule, table=table, column=at, before=was, after=now)


# --- rules -------------------------------------------------------------------------------------------------------------


def rules(table: str, column: str, old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Change]:
    at = {"table": table, "column": column}
    pairs = pairing.grouped(old, new, lambda rule: (rule.kind, rule.name))
    for rule in pairs.dropped:
        yield judged("rule-removed", before=rule_words(rule), **at)
    for rule in pairs.added:
        yield judged("rule-added", after=rule_words(rule), **at)
    for before, after in pairs.both:
        turn = promises.rule(before, after)
        if turn != Turn.SAME:
            yield judged(_BY_TURN[turn], before=rule_words(before), after=rule_words(after), **at)
        if before.severity != after.severity:
            lower = SEVERITIES.index(after.severity) < SEVERITIES.index(before.severity)
            rule_id = "severity-lowered" if lower else "severity-raised"
            yield judged(rule_id, before=before.severity, after=after.severity, **at)
        if (before.description, before.dimension) != (after.description, after.dimension):
            yield judged("rule-redescribed", before=before.description, after=after.description, **at)


def rule_words(rule: Rule) -> str:
    """One line: what is measured and what it must be."""
    head = rule.name or rule.kind.replace("_", " ")
    told = [f"{name} {value}" for name, value in rule.arguments.items() if name != "implementation"]
    if rule.operator:
        value = " and ".join(map(str, rule.value)) if isinstance(rule.value, list) else rule.value
        told.append(f"{OPERATOR_WORDS[rule.operator]} {value}{' %' if rule.unit == 'percent' else ''}")
    if rule.kind in {"text", "custom"} and not told and rule.description:
        told.append(rule.description)
    if rule.query:
        told.append(" ".join(rule.query.split()))
    return f"{head}: {', '.join(told)}" if told else head


# --- words -------------------------------------------------------------------------------------------------------------


def words(table: str, column: str, old: _Described, new: _Described, *, same_form: bool = False) -> Iterator[Change]:
    at = {"table": table, "column": column}
    for name in ("title", "description"):
        was, now = getattr(old, name), getattr(new, name)
        if was.strip() != now.strip():
            yield judged(f"{name}-changed", before=was, after=now, **at)
    if set(old.tags) != set(new.tags):
        yield judged("tags-changed", before=old.tags or None, after=new.tags or None, **at)
    if same_form and old.kept != new.kept:
        names = sorted(key for key in {*old.kept, *new.kept} if old.kept.get(key) != new.kept.get(key))
        yield judged("details-changed", after=names, **at)
