"""What sqlglot does not know of a dialect, said in words that it does.

These patterns run over whatever people send, so each looks only so far: none takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_Instead = str | Callable[[re.Match[str]], str]
_Repair = tuple[re.Pattern[str], _Instead]


def _repairs(*pairs: tuple[str, _Instead]) -> list[_Repair]:
    return [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in pairs]


def _said(found: re.Match[str]) -> str:
    """A statement in quotes."""
    text = next(group for group in found.groups() if group is not None)
    return text.replace("''", "'") if found[0].rstrip().endswith("'") else text


def _unloaded(found: re.Match[str]) -> str:
    quoted = found.string[found.start("query") - 1] == "'"
    query = found["query"].replace("''", "'").replace("\\'", "'") if quoted else found["query"]
    return f"{found[1]}copy ({query}) to '{found['place']}'"


def _piped(found: re.Match[str]) -> str:
    """|> SET and its kin, as a select list that says the same."""
    word, items = found["word"].lower(), found["items"].strip()
    if word == "drop":
        return f"|> select * except ({items}) "
    if word == "rename":
        return f"|> select * rename ({items}) "
    pairs = [item.split("=", 1) for item in re.split(r",(?=\s*\w+\s*=)", items)]
    return "|> select * replace (" + ", ".join(f"{pair[-1]} as {pair[0]}" for pair in pairs) + ") "


_PIPES = _repairs(
    (r"\|>\s*(?P<word>set|drop|rename)\s+(?P<items>(?:[^|;()]|\|(?!>)|\([^()]{0,500}\)){1,2000})", _piped)
)


def _applied(found: re.Match[str]) -> str:
    return " ".join(("insert into", found[1], "by name select", found[4] or "*", found[3] or "", "from", found[2]))


_UNLOADS = r"((?:\A|;)(?:\s|--[^\n]*\n)*)unload\s*\(\s*"
_PLACE = r"\)\s*to\s+'(?P<place>[^']*)'[^;]*"
_UNLOAD = _repairs(
    (_UNLOADS + r"'(?P<query>(?:[^'\\]|''|\\.)*)'\s*" + _PLACE, _unloaded),
    (_UNLOADS + r"(?P<query>[^;]+?)" + _PLACE, _unloaded),
)

_EVERYWHERE = _repairs(
    (  # a statement in quotes, with nothing glued to it
        r"\b(?:execute\s+immediate|exec(?:ute)?\s*(?:\(|sp_executesql\s)?\s*(?=n?'))\s*n?(?:'((?:[^']|'')+)'|\"\"\"([^\"]+)\"\"\"|\"([^\"]+)\")"
        r"\s*+(?:\)|(?=[;,]|\Z|using\b|into\b|go\b|end\b))(?:\s*(?:using|into)\b[^;]*|\s*,[^;\n]*)?",
        _said,
    ),
    (r"(\A|[;\n])([ \t]*)replace(\s+into\s)", r"\1\2insert\3"),
    (r"(\A|[;\n])([ \t]*create\s[^;'()]{,300}?\sas\s+)table(?=\s+[\w\"`])", r"\1\2select * from"),
)
_REPAIRS = {
    "teradata": _repairs(
        (r"\(\s*(?:title|format)\s+(?:'[^']*'|\w+)\s*\)", ""),
        (r"(\bupdate\s+[\w.]+\s+from\s+(?:\w+\.)?)(\w+)\s+set\b", r"\1\2 as \2 set"),
        (r"\breset\s+when\s+(?:[^()]|\([^()]{0,200}\)){1,500}(?=\))", ""),
        (r"\(\s*named\s+(\w+)\s*\)", r" as \1"),
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
            r"(\bdelete\s+(?:from\s+)?[\w.\[\]#]+\s+)(output\s+deleted\.(?:(?!\b(?:from|where|delete)\b)[^;]){1,1000})"
            r"(\b(?:from|where)\b(?:(?!\bdelete\b)[^;]){1,2000}?)"
            r"(?=;|\Z|\n\s*(?:insert|update|delete|merge|select|with|end|if|begin|declare|set|commit|return)\b)",
            r"\1\3 \2",
        ),
        (r"(\binsert\s+(?:into\s+)?[\w.\[\]#]+)\s+with\s*\([\w\s,]+\)", r"\1"),
    ),
    "oracle": _repairs(
        (r":(?=(?:new|old)\.)", ""),
        (r"\bdelete\s+where\b[^;]*?(?=\bwhen\s+not\s+matched\b|;|\Z)", " "),  # of a MERGE: nothing is written by it
        (r"\blog\s+errors\b[^;]*", ""),
    ),
    "duckdb": _repairs((r"(\bas\s+)((?:un)?pivot\s[^;]*)", r"\1select * from (\2)")),
    "redshift": [
        *_UNLOAD,
        *_repairs(
            (r"\bremove\s+duplicates\b", "when matched then update set * when not matched then insert *"),
        ),
    ],
    "athena": _UNLOAD,
    "bigquery": _PIPES,
    "clickhouse": _repairs(
        (r"\balter\s+table\s+([\w.`\"]+)(?:\s+on\s+cluster\s+[\w'{}]+)?\s+update\s+", r"update \1 set "),
    ),
    "spark": [
        *_PIPES,
        *_repairs(
            (r"(\bdirectory\s+'[^']*')\s+using\s+\w+(?:\s+options\s*\([^()]*\))?", r"\1"),
            (r"\bmerge\s+with\s+schema\s+evolution\s+into\b", "merge into"),
            (r"\bwindow\s*\((?=\s*[\w.`]+\s*,\s*['\"])", "time_window("),
            (r"(\b(?:from|join|into|stream)\s*\(?\s*)live\s*\.\s*(?=[\w`])", r"\1"),
            (  # Delta's pipelines: all columns of the newest rows
                r"\b(?:apply\s+changes|auto\s+cdc)\s+(?:once\s+)?into\s+([\w.`]+)\s+from\s+(stream\s*\([^()]+\)|stream\s+[\w.`]+|[\w.`]+)"
                r"[^;]*?(?:\bcolumns\s+(?:\*(\s*except\s*\([^()]*\))|\(([^()]*)\))[^;]*)?(?=;|\Z)",
                _applied,
            ),
            # Flink
            (r"\b(?:execute\s+statement\s+set\s+begin|begin\s+statement\s+set\s*;)", ""),
            (r",\s*watermark\s+for\s+[\w`]+\s+as\s+(?:[^(),]|\([^()]*\))*", ""),
            (
                r"\btable\s*\(\s*(?:tumble|hop|cumulate|session)\s*\(\s*(?:data\s*=>\s*)?table\s+([\w.`]++)[^()]*?"
                r"descriptor\s*\(\s*([\w`]+)\s*\)[^()]*\)\s*\)",
                r"(select *, time_window(\2) as window_start, time_window(\2) as window_end,"
                r" time_window(\2) as window_time from \1)",
            ),
        ),
    ],
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
