"""A first contract for a table that has none, out of what is known of it: columns, tests, freshness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalog.contracts.model import LOGICAL_TYPES, Column, Document, Freshness, Owner, Rule, Server, Table
from catalog.contracts.vocabulary import KINDS, fault
from catalog.watched import Watched, WatchedCheck

HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A column as the catalog has it."""

    name: str
    data_type: str = ""
    nullable: bool | None = None
    is_key: bool = False
    description: str = ""
    pii: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the table is called, and who answers for it."""

    name: str
    platform: str = ""
    description: str = ""
    owners: tuple[tuple[str, str, bool], ...] = ()  # name, address, whether it is a team


def propose(place: Place, columns: Sequence[Known], watched: Watched) -> Document:
    """Only what holds today: tests whose newest result failed are left out, a promise must be kept from the first day."""
    well = [check for check in watched.checks if check.status not in {"fail", "error"}]
    own = {check.column.casefold() for check in well}
    made = [
        _column(known, [check for check in well if check.column.casefold() == known.name.casefold()])
        for known in columns
    ]
    rules = tuple(rule for check in well if not check.column and (rule := _rule(check, on_table=True)))
    table = Table(
        name=place.name,
        description=place.description,
        columns=_nested(_with_keys(made, columns)),
        rules=rules,
        freshness=_freshness(watched),
    )
    owners = tuple(Owner(name=name, email=email, is_team=is_team) for name, email, is_team in place.owners)
    servers = (Server(name="main", type=place.platform),) if place.platform else ()
    status = "draft" if own or columns else ""
    return Document(form="own", version="1.0.0", status=status, owners=owners, servers=servers, tables=(table,))


def _column(known: Known, checks: Iterable[WatchedCheck]) -> Column:
    kinds = {check.kind: check for check in checks if check.severity == "error"}
    values = kinds["accepted_values"].arguments.get("values") if "accepted_values" in kinds else None
    pointing = kinds["relationships"].arguments if "relationships" in kinds else {}
    low = known.data_type.lower()
    is_logical = low in LOGICAL_TYPES
    return Column(
        name=known.name,
        logical_type=low if is_logical else "",
        physical_type="" if is_logical else low,
        description=known.description,
        required="not_null" in kinds or known.nullable is False,
        unique="unique" in kinds,
        pii=known.pii,
        enum=tuple(values) if isinstance(values, list) else None,
        references=(f"{pointing['to']}.{pointing['field']}",) if pointing.get("field") else (),
        rules=tuple(rule for check in kinds.values() if (rule := _rule(check, on_table=False))),
    )


def _rule(check: WatchedCheck, *, on_table: bool) -> Rule | None:
    """None for what a column says itself, and for checks that contracts have no word for."""
    kind = KINDS.get(check.kind)
    own = not on_table and check.kind in {"not_null", "unique", "accepted_values", "relationships"}
    if kind is None or own or kind.measured or check.kind in {"text", "custom"}:
        return None
    if fault(check.kind, check.arguments) or not (kind.on_table if on_table else kind.on_column):
        return None
    return Rule(kind=check.kind, arguments=dict(check.arguments), severity=check.severity)


def _with_keys(made: list[Column], known: Sequence[Known]) -> list[Column]:
    keys = [each.name for each in known if each.is_key]
    return [replace(column, key=keys.index(column.name) + 1 if column.name in keys else 0) for column in made]


def _nested(columns: list[Column]) -> tuple[Column, ...]:
    """``address.city`` is a field where ``address`` is a column too."""
    names = {column.name for column in columns}

    def inside(parent: str) -> tuple[Column, ...]:
        return tuple(
            replace(
                column,
                name=column.name[len(parent) + 1 :] if parent else column.name,
                columns=inside(column.name),
                key=column.key,
            )
            for column in columns
            if _parent(column.name, names) == parent
        )

    return inside("")


def _parent(name: str, names: set[str]) -> str:
    before = name.rpartition(".")[0]
    return before if before in names else ""


def _freshness(watched: Watched) -> Freshness | None:
    """What is promised elsewhere already; else twice the age that was seen, in whole hours."""
    if watched.warn_after_s or watched.error_after_s:
        return Freshness(warn_after_s=watched.warn_after_s, error_after_s=watched.error_after_s)
    if watched.age_s is None:
        return None
    hours = max(-(-watched.age_s // HOUR), 1) * HOUR
    return Freshness(warn_after_s=hours, error_after_s=2 * hours)
