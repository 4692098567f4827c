"""Every rule by which a change of a contract is judged: one row each.

Breaking is what takes something from those who read the data: a name that is gone, a value that no longer fits, a promise
that is withdrawn or loosened. Additive is what gives more: a new column, a wider type, a stronger promise. Everything
else is documentation. A wider type is additive, because a query goes on; a looser promise is breaking, because a query
that relied on it goes on and is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    BREAKING = "breaking"
    ADDITIVE = "additive"
    DOCUMENTATION = "documentation"
    NONE = "none"


RANK = {Verdict.NONE: 0, Verdict.DOCUMENTATION: 1, Verdict.ADDITIVE: 2, Verdict.BREAKING: 3}


@dataclass(frozen=True, slots=True)
class Row:
    """``words`` are what happened, in the past tense; ``why`` is what it means for whoever reads the data."""

    verdict: Verdict
    words: str
    why: str = ""


B, A, D = Verdict.BREAKING, Verdict.ADDITIVE, Verdict.DOCUMENTATION

RULES: dict[str, Row] = {
    # tables
    "table-added": Row(A, "table added"),
    "table-dropped": Row(B, "table dropped", "Queries that name it fail."),
    "table-renamed": Row(B, "table renamed to {after}", "Queries that name it fail."),
    "table-moved": Row(B, "moved from {before} to {after}", "Queries that name it fail."),
    "table-respelled": Row(D, "called {after} instead of {before} in the contract; the table is the same"),
    "table-kind-changed": Row(D, "is a {after} instead of a {before}"),
    # columns
    "column-added": Row(A, "column added"),
    "column-added-required": Row(
        A, "column added that is never empty", "Readers are safe; whoever writes must fill it."
    ),
    "column-dropped": Row(B, "column dropped", "Queries that name it fail."),
    "column-renamed": Row(B, "column renamed to {after}", "Queries that name it fail."),
    "column-moved": Row(B, "stands in {after} instead of {before}", "Queries that name it fail."),
    "column-respelled": Row(D, "written {after} instead of {before}; the platform does not tell them apart"),
    "columns-reordered": Row(D, "order of columns changed"),
    # types
    "type-widened": Row(A, "type widened from {before} to {after}", "All old values fit; copies of it may need room."),
    "type-narrowed": Row(B, "type narrowed from {before} to {after}", "Values that were promised may no longer fit."),
    "type-changed": Row(B, "type changed from {before} to {after}", "Values are something else now."),
    "type-withdrawn": Row(B, "type {before} is no longer promised", "Values may become something else."),
    "type-told": Row(D, "type told: {after}"),
    "type-respelled": Row(D, "type written {after} instead of {before}, which is the same here"),
    # nullability and keys
    "null-allowed": Row(B, "may be empty now", "Joins, sums and filters that relied on a value lose rows."),
    "null-forbidden": Row(A, "is never empty now"),
    "unique-dropped": Row(B, "may hold a value twice now", "Joins on it multiply rows."),
    "unique-added": Row(A, "holds no value twice now"),
    "key-added": Row(A, "key declared: {after}"),
    "key-dropped": Row(B, "key {before} is no longer promised", "Rows may come twice."),
    "key-changed": Row(B, "key changed from {before} to {after}", "A row stands for something else now."),
    "reference-added": Row(A, "points to {after}"),
    "reference-dropped": Row(B, "no longer points to {before}", "Joins along it lose rows."),
    # values
    "values-closed": Row(A, "only these values from now on: {after}"),
    "values-opened": Row(B, "any value is allowed now, it was one of {before}", "Cases that covered all no longer do."),
    "values-extended": Row(B, "new values allowed: {after}", "Cases that covered all no longer do."),
    "values-removed": Row(B, "values that no longer come: {before}", "Filters on them find nothing."),
    "limit-added": Row(A, "limit declared: {after}"),
    "limit-removed": Row(B, "limit {before} is no longer promised", "Values outside of it may come."),
    "limit-loosened": Row(B, "limit loosened from {before} to {after}", "Values outside of the old one may come."),
    "limit-tightened": Row(A, "limit tightened from {before} to {after}"),
    "limit-changed": Row(B, "limit changed from {before} to {after}", "Values outside of the old one may come."),
    # personal data
    "pii-declared": Row(B, "declared personal data: {after}", "Reading it needs Privacy’s approval from now on."),
    "pii-changed": Row(B, "class of personal data changed from {before} to {after}", "Rights and masks depend on it."),
    "pii-withdrawn": Row(B, "no longer declared personal data, was {before}", "Rights and masks depend on it."),
    "classification-added": Row(A, "classified as {after}"),
    "classification-changed": Row(B, "classification changed from {before} to {after}", "Rights depend on it."),
    "classification-dropped": Row(B, "classification {before} dropped", "Rights depend on it."),
    # quality
    "rule-added": Row(A, "rule added: {after}"),
    "rule-removed": Row(B, "rule removed: {before}", "Nobody looks any more whether it holds."),
    "rule-weakened": Row(B, "rule weakened from {before} to {after}", "What was promised may no longer hold."),
    "rule-tightened": Row(A, "rule tightened from {before} to {after}"),
    "rule-changed": Row(B, "rule changed from {before} to {after}", "It cannot be told to promise as much as before."),
    "severity-lowered": Row(B, "severity lowered from {before} to {after}", "A breach no longer stops anything."),
    "severity-raised": Row(A, "severity raised from {before} to {after}"),
    "rule-redescribed": Row(D, "rule described in other words"),
    # freshness and service levels
    "freshness-added": Row(A, "freshness promised: {after}"),
    "freshness-dropped": Row(
        B, "freshness is no longer promised, was {before}", "Data may be old without anyone told."
    ),
    "freshness-loosened": Row(B, "{what} loosened from {before} to {after}", "Data may be older than was promised."),
    "freshness-tightened": Row(A, "{what} tightened from {before} to {after}"),
    "freshness-measured-otherwise": Row(D, "age told by {after} instead of {before}"),
    "sla-added": Row(A, "service level promised: {after}"),
    "sla-dropped": Row(B, "service level no longer promised: {before}"),
    "sla-weakened": Row(B, "service level weakened from {before} to {after}"),
    "sla-strengthened": Row(A, "service level strengthened from {before} to {after}"),
    "sla-changed": Row(B, "service level changed from {before} to {after}", "It cannot be told to promise as much."),
    # the document
    "server-added": Row(A, "server added: {after}"),
    "server-dropped": Row(B, "server dropped: {before}", "Whoever reads there finds nothing."),
    "server-changed": Row(B, "server changed from {before} to {after}", "Whoever reads there finds nothing."),
    "status-confirmed": Row(A, "status {after}, was {before}"),
    "status-withdrawn": Row(B, "status {after}, was {before}", "What was promised is no longer in force."),
    "status-deprecated": Row(D, "status {after}, was {before}: its end is announced"),
    "status-changed": Row(D, "status {after}, was {before}"),
    "owner-changed": Row(D, "owner {after}, was {before}"),
    "domain-changed": Row(D, "domain {after}, was {before}"),
    "title-changed": Row(D, "title changed"),
    "description-changed": Row(D, "description changed"),
    "tags-changed": Row(D, "tags {after}, were {before}"),
    "details-changed": Row(D, "details beyond the model changed: {after}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change with its verdict; ``table`` and ``column`` as the old document calls them, where it has them."""

    rule: str
    verdict: Verdict
    table: str = ""
    column: str = ""
    before: str = ""
    after: str = ""
    words: str = ""
    why: str = ""

    @property
    def place(self) -> str:
        return ".".join(part for part in (self.table, self.column) if part) or "contract"

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


def judged(
    rule: str, *, table: str = "", column: str = "", before: object = "", after: object = "", what: str = ""
) -> Change:
    row = RULES[rule]
    texts = {"before": short(before), "after": short(after), "what": what}
    words = row.words.format(**texts)
    return Change(
        rule=rule,
        verdict=row.verdict,
        table=table,
        column=column,
        before=texts["before"],
        after=texts["after"],
        words=words,
        why=row.why,
    )


def short(value: object) -> str:
    text = (
        ", ".join(map(short, value)) if isinstance(value, list | tuple) else "nothing" if value is None else str(value)
    )
    return text if len(text) <= 300 else f"{text[:297]}…"


def worst(changes: tuple[Change, ...]) -> Verdict:
    return max((change.verdict for change in changes), key=RANK.__getitem__, default=Verdict.NONE)
