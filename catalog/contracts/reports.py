"""A comparison for people, for machines, and for the test report of a CI server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from catalog.contracts.diff import Comparison
from catalog.contracts.verdicts import Change, Verdict

_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ORDER = (Verdict.BREAKING, Verdict.ADDITIVE, Verdict.DOCUMENTATION)


def counts(found: Comparison) -> dict[str, int]:
    number = Counter(change.verdict for change in found.changes)
    return {str(verdict): number[verdict] for verdict in _ORDER}


def as_json(found: Comparison) -> dict[str, Any]:
    return {
        "verdict": str(found.verdict),
        "breaking": found.breaking,
        "counts": counts(found),
        "version": {
            "old": found.old_version,
            "new": found.new_version,
            "suggested": found.suggested,
            "enough": found.declared_is_enough,
        },
        "changes": [change_as_json(change) for change in found.changes],
    }


def change_as_json(change: Change) -> dict[str, str]:
    return {
        "verdict": str(change.verdict),
        "rule": change.rule,
        "table": change.table,
        "column": change.column,
        "before": change.before,
        "after": change.after,
        "words": change.words,
        "why": change.why,
    }


def as_text(found: Comparison) -> str:
    return "\n".join(_lines(found))


def _lines(found: Comparison) -> Iterator[str]:
    for change in found.changes:
        word = "BREAKING" if change.verdict == Verdict.BREAKING else str(change.verdict)
        yield f"{word:13} {change.place}: {_one_line(change.words)}  [{change.rule}]"
        if change.why and change.verdict == Verdict.BREAKING:
            yield f"{'':13} {change.why}"
    yield summary(found)


def summary(found: Comparison) -> str:
    """
    "1 breaking, 2 additive. The next number is 2.0.0; 1.3.0 is not enough."
    """
    if not found.changes:
        return "no changes"
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts(found).items() if number)
    if not found.old_version:
        return f"{told}."
    if found.declared_is_enough:
        return f"{told}. The next number is {found.suggested}."
    return f"{told}. The next number is {found.suggested}; {found.new_version} is not enough."


def _one_line(text: str) -> str:
    return " ".join(text.split())


def as_junit(found: Comparison, name: str) -> bytes:
    """One test case a change; what breaks is a failure. Without changes one case that passed."""
    breaking = counts(found)["breaking"]
    suite = ElementTree.Element(
        "testsuite", name="contracts", tests=str(len(found.changes) or 1), failures=str(breaking), errors="0"
    )
    for change in found.changes:
        case = _case(suite, name, f"{change.place}: {change.rule}")
        if change.verdict == Verdict.BREAKING:
            failure = ElementTree.SubElement(case, "failure", type=change.rule, message=_plain(change.words))
            failure.text = _plain(change.why)
        else:
            ElementTree.SubElement(case, "system-out").text = _plain(f"{change.verdict}: {change.words}")
    if not found.changes:
        _case(suite, name, "no changes")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    told: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _case(suite: ElementTree.Element, name: str, title: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=_plain(name), name=_plain(title))


def _plain(text: str) -> str:
    return _NO_XML.sub("�", text)
