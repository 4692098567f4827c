"""What sqlglot does not know of a dialect, said in words that it does.

These patterns run over whatever people send, so each looks only so far: none takes more than linear time.
"""

from __future__ import annotations

import re

_Repair = tuple[re.Pattern[str], str]


def _repairs(*pairs: tuple[str, str]) -> list[_Repair]:
    return [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in pairs]


_EVERYWHERE = _repairs(
    (r"(\A|[;\n])([ \t]*)replace(\s+into\s)", r"\1\2insert\3"),
    (r"(\A|[;\n])([ \t]*create\s[^;'()]{,300}?\sas\s+)table(?=\s+[\w\"`])", r"\1\2select * from"),
)
_REPAIRS = {
    "teradata": _repairs(
        (r"\(\s*(?:title|format|named)\s+(?:'[^']*'|\w+)\s*\)", ""),
        (r"\block(?:ing)?\s+(?:table\s+|row\s+|view\s+)?(?:[\w.]+\s+)?(?:for|in)\s+\w+\s+(?=sel)", ""),
    ),
    "tsql": _repairs(
        (r"((?<![\w@])[\w.\[\]]+)\s*([+\-*/%])=(?!=)", r"\1 = \1 \2 "),
        (
            r"\bdeclare\s+@(\w+)\s+(?:as\s+)?table\s*\(",
            r"create table #\1 (",
        ),  # a table in a variable is a temporary one
        (r"\b(from|join|into|update|apply|using)\s+@(\w+)(?=[\s,;)]|\Z)(?!\s*=)", r"\1 #\2"),
        (r"([\w\]])\.\.(?=[\w\[])", r"\1.dbo."),
        (  # where changed rows go: one name, that the tree can hold
            r"(\boutput\s+(?:(?:inserted|deleted)\.|\$action)(?:(?!\b(?:insert|select|update|merge|begin)\b)[^;]){1,1000}?\s"
            r"into\s+)([\w.#]+)((?:\s*\([\w\s,]+\))?)",
            r"\1[\2\3]",
        ),
        (  # of a DELETE, behind its condition
            r"(\bdelete\s+(?:from\s+)?[\w.\[\]#]+\s+)(output\s+(?:deleted\.)[^;]{1,1000}?)(\s(?:from|where)\b[^;]{1,2000}?)"
            r"(?=;|\Z|\n\s*(?:insert|update|delete|merge|select|with|end|if|begin|declare|set|commit|return)\b)",
            r"\1\3 \2",
        ),
        (r"(\binsert\s+(?:into\s+)?[\w.\[\]#]+)\s+with\s*\([\w\s,]+\)", r"\1"),
    ),
    "oracle": _repairs(
        (r"\bdelete\s+where\b[^;]*?(?=\bwhen\s+not\s+matched\b|;|\Z)", " "),  # of a MERGE: nothing is written by it
        (r"\blog\s+errors\b[^;]*", ""),
    ),
    "duckdb": _repairs((r"(\bas\s+)((?:un)?pivot\s[^;]*)", r"\1select * from (\2)")),
    "spark": _repairs((r"(\bdirectory\s+'[^']*')\s+using\s+\w+(?:\s+options\s*\([^()]*\))?", r"\1")),
    "trino": _repairs((r"\bsubset\s+\w+\s*=\s*\([\w\s,]*\)(?:\s*,\s*\w+\s*=\s*\([\w\s,]*\))*(?=\s+define\b)", "")),
    "snowflake": _repairs(
        (r"\bidentifier\s*\(\s*'([\w.\"$]+)'\s*\)", r"\1"), (r"([\w\"])\.\.(?=[\w\"])", r"\1.public.")
    ),
}
_REPAIRS["databricks"] = [*_REPAIRS["spark"], *_repairs((r"\bidentifier\s*\(\s*'([\w.`]+)'\s*\)", r"\1"))]
_REPAIRS["fabric"] = _REPAIRS["tsql"]

_CREATE = re.compile(
    r"\s*create\s+(?P<kinds>[^(]{,200}?)(?P<kind>\btable|\bview)\s+(?:if\s+not\s+exists\s+)?(?P<name>[^\s(]+)\s*"
    r"(?P<columns>\([^()]*\)(?=[^()]*\bas\b))?.*?\bas\s+(?P<query>(?:\(\s*)*(?:select|sel|with|from)\b.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_BEHIND = re.compile(
    r"\bwith\s+(?:(?:no\s+)?data|(?:cascaded\s+|local\s+)?check\s+option|read\s+only|no\s+schema\s+binding)\b[^;']{,300}\Z",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(r"\b(?:temp|temporary|volatile)\b", re.IGNORECASE)


def repaired(text: str, dialect: str) -> str:
    for pattern, instead in (*_EVERYWHERE, *_REPAIRS.get(dialect, ())):
        text = pattern.sub(instead, text)
    return text


def reduced(text: str) -> str | None:
    """A CREATE … AS with nothing but its name, its columns and its query: how it is kept says nothing of what is in it.

    >>> reduced("create materialized view v tablespace fast as select a from t with no data")
    'create view v  as select a from t '
    """
    found = _CREATE.match(text)
    if found is None:
        return None
    kind = f"temporary {found['kind']}" if _TEMPORARY.search(found["kinds"]) else found["kind"]
    return f"create {kind} {found['name']} {found['columns'] or ''} as {_BEHIND.sub('', found['query'])}"
