"""A script from its first statement to its last: what one makes, the next ones read."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from sqlglot import exp

from lineage.sql.changes import Effect
from lineage.sql.fromclause import Ctes
from lineage.sql.kinds import WAYS, Kind, Source, Sources, add
from lineage.sql.model import IndirectUse, Lineage, Script, SourceColumn, TargetColumn
from lineage.sql.names import Names, family
from lineage.sql.parsing import Warned, statements
from lineage.sql.queries import Queries
from lineage.sql.relations import STAR, Output, Query, Relation, table
from lineage.sql.schemas import Given, Schemas
from lineage.sql.variables import variables
from lineage.sql.writes import Writes

SECONDS = 30.0  # for one script; what is left over then is told, not read
MOST_WARNINGS = 20
_FAILURES = (RecursionError, ValueError, AttributeError, KeyError, TypeError, IndexError, AssertionError)


class Made(NamedTuple):
    """A table that the script made."""

    name: str
    parts: tuple[str, ...]
    temporary: bool
    outputs: list[Output]  # out of tables that the script did not make
    shown: list[Output]  # out of tables that stay, for the statements one by one
    query: Query


class Session:
    """What the statements so far have left behind."""

    def __init__(self, names: Names, schemas: Schemas) -> None:
        self.names = names
        self.schemas = schemas
        self.made: dict[tuple[str, ...], Made] = {}
        self.by_name: dict[str, Made] = {}

    def name_of(self, parts: tuple[str, ...]) -> str:
        full = self.names.full(parts)
        known = self.schemas.find(full)
        written = ".".join(full)
        if known is None:
            return written
        spelled = known.name.lower()
        same = spelled == written.lower() or (spelled.endswith("yyyymmdd") and family(spelled) == written.lower())
        return known.name if same else written

    def key(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(part.lower() for part in self.names.full(parts))

    def table(self, parts: tuple[str, ...], alias: str) -> tuple[Relation, str | Query]:
        """The relation of a name, and what it counts as: a table that is read, or the query behind a temporary one."""
        made = self.made.get(self.key(parts))
        full = self.names.full(parts)
        if made is not None and made.temporary:
            return Relation(alias, made.parts, made.shown), made.query
        name = self.name_of(parts)
        if made is not None and made.outputs and not any(output.star for output in made.outputs):
            return table(alias, full, made.name, [output.name for output in made.outputs]), made.name
        known = self.schemas.find(full)
        return table(alias, full, name, known.columns if known else None), name

    def columns(self, parts: tuple[str, ...]) -> list[str]:
        """A target's columns, as far as anybody knows them."""
        made = self.made.get(self.key(parts))
        if made is not None and not any(output.star for output in made.outputs):
            return [output.name for output in made.outputs]
        known = self.schemas.find(self.names.full(parts))
        return list(known.columns) if known else []

    def keep(self, parts: tuple[str, ...], made: Made) -> None:
        self.made[self.key(parts)] = made
        self.by_name[made.name] = made

    def forget(self, parts: tuple[str, ...]) -> Made | None:
        made = self.made.pop(self.key(parts), None)
        if made is not None:
            self.by_name.pop(made.name, None)
        return made


class Together:
    """All statements as one: tables that it made and read again are replaced by what they are made of."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.columns: dict[tuple[str | None, str], Sources] = {}
        self.uses: dict[tuple[str | None, Source, Kind], None] = {}
        self.sources: dict[str, None] = {}
        self.targets: dict[str, None] = {}
        self.through: dict[str, None] = {}

    def deep(self, sources: Sources) -> Sources:
        by_name = self.session.by_name
        if not any(name in by_name for name, _ in sources):
            return sources
        into: Sources = {}
        for (name, column), kind in sources.items():
            made = by_name.get(name) if name else None
            found = _column_of(made.outputs, column) if made else None
            if made is not None and found is not None:
                self.through[made.name] = None
            add(into, {(name, column): Kind.IDENTITY} if found is None else found, kind)
        return into

    def see_through(self, queries: list[Query], target: str | None) -> None:
        """Note the temporary tables among what a statement read."""
        temporary = {id(made.query): made.name for made in self.session.made.values() if made.temporary}
        for query in queries if temporary else ():
            if (name := temporary.get(id(query))) is not None and name != target:
                self.through[name] = None

    def add(
        self, target: str | None, outputs: list[Output], read: Iterable[str], uses: Iterable[tuple[Source, Kind]]
    ) -> None:
        for output in outputs:
            add(self.columns.setdefault((target, output.name), {}), output.sources, Kind.IDENTITY)
        for source, kind in uses:
            for deeper in self.deep({source: kind}):
                self.uses[(target, deeper, kind)] = None
        for name in read:
            made = self.session.by_name.get(name)
            if made is None:
                self.sources[name] = None
            else:
                self.through[made.name] = None
        if target is not None:
            self.targets[target] = None

    def rename(self, names: dict[str, str]) -> None:
        """Tables that were written under one name are now called another."""
        self.columns = {
            (names.get(target or "", target), column): found for (target, column), found in self.columns.items()
        }
        self.uses = dict.fromkeys((names.get(target or "", target), source, kind) for target, source, kind in self.uses)
        self.targets = dict.fromkeys(names.get(target, target) for target in self.targets)

    def drop(self, name: str) -> None:
        self.columns = {key: found for key, found in self.columns.items() if key[0] != name}
        self.uses = {key: None for key in self.uses if key[0] != name}
        self.targets.pop(name, None)


def _column_of(outputs: list[Output], column: str) -> Sources | None:
    if column == STAR:
        into: Sources = {}
        for output in outputs:
            add(into, output.sources, Kind.IDENTITY)
        return into
    relation = Relation("", (), outputs)
    found = relation.find(column)
    return relation.guess(column) if found is None else found


class Reader:
    """Reads one script."""

    def __init__(self, names: Names, schemas: Schemas, inlined: Collection[str]) -> None:
        self.session = Session(names, schemas)
        self.together = Together(self.session)
        self.queries = Queries(names, self.session.table, self._returned, inlined)
        self.writes = Writes(self.queries)
        self.statements: list[Lineage] = []
        self.warnings: list[str] = []
        self.unread = 0
        self.stopped = False
        self.changed = False  # whether names changed hands on the way

    def read(self, script: str, seconds: float) -> Script:
        until = time.monotonic() + seconds
        self._declare(script)
        for item in statements(script, self.session.names.dialect):
            if isinstance(item, Warned):
                self._warn(str(item))
                continue
            try:
                self._statement(item)
            except RecursionError:
                self._warn("a statement is nested too deep to be read")
            except _FAILURES as error:
                self._warn(f"a statement was not understood ({type(error).__name__})")
            if time.monotonic() > until:
                self._warn(f"stopped after {seconds:.0f} seconds; the statements behind were not read")
                self.stopped = True
                break
        return Script(tuple(self.statements), self._answer(), self.unread, self.stopped)

    def _declare(self, script: str) -> None:
        """What procedures call by a name is no column."""
        names = self.session.names
        declared = variables(script)
        names.pseudo |= declared.values
        for name, query in declared.rows.items():
            names.rows[name] = Relation(name, (), self._row(query))

    def _row(self, query: str) -> list[Output]:
        tree = next(statements(query, self.session.names.dialect), None)
        try:
            return self.queries.query(tree, {}).outputs if isinstance(tree, exp.Query) else []
        except _FAILURES:
            return []

    def _returned(self, tree: exp.Expr, ctes: Ctes) -> list[Output]:
        return self.writes.returned(tree, ctes)

    def _warn(self, message: str) -> None:
        self.unread += 1
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(message)

    def _statement(self, tree: exp.Expr) -> None:
        if isinstance(tree, exp.Alter):
            self.changed = True
            self._alter(tree)
        elif isinstance(tree, exp.Drop):
            self.changed = True
            self._drop(tree)
        else:
            for effect in self.writes.read(tree):
                self._apply(effect)

    def _apply(self, effect: Effect) -> None:
        session = self.session
        parts = effect.target
        target = session.name_of(parts) if parts is not None else None
        outputs = self._named(effect)
        everything = list(effect.query.everything())
        self.together.see_through(everything, target)
        read = list(dict.fromkeys(name for query in everything for name in query.tables))
        uses = list(dict.fromkeys(use for query in everything for use in query.uses))
        self.statements.append(_lineage(target, outputs, read, uses))
        deep = outputs
        if session.by_name:
            deep = [output._replace(sources=self.together.deep(output.sources)) for output in outputs]
        if parts is not None and target is not None:
            known = session.made.get(session.key(parts))
            if effect.creates:
                session.keep(
                    parts, Made(target, session.names.full(parts), effect.temporary, deep, outputs, effect.query)
                )
                if effect.declared:  # until the script fills it, it is a table like any other
                    session.by_name.pop(target, None)
            elif known is not None and outputs:
                grown = _grown(known.outputs, deep), _grown(known.shown, outputs)
                session.keep(parts, known._replace(outputs=grown[0], shown=grown[1]))
                known.query.inputs.append(effect.query)
        self.together.add(target, deep, read, uses)

    def _named(self, effect: Effect) -> list[Output]:
        """The outputs by the target's names: those that stand in the statement, else those of its known columns."""
        if not effect.by_position or effect.target is None or any(output.star for output in effect.outputs):
            return effect.outputs
        columns = [name for name in self.session.columns(effect.target) if name.lower() not in effect.fixed]
        if len(columns) < len(effect.outputs):
            return effect.outputs
        return [output._replace(name=name) for output, name in zip(effect.outputs, columns, strict=False)]

    def _alter(self, tree: exp.Alter) -> None:
        for action in tree.args.get("actions") or ():
            if isinstance(action, exp.AlterRename):
                self._rename(tree.this, action.this)
            elif isinstance(action, exp.SwapTable):
                self._swap(tree.this, action.this)
            elif isinstance(action, exp.Query):  # ALTER VIEW … AS
                for effect in self.writes.read(exp.Create(this=tree.this, kind="VIEW", expression=action)):
                    self._apply(effect)

    def _rename(self, old: exp.Expr, new: exp.Expr) -> None:
        if not isinstance(old, exp.Table) or not isinstance(new, exp.Table):
            return
        before, after = self.session.names.parts(old), self.session.names.parts(new)
        if len(after) < len(before):
            after = (*before[: len(before) - len(after)], *after)
        name = self.session.name_of(after)
        self.together.rename({self.session.name_of(before): name})
        if (made := self.session.forget(before)) is not None:
            self.session.keep(after, made._replace(name=name, parts=self.session.names.full(after)))

    def _swap(self, one: exp.Expr, other: exp.Expr) -> None:
        """Each gets the other's name. Where the script made neither, the first now has what the second had."""
        if not isinstance(one, exp.Table) or not isinstance(other, exp.Table):
            return
        first, second = self.session.names.parts(one), self.session.names.parts(other)
        names = self.session.name_of(first), self.session.name_of(second)
        if not {*names} & {*self.together.targets}:
            for effect in self.writes.whole(other, one):
                self._apply(effect)
            return
        self.together.rename({names[0]: names[1], names[1]: names[0]})
        made = self.session.forget(first), self.session.forget(second)
        for each, parts, name in ((made[0], second, names[1]), (made[1], first, names[0])):
            if each is not None:
                self.session.keep(parts, each._replace(name=name, parts=self.session.names.full(parts)))

    def _drop(self, tree: exp.Drop) -> None:
        for node in [*(tree.args.get("tables") or ()), tree.this]:
            if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
                parts = self.session.names.parts(node)
                if (made := self.session.forget(parts)) is not None and made.name not in self.together.through:
                    self.together.drop(made.name)

    def _answer(self) -> Lineage:
        if len(self.statements) == 1 and not self.changed:
            return replace(self.statements[0], warnings=tuple(self.warnings))
        found = self.together
        gone = found.through.keys()
        return Lineage(
            columns=tuple(_target(*key, sources) for key, sources in found.columns.items() if key[0] not in gone),
            indirect=tuple(
                IndirectUse(target, source[0], source[1], kind)
                for target, source, kind in found.uses
                if target not in gone
            ),
            sources=tuple(found.sources),
            targets=tuple(name for name in found.targets if name not in gone),
            through=tuple(gone),
            warnings=tuple(self.warnings),
        )


def _grown(before: list[Output], added: list[Output]) -> list[Output]:
    named = {output.name.lower(): output for output in added}
    found = []
    for output in before:
        match = named.pop(output.name.lower(), None)
        if match is not None:
            into = dict(output.sources)
            add(into, match.sources, Kind.IDENTITY)
            output = output._replace(sources=into)
        found.append(output)
    return found + list(named.values())


def _lineage(target: str | None, outputs: list[Output], read: list[str], uses: list[tuple[Source, Kind]]) -> Lineage:
    return Lineage(
        columns=tuple(_target(target, output.name, output.sources) for output in outputs),
        indirect=tuple(IndirectUse(target, source[0], source[1], kind) for source, kind in uses),
        sources=tuple(read),
        targets=(target,) if target is not None else (),
    )


def _target(target: str | None, column: str, sources: Sources) -> TargetColumn:
    return TargetColumn(
        target, column, tuple(SourceColumn(name, found, *WAYS[way]) for (name, found), way in sources.items())
    )


def read_script(
    sql: str,
    dialect: str,
    schema: Given | None = None,
    *,
    database: str = "",
    default_schema: str = "",
    seconds: float = SECONDS,
    inlined: Collection[str] = (),
) -> Script:
    """The lineage of a script, statement by statement and as a whole. What cannot be read becomes a warning. Common tables
    of the names ``inlined`` (lower case) are not looked into: what a tool has written out there is a table to its user.

    Raises:
        UnknownDialect: there is no such dialect.
    """
    names = Names(dialect, database, default_schema)
    return Reader(names, Schemas(schema or {}, names), inlined).read(sql, seconds)
