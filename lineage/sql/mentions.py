"""Names of tables that stand in SQL, found without parsing it: what to look up before it is read."""

from __future__ import annotations

import re

from sqlglot.dialects.dialect import Dialect

from lineage.sql.names import Names

_PART = r'"(?:[^"]|""){1,128}"|`[^`]{1,128}`|\[[^\]\n]{1,128}\]|[^\W\d][\w$]*'
_NAME = re.compile(
    rf"\b(?:from|join|into|update|using|table|only|lateral)\s+((?:{_PART})(?:\s*\.\s*(?:{_PART})){{0,3}})",
    re.IGNORECASE,
)
LONGEST = 1_000_000  # characters that are looked through
_PARTS = re.compile(_PART)

Parts = tuple[str, ...]


def mentioned(sql: str, dialect: str) -> set[Parts]:
    """Parts of names, folded as the dialect compares them. Some are none (``extract(year from x)``), and what stands
    behind a comma is missed: who reads the SQL afterwards knows.

    >>> sorted(mentioned('select * from a.B join "C" using (id)', "postgres"))
    [('C',), ('a', 'b')]
    """
    names = Names(dialect)
    opening = set(Dialect.get_or_raise(names.dialect).tokenizer_class._IDENTIFIERS)
    found = set()
    for match in _NAME.finditer(sql[:LONGEST]):
        parts = tuple(_folded(part, names, opening) for part in _PARTS.findall(match[1]))
        found.add(tuple(".".join(parts).split(".")) if names.dialect == "bigquery" else parts)
    return found


def _folded(part: str, names: Names, opening: set[str]) -> str:
    if part[0] not in '"`[':
        return part if names.dialect == "bigquery" else names.fold(part)
    plain = part[1:-1].replace('""', '"')
    return plain if names.dialect == "bigquery" else names.fold(plain, part[0] in opening)
