"""How what was said adds up. Each of these is a join of a semilattice (commutative, associative, idempotent), so that
events may come in any order and any number of times: whoever has heard the same knows the same.

``Newest`` is {name: [at, value]}: of two values the one that was said later holds; of two of one moment, the greater text.
A value of None says that it was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

Newest = dict[str, list[Any]]
Moments = list[list[Any]]  # [at, type], newest first
Named = dict[str, Newest]  # by key of a dataset: what was said of it there; NAMED is always in it

NAMED = ""
RENAMED = "renamed from "  # begins the names under which it is kept what a dataset was called before
LEFT = "renamed to"  # under which the name that has it is told what the dataset was called next
MOST_RENAMED = 50
MOST_MOMENTS = 64
TELLING = {"START": 0, "RUNNING": 0, "COMPLETE": 1, "ABORT": 2, "FAIL": 3}  # of one moment, the greater one holds
ENDS = frozenset({"COMPLETE", "ABORT", "FAIL"})
BAD_ENDS = ENDS - {"COMPLETE"}

_encode = msgspec.json.Encoder(order="deterministic").encode


def newest(one: Newest, other: Mapping[str, list[Any]]) -> Newest:
    """Adds ``other`` to ``one``, which is changed and returned."""
    for name, said in other.items():
        known = one.get(name)
        if known is None or _holds(said, known):
            one[name] = said
    return one


def _holds(said: list[Any], known: list[Any]) -> bool:
    if said[0] != known[0]:
        return bool(said[0] > known[0])
    return said[1] != known[1] and bytes(_encode(said[1])) > bytes(_encode(known[1]))


def named(one: Named, other: Mapping[str, Newest]) -> Named:
    for key, said in other.items():
        known = one.get(key)
        if known is None:
            one[key] = dict(said)
        else:
            newest(known, said)
    return one


def moments(one: Moments, other: Iterable[list[Any]]) -> Moments:
    """The newest ones of both; of a stream's signs of life only the last, and the first of all that began."""
    found = {(at, kind) for at, kind in (*one, *other)}
    running = [pair for pair in found if pair[1] == "RUNNING"]
    starts = [pair for pair in found if pair[1] == "START"]
    rest = sorted(found.difference(running), key=_order, reverse=True)[:MOST_MOMENTS]
    kept = {*rest, *([max(running)] if running else []), *([min(starts)] if starts else [])}
    return [[at, kind] for at, kind in sorted(kept, key=_order, reverse=True)]


def _order(moment: tuple[int, str]) -> tuple[int, int, str]:
    return moment[0], TELLING[moment[1]], moment[1]


@dataclass(slots=True)
class Uses:
    """Datasets that a run or a job named, with what it said of them there."""

    inputs: Named = field(default_factory=dict)
    outputs: Named = field(default_factory=dict)
    job: Newest = field(default_factory=dict)  # lineage that the job's own facet tells

    def __bool__(self) -> bool:
        return bool(self.inputs or self.outputs or self.job)

    def add(self, other: Uses) -> None:
        named(self.inputs, other.inputs)
        named(self.outputs, other.outputs)
        newest(self.job, other.job)

    @property
    def at(self) -> int | None:
        """When anything was last named."""
        marks = [said[NAMED][0] for side in (self.inputs, self.outputs) for said in side.values()]
        marks += [at for at, _ in self.job.values()]
        return max(marks, default=None)

    def copy(self) -> Uses:
        return Uses(
            {key: dict(said) for key, said in self.inputs.items()},
            {key: dict(said) for key, said in self.outputs.items()},
            dict(self.job),
        )


@dataclass(slots=True)
class Run:
    """All that was heard of one run."""

    first_at: int
    last_at: int
    moments: Moments = field(default_factory=list)
    facets: Newest = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)

    def add(self, other: Run) -> None:
        self.first_at = min(self.first_at, other.first_at)
        self.last_at = max(self.last_at, other.last_at)
        self.moments = moments(self.moments, other.moments)
        newest(self.facets, other.facets)
        self.uses.add(other.uses)

    @property
    def state(self) -> str:
        """Its newest word: "" where nobody has said anything of it."""
        return str(self.moments[0][1]) if self.moments else ""

    @property
    def started_at(self) -> int | None:
        return min((at for at, kind in self.moments if kind == "START"), default=None)

    @property
    def ended_at(self) -> int | None:
        return int(self.moments[0][0]) if self.state in ENDS else None


@dataclass(slots=True)
class Job:
    """All that was heard of a job beside its runs. ``declared`` is what it says of itself without a run: the newest such
    word replaces the one before as a whole."""

    facets: Newest = field(default_factory=dict)
    declared_at: int | None = None
    declared: Uses = field(default_factory=Uses)
    seen_at: int = 0

    def add(self, other: Job) -> None:
        newest(self.facets, other.facets)
        self.seen_at = max(self.seen_at, other.seen_at)
        if other.declared_at is None:
            return
        if self.declared_at == other.declared_at:
            self.declared.add(other.declared)
        elif self.declared_at is None or self.declared_at < other.declared_at:
            self.declared_at, self.declared = other.declared_at, other.declared.copy()


@dataclass(slots=True)
class Dataset:
    """All that was heard of a dataset. ``alive_at``: when it was last named without being dropped."""

    facets: Newest = field(default_factory=dict)
    alive_at: int = 0

    def add(self, other: Dataset) -> None:
        newest(self.facets, other.facets)
        self.alive_at = max(self.alive_at, other.alive_at)
        names = [(at, name) for name, (at, _) in self.facets.items() if name.startswith(RENAMED)]
        for _, name in sorted(names, reverse=True)[MOST_RENAMED:]:
            del self.facets[name]

    @property
    def dropped(self) -> bool:
        at, said = self.facets.get("lifecycleStateChange", (0, None))
        return said is not None and said.get("lifecycleStateChange") == "DROP" and at >= self.alive_at


def settled(moments_: Moments) -> bool:
    """Whether a run has named all that it will, and came to something: mapped tasks share a run, and some may fail."""
    kinds = [kind for _, kind in moments_]
    return kinds[:1] == ["COMPLETE"] or (kinds[:1] != [] and kinds[0] in BAD_ENDS and "COMPLETE" in kinds)


def is_observed(moments_: Moments, *, streams: bool) -> bool:
    """Whether what a run names is seen to happen: the one rule for edges that count as observed.

    A run under way is, from its first word on: a stream may have no other. One that failed or was aborted is not, because
    nobody knows what it left behind; what an earlier run completed stays. A stream moves data while it is running, and is
    ended by being aborted: it is observed once it has said that it runs.
    """
    kinds = [kind for _, kind in moments_]
    if not kinds or kinds[0] not in BAD_ENDS:
        return True
    return "COMPLETE" in kinds or (streams and "RUNNING" in kinds)


class Sum(Protocol):
    def add(self, other: Any) -> None: ...


def values(said: Mapping[str, list[Any]]) -> dict[str, Any]:
    """What holds, without when it was said; what was taken back is gone."""
    return {name: value for name, (_, value) in said.items() if value is not None and name != NAMED}


def digest_text(uses: Uses) -> bytes:
    """What a run says of its datasets, without when: the same for runs that say the same."""
    sides = ({key: values(said) for key, said in side.items()} for side in (uses.inputs, uses.outputs))
    return bytes(_encode([*sides, values(uses.job)]))
