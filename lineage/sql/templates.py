"""What is left of templates in SQL: Jinja that nobody rendered, and ${names}."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"\{#.*?(?:#\}|\Z)", re.DOTALL)
# neither runs over the beginning of the next one: what is never closed would cost the square of its length
_BLOCK = re.compile(r"\{%-?\s*(\w+)((?:(?!\{%).)*?)-?%\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{-?((?:(?!\{\{).)*?)-?\}\}", re.DOTALL)
_SHELL = re.compile(r"\$\{\s*(?:[\w]+:)?([\w.]+)\s*\}")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_CALL = re.compile(r"\s*(?:[\w]+\.)*(\w+)\s*\(")
_WANTS_TABLE = re.compile(r"(?:\b(?:from|join|into|table|update|using|overwrite|view|exists)|\.)\s*\Z", re.IGNORECASE)
_WANTS_NAME = re.compile(r"\bas\s+\Z", re.IGNORECASE)
_BEHIND_SOMETHING = re.compile(
    r"(?:\)|\}\}|(?<![\w.])(?!(?:select|distinct|and|or|not|by|on|where|when|then|else|case|in|as|like|ilike|rlike|between|is|limit|over|from|"
    r"having|all|any|interval|qualify|set|values|union|with|top|using|offset|join|into|table|update|overwrite|view|exists|end|"
    r"return|partition|cluster|filter)\b)[a-z_]\w*)\s+\Z",
    re.IGNORECASE,
)
_NAME = re.compile(r"[\w.]+\Z")
_IN_TEXT = re.compile(r"'[^'\n]*\Z")
# macros that are called with names of columns in quotes
_WITH_MORE = (
    "datediff",
    "dateadd",
    "date_trunc",
    "last_day",
    "safe_cast",
    "split_part",
)  # with others, in another order
_OF_COLUMNS = (
    "key",
    "hash",
    "concat",
    "union",
    "safe_add",
    "safe_divide",
    "listagg",
    "any_value",
    "bool_or",
    *_WITH_MORE,
)
_PARTS_OF_DATES = {"second", "minute", "hour", "day", "week", "month", "quarter", "year"}
_DROPPED = {"config", "print", "log", "return", "do", "set"}
_WITHOUT_BODY = {"macro": "endmacro", "set": "endset", "docs": "enddocs", "snapshot": "", "test": "endtest"}


LONGEST = 1_000_000  # characters; a model of a template is never as long


def has_templates(text: str) -> bool:
    return len(text) <= LONGEST and any(mark in text for mark in ("{{", "{%", "{#", "${"))


def filled(text: str) -> str:
    """With names and values in place of what a template would have put there; the shape of the query is what counts.

    >>> filled("select {{ var('x') }} as x from {{ ref('orders') }} join {{ source('raw', 'pay') }} using (id)")
    'select 0 as x from orders join raw.pay using (id)'
    """
    text = _EXPRESSION.sub(_value, _without_blocks(_COMMENT.sub("", text)))
    return _SHELL.sub(lambda found: found[1].replace(".", "_"), text)


def _without_blocks(text: str) -> str:
    """Bodies stay, of an IF the first branch alone; definitions go."""
    kept: list[str] = []
    at = 0
    hidden = ""  # the tag that ends what is left out
    depth = 0  # of IFs inside a branch that is left out
    for tag in _BLOCK.finditer(text):
        word = tag[1]
        if not hidden:
            kept.append(text[at : tag.start()])
            if word in {"else", "elif"}:
                hidden, depth = "endif", 0
            elif word in _WITHOUT_BODY and _WITHOUT_BODY[word] and (word != "set" or "=" not in tag[2]):
                hidden, depth = _WITHOUT_BODY[word], 0
        elif word == "if" and hidden == "endif":
            depth += 1
        elif word == hidden:
            if depth:
                depth -= 1
            else:
                hidden = ""
        at = tag.end()
    if not hidden:
        kept.append(text[at:])
    return "".join(kept)


def _value(found: re.Match[str]) -> str:
    inner = found[1].strip()
    before = found.string[max(0, found.start() - 200) : found.start()]
    behind = found.string[found.end() : found.end() + 200].split("\n", 1)[0]
    if _IN_TEXT.search(before) and behind.count("'") % 2:
        return "x"
    call = _CALL.match(inner)
    name = call[1] if call else ""
    texts: list[str] = [one or other for one, other in _QUOTED.findall(inner)]
    if name in {"ref", "source"} and texts:
        return ".".join(texts[:2]) if name == "source" else texts[-1] if len(texts) <= 2 else texts[0]
    if name in _DROPPED:
        return ""
    if name == "star":
        return "*"
    if name.startswith(("type_", "translate_type")):
        return "text"
    if _BEHIND_SOMETHING.search(before):
        return ""  # it can only be a clause
    if _WANTS_TABLE.search(before) or _WANTS_NAME.search(before):
        return re.sub(r"\W+", "_", name or inner).strip("_") or "template"
    if not name and inner[:1] in {"'", '"'} and len(texts) == 1:
        return texts[0]
    if texts and name.endswith(_OF_COLUMNS):
        columns = [text for text in texts if _NAME.match(text) and text.lower() not in _PARTS_OF_DATES]
        called = f"dbt_{name}" if name.endswith(_WITH_MORE) else name
        return f"{called}({', '.join(columns) or '0'})"
    return "0"
