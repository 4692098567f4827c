"""Bytes of any form that is known, as one neutral document."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import ModuleType

from catalog.contracts import dcs, odcs, odcs2, own
from catalog.contracts.loading import Loaded, load
from catalog.contracts.model import Document
from catalog.contracts.nodes import Node, Report
from catalog.contracts.problems import Problem, Refused

FORMS: dict[str, ModuleType] = {"dcs": dcs, "odcs2": odcs2, "odcs": odcs, "own": own}
LABELS = {"own": "own form", "odcs": "ODCS", "odcs2": "ODCS", "dcs": "Data Contract Specification"}


class NoContract(Refused):
    """It can be read, and is something else."""


@dataclass(frozen=True, slots=True)
class Read:
    """``notes``: the import report, of everything that was kept without being understood."""

    document: Document
    notes: tuple[Problem, ...]
    loaded: Loaded
    sha256: str


def read(content: bytes) -> Read:
    """
    Raises:
        Refused: all that is wrong, with lines.
        NoContract: it is none of a form that is known.
    """
    loaded = load(content)
    report = Report(loaded)
    node = Node(loaded.value, (), report)
    if not isinstance(loaded.value, dict):
        raise NoContract([report.at((), "must be a mapping of keys to values, a contract")])
    form = next((form for form in FORMS.values() if form.is_meant(node)), None)
    if form is None:
        raise NoContract([report.at((), f"is no contract: {_hint(loaded)}")])
    document: Document = form.read(node)
    report.end()
    notes = tuple(sorted(report.notes, key=lambda note: (note.line, note.column)))
    return Read(document, notes, loaded, hashlib.sha256(content).hexdigest())


def _hint(loaded: Loaded) -> str:
    found = ", ".join(f"“{key[:30]}”" for key in list(loaded.value)[:4]) or "nothing"
    return f"expected “model:”, “kind: DataContract” or “dataContractSpecification:”, found {found}"
