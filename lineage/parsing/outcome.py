"""One text of SQL, read with the columns of its tables: what it uses of which, by the names that stand in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lineage.claims import ColumnUse
from lineage.sql import Cache, Lineage, Script, read_script
from lineage.sql.relations import STAR
from lineage.sql.templates import has_templates
from lineage.states import Detail, Masking, Use

SECONDS = 10.0  # for one text; a run has thousands
CACHE = Cache(10_000_000)  # of statements that were run: a warehouse tells the same ones day by day
_PARAMETER = re.compile(r"(?<![\w$])\$\d+\b")  # in place of a constant, where a constant is not always understood
Tables = Mapping[str, Sequence[str]]  # columns by name, of tables all of whose columns are known


@dataclass(frozen=True, slots=True)
class Text:
    """``database`` and ``schema`` are where names without them are looked up; ``inlined`` as in ``read_script``."""

    sql: str
    dialect: str
    database: str = ""
    schema: str = ""
    inlined: Collection[str] = ()


@dataclass(slots=True)
class Used:
    """What is used of one table."""

    columns: set[ColumnUse] = field(default_factory=set)
    whole: bool = True  # nothing else of it is used

    @property
    def detail(self) -> Detail:
        return Detail.ALL if self.whole else Detail.SOME if self.columns else Detail.NONE


@dataclass(frozen=True, slots=True)
class Outcome:
    """``columns`` are those that it gives, empty where nobody can count them. ``unread``: why there is nothing."""

    tables: Mapping[str, Used] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """What one statement writes to ``target``."""

    target: str
    tables: Mapping[str, Used]


def read(text: Text, tables: Tables, own: Sequence[str] = ()) -> Outcome:
    """The SQL of one thing, whose columns are ``own`` as far as they are known."""
    script = _script(text, tables)
    found = script.together
    if not found.sources and not found.columns:
        return Outcome(unread=(found.warnings or ("Nothing in it reads or gives a column.",))[0])
    targets = {None, *found.targets} if len(found.targets) < 2 else {None, found.targets[-1]}
    given = [target.column for target in found.columns if target.table in targets]
    sure = not (found.warnings or has_templates(text.sql))
    used = _used(found, targets, tables, _spelled(given, own), sure=sure)
    counted = given if STAR not in given and len({name.casefold() for name in given}) == len(given) else []
    return Outcome(used, tuple(counted) if sure else (), found.warnings)


def writes(text: Text, tables: Tables, *, into: str = "", seconds: float = SECONDS) -> tuple[list[Write], str]:
    """What a statement that was run wrote, target by target; or why nobody knows. ``into``: what a query without a target
    of its own was written to, where that is known."""
    script = CACHE.read(
        _PARAMETER.sub("'1'", text.sql),
        text.dialect,
        tables,
        database=text.database,
        default_schema=text.schema,
        seconds=seconds,
    )
    found = []
    for statement in script.statements:
        for name in statement.targets or ((None,) if into and statement.sources else ()):
            given = [target.column for target in statement.columns if target.table == name]
            named = _spelled(given, tables.get(name or into, ()))
            used = _used(statement, {name}, tables, named, sure=not has_templates(text.sql))
            found.append(Write(name or into, used))
    return found, script.together.warnings[0] if script.together.warnings else ""


def _script(text: Text, tables: Tables) -> Script:
    return read_script(
        text.sql,
        text.dialect,
        tables,
        database=text.database,
        default_schema=text.schema,
        seconds=SECONDS,
        inlined=text.inlined,
    )


def _used(
    found: Lineage, targets: Collection[str | None], tables: Tables, spelled: Mapping[str, str], *, sure: bool
) -> dict[str, Used]:
    used = {name: Used(whole=sure) for name in found.sources}
    vague = False  # a column of one of several tables, and nobody knows which
    for table, column, into, use, masking in _pairs(found, targets):
        if table is None:
            vague = True
        elif STAR in (column, into):
            used.setdefault(table, Used()).whole = False
        else:
            used.setdefault(table, Used()).columns.add(ColumnUse(column, spelled.get(into, into), use, masking))
    if vague:
        doubtful = [name for name in used if name not in tables] or list(used)
        for name in doubtful:
            used[name].whole = False
    return used


def _pairs(found: Lineage, targets: Collection[str | None]) -> Iterator[tuple[str | None, str, str, Use, Masking]]:
    """(table, its column, column of the target or "", use, how much of the value is hidden)."""
    for target in found.columns:
        if target.table in targets:
            for source in target.sources:
                yield source.table, source.column, target.column, Use(int(source.kind)), Masking(int(source.masking))
    for indirect in found.indirect:
        if indirect.target in targets:
            yield indirect.table, indirect.column, "", Use(int(indirect.kind)), Masking.UNKNOWN


def _spelled(given: Sequence[str], own: Sequence[str]) -> dict[str, str]:
    """Columns as the target spells them: by name, and by place those that nobody named, where the number is the same."""
    exact = set(own)
    folded: dict[str, str] = {}
    for name in own:
        folded.setdefault(name.casefold(), name)
    found = {name: name if name in exact else folded[name.casefold()] for name in given if name.casefold() in folded}
    if len(given) == len(own) and STAR not in given:
        left = set(own) - set(found.values())
        found |= {name: at for name, at in zip(given, own, strict=True) if name not in found and at in left}
    return found
