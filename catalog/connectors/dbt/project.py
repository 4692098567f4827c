"""What one read knows so far: which keys became assets, which were left out and why, and what is read from what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from catalog.capabilities import BadInput
from catalog.connectors.dbt.artifacts import Artifact
from catalog.connectors.dbt.columns import IDENTIFIER_MAX, TEXT_MAX
from catalog.connectors.dbt.marks import Note
from catalog.connectors.dbt.mending import decode
from catalog.connectors.dbt.notes import Notes, short
from catalog.connectors.dbt.owners import Groups
from catalog.connectors.dbt.semantics import Semantics
from catalog.connectors.dbt.shapes import DependsOn, Disabled, Quoting
from catalog.connectors.dbt.tables import Tables
from catalog.facts import EdgeFact

CODE_MAX = 1_000_000
NO_LINEAGE = frozenset({"macro", "function", "operation", "test", "unit_test", "doc"})


@dataclass(slots=True)
class Project:
    file: str
    platform: str
    quoting: Quoting | None
    only: str  # the one package that is wanted, or "" for all
    notes: Notes
    groups: Groups
    tables: Tables
    disabled: frozenset[str] = frozenset()
    assets: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)  # in the manifest, but not wanted or already warned of
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)  # asset -> documented column -> shown column
    upstream: dict[str, list[str]] = field(default_factory=dict)
    called: dict[str, set[str]] = field(default_factory=dict)  # name in lower case -> keys of datasets
    semantics: Semantics = field(init=False)

    def __post_init__(self) -> None:
        self.semantics = Semantics(self.platform)

    def note_at(self, place: str) -> Note:
        def note(below: str, message: str) -> None:
            self.notes.add(self.file, f"{place}.{below}" if below else place, message)

        return note

    def accept(self, key: str, depends_on: DependsOn | None) -> None:
        self.assets.add(key)
        if depends_on is not None and depends_on.nodes:
            self.upstream[key] = list(dict.fromkeys(depends_on.nodes))

    def call(self, key: str, *parts: str | None) -> None:
        """The dataset may be named by the end of its path, as long as anybody likes."""
        known = [part.lower() for part in parts if part]
        for name in (key.lower(), *(".".join(known[start:]) for start in range(len(known)))):
            self.called.setdefault(name, set()).add(key)

    def upstream_called(self, downstream: str, name: str) -> str:
        """The key of the one thing of that name that it depends on, or ""."""
        found = self.called.get(name.strip().lower(), set()) & {*self.upstream.get(downstream, ())}
        return next(iter(found)) if len(found) == 1 else ""

    def unwanted(self, key: str, package: str | None) -> bool:
        """Whether the node is of another package than the one asked for."""
        if not self.only or package == self.only:
            return False
        self.left_out.add(key)
        return True

    def misnamed(self, key: str, note: Note, *names: str | None) -> bool:
        """Whether an identifier is empty or too long to be one; such a node is left out with a warning."""
        if key and all(len(name or "") <= IDENTIFIER_MAX for name in (key, *names)):
            return False
        self.left_out.add(key)
        note("", f"a name is empty or longer than {IDENTIFIER_MAX} characters; left out")
        return True

    def edges(self) -> Iterator[EdgeFact]:
        for downstream, upstream in self.upstream.items():
            for key in upstream:
                if key in self.assets:
                    if key != downstream:
                        yield self._edge(key, downstream)
                elif key not in self.left_out:
                    self._note_dangling(key, downstream)
        for model, metric, columns in self.semantics.filters():
            yield EdgeFact(upstream=model, downstream=metric, columns=columns, columns_complete=True)

    def _edge(self, upstream: str, downstream: str) -> EdgeFact:
        columns, complete = self.semantics.told(upstream, downstream)
        shown = self.renamed.get(upstream, {})
        if shown:
            columns = tuple(use._replace(upstream=shown.get(use.upstream, use.upstream)) for use in columns)
        return EdgeFact(upstream=upstream, downstream=downstream, columns=columns, columns_complete=complete)

    def _note_dangling(self, key: str, downstream: str) -> None:
        kind = short(key.partition(".")[0], 30)
        if kind not in NO_LINEAGE:
            state = "is disabled" if key in self.disabled else "is not in the manifest"
            place = f"{short(downstream)}.depends_on: {short(key)}"
            self.notes.add(self.file, place, f"depends on a {kind} that {state}; the edge is left out")


def clipped(text: str | None, place: str, note: Note, most: int = TEXT_MAX) -> str:
    if not text or len(text) <= most:
        return text or ""
    note(place, f"is longer than {most:,} characters; cut")
    return text[:most]


def disabled_keys(manifest: Artifact, notes: Notes) -> frozenset[str]:
    """Keys of what is switched off: an object of lists since v4, a plain list before."""
    try:
        return frozenset(manifest.members("disabled"))
    except BadInput:
        return frozenset(_listed(manifest.sections.get("disabled"), manifest.name, notes))


def _listed(raw: msgspec.Raw | None, file: str, notes: Notes) -> Iterable[str]:
    for i, item in enumerate(items(raw, file, "disabled", notes)):
        entry = decode(Disabled, item, file, f"disabled[{i}]", notes)
        if entry is not None and entry.unique_id:
            yield entry.unique_id


def items(raw: msgspec.Raw | None, file: str, place: str, notes: Notes) -> list[msgspec.Raw]:
    """The entries of a list, undecoded; empty, with a warning, where there is none."""
    try:
        return msgspec.json.decode(raw if raw is not None else b"null", type=list[msgspec.Raw] | None) or []
    except (ValueError, RecursionError):
        notes.add(file, place, "is not a list; left out")
        return []
