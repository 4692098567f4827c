"""Semantic numbers of contracts: what a verdict asks for, and whether a declared number is enough."""

from __future__ import annotations

import re

from catalog.contracts.verdicts import Verdict

_NUMBER = re.compile(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:[-+][\w.+-]*)?\Z", re.ASCII)
FIRST = "1.0.0"


def parse(number: str) -> tuple[int, int, int] | None:
    """None where it is no semantic number.

    >>> parse("v1.2"), parse("2024-01 draft")
    ((1, 2, 0), None)
    """
    match = _NUMBER.match(number.strip())
    return (int(match[1]), int(match[2] or 0), int(match[3] or 0)) if match else None


def following(number: str, verdict: Verdict) -> str:
    """The number after this one. Before 1.0.0 what breaks counts as minor, as semantic versioning has it.

    >>> following("1.4.2", Verdict.BREAKING), following("1.4.2", Verdict.ADDITIVE), following("0.3.0", Verdict.BREAKING)
    ('2.0.0', '1.5.0', '0.4.0')
    """
    found = parse(number)
    if found is None:
        return FIRST
    if verdict == Verdict.NONE:
        return number
    major, minor, patch = found
    if verdict == Verdict.BREAKING and major > 0:
        return f"{major + 1}.0.0"
    if verdict == Verdict.DOCUMENTATION or (verdict == Verdict.ADDITIVE and major == 0):
        return f"{major}.{minor}.{patch + 1}"
    return f"{major}.{minor + 1}.0"


def is_enough(old: str, new: str, verdict: Verdict) -> bool:
    """Numbers that nobody declares, or that are not semantic, cannot be too small."""
    if parse(old) is None or parse(new) is None:
        return True
    wanted = parse(following(old, verdict))
    return (parse(new) or (0,)) >= (wanted or (0,))
