"""Which pairs a job makes, out of what its runs named.

Every input goes into every output, unless somebody says more: column lineage tells which inputs an output has columns of, the
``lineage`` facet tells all of an output's sources. A job with inputs alone is itself where they go, one with outputs alone is
itself where they come from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from lineage.openlineage.adding import Uses, values
from lineage.openlineage.columns import Use

OF_COLUMNS = frozenset({"columnLineage", "lineage"})
NONE, SOME, ALL = range(3)  # how much of the columns is told, as in lineage.states.Detail


class Pair(NamedTuple):
    upstream: str  # keys
    downstream: str


class Told(NamedTuple):
    columns: frozenset[Use]
    detail: int


Pairs = dict[Pair, Told]


def pairs(uses: Uses, job: str, dropped: Collection[str] = ()) -> Pairs:
    inputs = [key for key in uses.inputs if key not in dropped]
    outputs = {key: values(said) for key, said in uses.outputs.items() if key not in dropped}
    found: Pairs = {}
    told_apart = _told_apart(outputs)
    for key, said in outputs.items():
        if "lineage" in said:
            _add_sources(found, key, said["lineage"])
        else:
            _add_output(found, key, said.get("columnLineage"), inputs, told_apart)
    explicit = values(uses.job).get("lineage") or []
    for target, _ in explicit:
        if target in outputs:  # the job's own word on it is the whole truth
            found = {pair: told for pair, told in found.items() if pair.downstream != target}
    for target, sources in explicit:
        _add_sources(found, target, sources)
    found.update(_ends(found, inputs, list(outputs), job))
    return {pair: told for pair, told in found.items() if pair[0] != pair[1] and not {*pair} & {*dropped}}


def of_dataset(key: str, facets: dict[str, Any]) -> Pairs:
    """What a dataset says of its own sources, without a job."""
    found: Pairs = {}
    for facet in ("lineage", "columnLineage"):
        if sources := facets.get(facet):
            _add_sources(found, key, sources)
    return {pair: told for pair, told in found.items() if pair[0] != pair[1]}


def lacks_columns(uses: Uses) -> bool:
    """Whether it names an output without a word on its columns."""
    return any(not said.keys() & OF_COLUMNS for said in uses.outputs.values())


def remember(uses: Uses, earlier: Uses) -> None:
    """Adds what an earlier run of the job said of the columns of an output of which this one says nothing: a facet that is
    not sent takes nothing back (the specification has ``_deleted`` for that). It is remembered as long as all that it
    names is still read, and the newest word hides what was said before it."""
    for key, said in uses.outputs.items():
        told = earlier.outputs.get(key, {}).get("columnLineage")
        if told and not said.keys() & OF_COLUMNS:
            at, columns = told
            still = set((columns or {}).get("uses", ())) <= uses.inputs.keys()
            said["columnLineage"] = [at, columns if still else None]


def _told_apart(outputs: dict[str, dict[str, Any]]) -> set[str]:
    """Inputs of which some output says in full what it has of them."""
    whole = (said["columnLineage"] for said in outputs.values() if said.get("columnLineage", {}).get("whole"))
    return {key for told in whole for key in told["uses"]}


def _add_output(
    found: Pairs, key: str, columns: dict[str, Any] | None, inputs: list[str], told_apart: Collection[str]
) -> None:
    used = columns["uses"] if columns else {}
    whole = bool(columns and columns["whole"])
    for upstream in inputs:
        if upstream not in used and not (whole and upstream in told_apart):
            found[Pair(upstream, key)] = Told(frozenset(), NONE)
    for upstream, uses in used.items():
        found[Pair(upstream, key)] = Told(_uses(uses), ALL if whole else SOME)


def _add_sources(found: Pairs, target: str, sources: dict[str, Any]) -> None:
    for upstream, uses in sources["uses"].items():
        detail = NONE if not uses else ALL if sources["whole"] else SOME
        known = found.get(Pair(upstream, target))
        columns = _uses(uses) | (known.columns if known else frozenset())
        found[Pair(upstream, target)] = Told(columns, max(detail, known.detail if known else NONE))


def _ends(found: Pairs, inputs: list[str], outputs: list[str], job: str) -> Iterator[tuple[Pair, Told]]:
    nothing = Told(frozenset(), NONE)
    between = [pair for pair in found if pair.upstream != pair.downstream]
    ends: list[Pair] = []
    if not between or not outputs:  # what a job changes in place is read and written by it
        read = {pair.upstream for pair in between}
        ends += [Pair(key, job) for key in inputs if key not in read]
    if not between or not inputs:
        made = {pair.downstream for pair in between}
        ends += [Pair(job, key) for key in outputs if key not in made]
    return iter([(pair, nothing) for pair in ends])


def _uses(uses: list[list[Any]]) -> frozenset[Use]:
    return frozenset(Use(*one) for one in uses)
