"""Which class of personal data counts for a column, out of everything that speaks for one. Pure.

A person's decision wins over what sources declare, that over what lineage brings, that over what values show, and the
column's name comes last (``states.Evidence``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

DECIDED, DECLARED, INHERITED, VALUES, NAME = "decided", "declared", "inherited", "values", "name"
ORDER = (INHERITED, VALUES, NAME)

# From here on a finding sets the class by itself; below it waits in the review queue and nothing else happens. Of the
# columns that it names, at least three in four are to be right: a class that is wrong shuts people out of their data,
# one that is missing still stands before a steward. ``bench.pii`` measures what share really is right.
SETS_CLASS = 0.75


class Finding(NamedTuple):
    """One piece of evidence on one column: which class, why, and how sure (0 to 1)."""

    evidence: str
    pii: str
    reason: str
    confidence: float = 1.0


class Judgement(NamedTuple):
    """``pii`` "" means not personal; ``evidence`` "" that nothing spoke at all."""

    pii: str = ""
    reason: str = ""
    evidence: str = ""


NOTHING = Judgement()


def judge(
    decided: Mapping[str, Any] | None, declared: tuple[str, str] | None, findings: Sequence[Finding] = ()
) -> Judgement:
    """``decided`` is {"class", "reason", "by"}, its class "" where a person decided that the column is not personal;
    ``declared`` the class and reason that sources give.

    >>> judge(None, None, [Finding("name", "email", "named like an e-mail address", 0.9)]).pii
    'email'
    >>> judge(None, None, [Finding("name", "email", "named like an e-mail address", 0.4)])
    Judgement(pii='', reason='', evidence='')
    """
    if decided is not None:
        return Judgement(str(decided.get("class") or ""), _decision(decided), DECIDED)
    if declared and declared[0]:
        return Judgement(declared[0], declared[1] or DECLARED, DECLARED)
    for finding in sure(findings):
        return Judgement(finding.pii, finding.reason, finding.evidence)
    return NOTHING


def sure(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that may set a class, the strongest first."""
    return [finding for finding in weighed(findings) if finding.confidence >= SETS_CLASS]


def weighed(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of their weight. Once somebody looked at values for a class, the name alone no longer speaks
    for it: a column called ``email`` whose values are numbers is no e-mail address."""
    known = list(findings)
    looked_at = {finding.pii for finding in known if finding.evidence == VALUES}
    standing = [finding for finding in known if finding.evidence != NAME or finding.pii not in looked_at]
    return sorted(
        standing, key=lambda finding: (ORDER.index(finding.evidence), -finding.confidence, finding.pii, finding.reason)
    )


def _decision(decided: Mapping[str, Any]) -> str:
    """``decided by Stew: it is a product's name``, within the 300 characters that a column keeps."""
    by, reason = str(decided.get("by") or "").strip(), str(decided.get("reason") or "").strip()
    said = f"decided by {by}" if by else DECIDED
    return (f"{said}: {reason}" if reason else said)[:300]
