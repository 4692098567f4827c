"""The rows of an asset's schema: columns with what all rooms say of them, in the order in which they nest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.capabilities import Live
from catalog.differences import Difference, by_column, summary
from catalog.models import Asset, Column, Source, Term
from catalog.queries import assets, differences, glossary
from catalog.queries.differences import Gone
from portal.kernel import wiring

DEEPEST = 5  # steps of indentation


@dataclass(frozen=True, slots=True)
class Target:
    """What a foreign key points to; without ``asset`` the catalog does not know it."""

    path: str
    column: str
    asset: Asset | None = None


@dataclass(frozen=True, slots=True)
class Row:
    column: Column
    depth: int  # 0 for columns of the table itself
    name: str  # below its parent the last part alone
    marks: Sequence[Any]
    differences: Sequence[Difference]
    target: Target | None
    terms: Sequence[Term] = ()
    readers: int = 0  # things that read it, as far as the person sees them

    @property
    def is_missing(self) -> bool:
        """Some difference already says that the warehouse does not have it."""
        return any(difference.kind == "missing" for difference in self.differences)


@dataclass(frozen=True, slots=True)
class Schema:
    rows: Sequence[Row]
    sentences: Sequence[str]  # what differs, for the head of the page
    only_differing: bool
    gone: Gone | None = None
    is_covered: bool = True  # somebody looks into the warehouse, so what was not seen there is news


def of_asset(user: Any, asset: Asset, *, only_differing: bool = False) -> Schema:
    columns = nested(list(assets.columns_of(asset)))
    marks = wiring.column_marks(asset.pk)
    readers = wiring.column_readers(user, asset)
    compared = differences.of_asset(asset)
    unlike = by_column(compared.differences)
    targets = _targets(user, asset, [column for column, _, _ in columns])
    terms = {term.slug: term for term in glossary.terms_of(user, {slug for row in columns for slug in row[0].terms})}
    rows = [
        Row(
            column=column,
            depth=min(depth, DEEPEST),
            name=name,
            marks=marks.get(column.name.casefold(), []),
            differences=unlike.get(column.name.casefold(), []),
            target=targets.get(column.pk),
            terms=[terms[slug] for slug in column.terms if slug in terms],
            readers=readers.get(column.name.casefold(), 0),
        )
        for column, depth, name in columns
    ]
    if only_differing:
        rows = [row for row in rows if row.differences]
    covered = not columns or _is_covered(asset, [column for column, _, _ in columns])
    return Schema(rows, summary(compared.differences), only_differing, compared.gone, covered)


def _is_covered(asset: Asset, columns: Iterable[Column]) -> bool:
    """Some source saw its columns, or reads the platform instance on which it lies."""
    if any(column.observed for column in columns):
        return True
    kinds = set(Source.objects.present().filter(namespace=asset.namespace).values_list("kind", flat=True))
    return any(isinstance(wiring.named("READERS", kind)(), Live) for kind in kinds & {*wiring.names("READERS")})


def nested(columns: Sequence[Column]) -> list[tuple[Column, int, str]]:
    """(column, depth, name below its parent). ``address.city`` is a part where ``address`` is a column too; a dot in a
    name alone makes none."""
    known = {column.name for column in columns}
    children: dict[str, list[Column]] = {}
    for column in columns:
        children.setdefault(_parent(column.name, known), []).append(column)
    rows: list[tuple[Column, int, str]] = []

    def walk(parent: str, depth: int) -> None:
        for column in children.get(parent, ()):
            rows.append((column, depth, column.name[len(parent) + 1 :] if parent else column.name))
            walk(column.name, depth + 1)

    walk("", 0)
    return rows


def _parent(name: str, known: set[str]) -> str:
    """The longest known name that it is a part of."""
    at = name.rfind(".")
    while at > 0:
        if name[:at] in known:
            return name[:at]
        at = name.rfind(".", 0, at)
    return ""


def _targets(user: Any, asset: Asset, columns: Iterable[Column]) -> Mapping[int, Target]:
    """By column id. A key into what the person may not see is not shown: it would name it."""
    pointing = {column.pk: column.foreign_key.rpartition(".") for column in columns if column.foreign_key}
    if not pointing:
        return {}
    names = {name for path, _, _ in pointing.values() for name in (path, f"{asset.database}.{path}")}
    standing = Asset.objects.live().filter(namespace=asset.namespace, name__in=names)
    known = {found.name: found for found in standing}
    visible = set(standing.visible_to(user).values_list("pk", flat=True))
    targets: dict[int, Target] = {}
    for pk, (path, _, name) in pointing.items():
        found = known.get(f"{asset.database}.{path}") or known.get(path)
        if found is None or found.pk in visible:
            targets[pk] = Target(path, name, found)
    return targets
