"""What a star stands for: all columns of a FROM, or those that a pattern chooses."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator

from sqlglot import exp

from lineage.sql.relations import STAR, Output, Relation, Star

FLATTENED = ("seq", "key", "path", "index", "value", "this")
MAYBE = (*FLATTENED, "element", "col", "pos")  # of functions that name nothing
LONGEST_NAME = 64  # characters of a column's name that a pattern is held against
LONGEST_PATTERN = 200
MOST_REPEATS = 2  # in one pattern; each costs the length of the name once more
_REPEAT = re.compile(r"(?<![\\(])[*+?{]")
_REPEATED_GROUP = re.compile(r"\)\s*[*+{]")


def columns_of(relations: list[Relation]) -> Iterator[Output]:
    """All columns of a FROM, those of USING once; of one relation alone, its own."""
    merged: set[str] = set()
    several = len(relations) > 1
    for relation in relations:
        if relation.hidden and several:
            continue
        if relation.open:
            yield from _of_function(relation)
            continue
        for output in relation.outputs:
            found = relation.merged.get(output.name.lower()) if several and not output.star else None
            if found is None:
                yield output
            elif output.name.lower() not in merged:
                merged.add(output.name.lower())
                yield output._replace(sources=found)


def _of_function(relation: Relation) -> Iterator[Output]:
    """Of a function that names nothing: nobody can count them."""
    star = Star((), frozenset(), frozenset(relation.anything or ()))
    yield Output(STAR, star.all(), star)
    yield from (output for output in relation.outputs[len(MAYBE) :])


# ── patterns ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _Unclear(ValueError):
    """Only the database knows which columns it means."""


def picked(node: exp.Expr, relations: list[Relation]) -> list[Output]:
    """The columns that COLUMNS (…) stands for; where nobody can tell which, all."""
    outputs = list(columns_of(relations))
    try:
        return kept(outputs, _choice(node.this))
    except _Unclear:
        return outputs


def kept(outputs: list[Output], wanted: Callable[[str], bool]) -> list[Output]:
    return [output for output in outputs if output.star or wanted(output.name)]


def like(pattern: str) -> Callable[[str], bool]:
    """As LIKE compares, without the case: what is not quoted is kept in the dialect's own."""
    parts = (re.sub(r"([*?\[])", r"[\1]", part).replace("_", "?") for part in pattern.lower().split("%"))
    return _searching(re.compile(r"\A" + fnmatch.translate("*".join(parts)), re.IGNORECASE))


def condition(node: exp.Expr) -> Callable[[str], bool] | None:
    """Of * LIKE 'a%' and the like; None where it is no such thing."""
    inner = node.this if isinstance(node, exp.Not) else node
    if type(inner) not in _TESTS or not is_star(inner.this):
        return None
    return lambda name: _holds(node, name)


def is_star(node: object) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def renamed_by(pattern: str, template: str, name: str) -> str:
    """COLUMNS ('(a)(.*)') AS 'x_\\2'."""
    if "\\" not in template:
        return template
    try:
        found = _compiled(pattern).search(name[:LONGEST_NAME])
        return found.expand(template) if found is not None else template
    except (re.error, IndexError, _Unclear):
        return template


def _choice(this: exp.Expr) -> Callable[[str], bool]:
    if isinstance(this, exp.Literal):
        return _matching(this.name)
    if isinstance(this, exp.Lambda):
        return lambda name: _holds(this.this, name)
    if isinstance(this, exp.Array):
        return _listed(this.expressions)
    without = {item.name.lower() for item in this.args.get("except_") or ()}
    return lambda name: name.lower() not in without


def _listed(items: list[exp.Expr]) -> Callable[[str], bool]:
    if len(items) == 1 and isinstance(items[0], exp.Comprehension):
        wanted = items[0].args.get("condition")
        return lambda name: wanted is None or _holds(wanted, name)
    names = {item.name.lower() for item in items}
    return lambda name: name.lower() in names


def _holds(node: exp.Expr, name: str) -> bool:
    """Whether a condition is true of a column's name."""
    if isinstance(node, exp.Paren):
        return _holds(node.this, name)
    if isinstance(node, exp.Not):
        return not _holds(node.this, name)
    if isinstance(node, exp.And):
        return _holds(node.this, name) and _holds(node.expression, name)
    if isinstance(node, exp.Or):
        return _holds(node.this, name) or _holds(node.expression, name)
    if isinstance(node, exp.In) and node.expressions:
        return name.lower() in {item.name.lower() for item in node.expressions}
    test = _TESTS.get(type(node))
    if test is None or not isinstance(node.expression, exp.Literal):
        raise _Unclear
    return test(node.expression.name)(name) is not bool(node.args.get("negate"))


def _same(text: str) -> Callable[[str], bool]:
    return lambda name: name.lower() == text.lower()


def _matching(pattern: str) -> Callable[[str], bool]:
    return _searching(_compiled(pattern))


def _searching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda name: pattern.search(name[:LONGEST_NAME]) is not None


def _compiled(pattern: str) -> re.Pattern[str]:
    """Whoever writes the pattern is not to be trusted with time."""
    branches = pattern.count("(") if "|" in pattern else 0
    costly = max(len(_REPEAT.findall(pattern)), branches) > MOST_REPEATS or _REPEATED_GROUP.search(pattern)
    if costly or len(pattern) > LONGEST_PATTERN:
        raise _Unclear
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise _Unclear from error


_TESTS: dict[type[exp.Expr], Callable[[str], Callable[[str], bool]]] = {
    exp.Like: like,
    exp.ILike: like,
    exp.Glob: lambda text: _searching(re.compile(r"\A" + fnmatch.translate(text), re.IGNORECASE)),
    exp.SimilarTo: lambda text: _matching(rf"\A(?:{text})\Z"),
    exp.RegexpLike: _matching,
    exp.StartsWith: lambda text: lambda name: name.lower().startswith(text.lower()),
    exp.EQ: _same,
    exp.NEQ: lambda text: lambda name: name.lower() != text.lower(),
}
