"""What a source says of a pair of assets, as a value. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from lineage.states import Confidence, Detail, Masking, Use


class ColumnUse(NamedTuple):
    """``downstream`` "" means: for which rows there are, or in which order. ``masking``: how much of the value is hidden."""

    upstream: str
    downstream: str
    use: Use
    masking: Masking = Masking.UNKNOWN

    def __str__(self) -> str:
        line = f"{self.use:d}\t{self.upstream}\t{self.downstream}"
        return f"{line}\t{self.masking:d}" if self.masking else line


class Key(NamedTuple):
    """Of one source there is one open edge for each of these."""

    upstream: int
    downstream: int
    job: int | None
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    upstream: int  # ids of assets
    downstream: int
    confidence: Confidence
    job: int | None = None
    columns: frozenset[ColumnUse] = frozenset()
    detail: Detail = Detail.NONE
    sql: str = ""
    dialect: str = ""

    @property
    def key(self) -> Key:
        return Key(self.upstream, self.downstream, self.job, self.confidence)

    @property
    def statement(self) -> str:
        """Digest of its SQL; "" where there is none."""
        return statement_digest(self.dialect, self.sql) if self.sql else ""

    def digest(self) -> str:
        """The same for claims that say the same."""
        lines = map(str, sorted(self.columns))
        text = "\n".join((f"{self.detail:d}", self.statement, *lines))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def statement_digest(dialect: str, sql: str) -> str:
    return hashlib.sha256(f"{dialect}\0{sql}".encode("utf-8", "surrogatepass")).hexdigest()


def together(claims: Iterable[Claim]) -> dict[Key, Claim]:
    """One claim a key, none of an asset on itself. Two statements that fill one table from another tell all columns only
    if both do; the longer SQL is shown.

    >>> one = Claim(upstream=1, downstream=2, confidence=Confidence.PARSED, detail=Detail.ALL)
    >>> [claim.detail.label for claim in together([one, replace(one, detail=Detail.NONE)]).values()]
    ['No columns']
    """
    found: dict[Key, Claim] = {}
    for claim in claims:
        if claim.upstream == claim.downstream:
            continue
        known = found.get(claim.key)
        found[claim.key] = _both(known, claim) if known else claim
    return found


def _both(one: Claim, other: Claim) -> Claim:
    longer = max(one, other, key=lambda claim: (len(claim.sql), claim.sql))
    detail = min(one.detail, other.detail)
    if detail is Detail.NONE and (one.columns or other.columns):
        detail = Detail.SOME
    return replace(longer, columns=one.columns | other.columns, detail=detail)
