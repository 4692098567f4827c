"""Contracts for tests, as text."""

from __future__ import annotations

from catalog.contracts.diff import Comparison, compare
from catalog.contracts.model import Document
from catalog.contracts.reading import read

ORDERS = """\
model:
  name: marts.orders
  description: "Orders"
  columns:
    - name: id
      type: string
      description: its number
      tests: [not_null, unique]
    - name: amount
      type: number(12,2)
      tests: [not_null, positive]
    - name: created_at
      type: timestamp
      tests: [not_null]
  freshness:
    warn_after: 2 hours
    error_after: 4 hours
"""


def document(text: str) -> Document:
    return read(text.encode()).document


def model(columns: str = "[{name: id, type: string}]", **parts: str) -> Document:
    """One table ``marts.t`` of the own form; ``parts`` are further keys of the model, and of the document before ``__``."""
    top = "\n".join(f"{key[2:]}: {value}" for key, value in parts.items() if key.startswith("__"))
    inner = "".join(f"\n  {key}: {value}" for key, value in parts.items() if not key.startswith("__"))
    return document(f"{top}\nmodel:\n  name: marts.t\n  columns: {columns}{inner}\n")


def rules(old: Document, new: Document, platform: str = "") -> list[str]:
    return [change.rule for change in changes(old, new, platform).changes]


def changes(old: Document, new: Document, platform: str = "") -> Comparison:
    return compare(old, new, platform)
