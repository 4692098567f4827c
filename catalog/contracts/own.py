"""The platform's own form: one table (``model:``) or several (``models:``), short enough to be written by hand.

    model:
      name: marts.orders
      columns:
        - {name: id, type: string, tests: [not_null, unique]}
      freshness: {warn_after: 2 hours, error_after: 4 hours}

A key that is not known is kept and reported. It is an error where it is a slip of a word that promises something, such as
``colums`` or ``data_tests``: else the promise would be lost without anybody noticing.
"""

from __future__ import annotations

from typing import Any

from catalog.contracts import common, durations
from catalog.contracts.model import LOGICAL_TYPES, Column, Document, Freshness, Owner, Server, Sla, Table
from catalog.contracts.nodes import Node
from catalog.contracts.own_tests import tests
from catalog.contracts.vocabulary import LIMITS, TYPE_WORDS

FORM = "own"
FORM_VERSION = "1"
TOP = (
    *("contract", "id", "title", "version", "status", "description", "domain", "owner", "tags", "platform", "database"),
    *("schema", "servers", "model", "models", "sla", "extra"),
)
MODEL = (
    *("name", "physical_name", "kind", "title", "description", "tags", "key", "columns", "tests", "freshness"),
    *("references", "renamed_from", "extra"),
)
COLUMN = (
    *("name", "physical_name", "type", "physical_type", "title", "description", "required", "unique", "key", "tests"),
    *("pii", "classification", "tags", "enum", "limits", "references", "renamed_from", "columns", "items", "extra"),
)
FRESHNESS = ("warn_after", "error_after", "column", "description", "extra")
SERVER = ("name", "type", "environment", "account", "host", "port", "database", "schema", "extra")
SLA = ("property", "value", "unit", "element", "description", "extra")
OWNER = ("name", "email", "team")


def _meant(*promising: str, **instead: str) -> dict[str, str]:
    """Words that promise something, and what people of other tools write for them, each with the word of this form."""
    return {word.lower(): word for word in promising} | instead


MEANT_TOP = _meant("model", "models", "version", "status", "sla")
MEANT_MODEL = _meant(
    *("name", "columns", "tests", "freshness", "key", "references"),
    data_tests="tests",
    checks="tests",
    quality="tests",
    constraints="tests",
    primary_key="key",
)
MEANT_COLUMN = _meant(
    *("name", "type", "physical_type", "required", "unique", "key", "tests", "pii", "enum", "limits", "references"),
    *("columns", "items"),
    data_tests="tests",
    checks="tests",
    quality="tests",
    constraints="tests",
    primary_key="key",
    data_type="type",
    nullable="required",
    not_null="required",
    fields="columns",
)
MEANT_FRESHNESS = _meant("warn_after", "error_after")
MEANT_SLA = _meant("property", "value")
MEANT_LIMITS = _meant(*LIMITS)


def is_meant(node: Node) -> bool:
    return isinstance(node.value, dict) and ("model" in node.value or "models" in node.value)


def read(node: Node) -> Document:
    kept = node.beyond(TOP, MEANT_TOP)
    if node.text("contract") not in {"", FORM_VERSION}:
        node["contract"].problem(f"is a version of this form that is not known; this portal reads {FORM_VERSION}")
    if "model" in node and "models" in node:
        node["models"].problem("stands beside “model”; one of the two is enough")
    found = node.mappings("models") if "models" in node else [node["model"]] if node["model"].is_mapping() else []
    tables = [_table(each) for each in found]
    common.twice(found, [table.name for table in tables])
    return Document(
        form=FORM,
        form_version=FORM_VERSION,
        id=node.text("id"),
        title=node.text("title"),
        version=node.text("version"),
        status=node.text("status"),
        description=node.text("description"),
        domain=node.text("domain"),
        owners=_owners(node, kept),
        tags=node.texts("tags"),
        servers=_servers(node),
        tables=tuple(tables),
        sla=tuple(_sla(each) for each in node.mappings("sla")),
        kept=kept,
    )


def _owners(node: Node, kept: dict[str, Any]) -> tuple[Owner, ...]:
    """What is said of an owner beyond the known is kept by the owner's name, under ``owner`` in ``kept``."""
    inner = node["owner"]
    if not isinstance(inner.value, list | dict):
        return (_owner(inner),) if inner.as_text().strip() else ()
    found = node.each("owner") if isinstance(inner.value, list) else [inner]
    more = {each.text("name"): told for each in found if (told := each.beyond(OWNER, {}))}
    if more:
        kept["owner"] = {**more, **kept.get("owner", {})}
    return tuple(map(_owner, found))


def _owner(node: Node) -> Owner:
    """A name is a team; a person is ``{name, email}`` or an address."""
    if isinstance(node.value, dict):
        return Owner(name=node.name(), email=node.text("email"), is_team=node.flag("team"))
    text = node.as_text().strip()
    return Owner(name=text, email=text if "@" in text else "", is_team="@" not in text)


def _servers(node: Node) -> tuple[Server, ...]:
    """The short words ``platform``, ``database``, ``schema`` are a server of their own."""
    found = [_server(each) for each in node.mappings("servers")]
    short = {word: node.text(word) for word in ("platform", "database", "schema")}
    if any(short.values()):
        if found:
            node["servers"].problem("stands beside “platform”, “database” or “schema”; say it once")
        found = [Server(name="main", type=short["platform"], database=short["database"], schema=short["schema"])]
    return tuple(found)


def _server(node: Node) -> Server:
    texts = {word: node.text(word) for word in SERVER if word not in {"name", "extra"}}
    return Server(name=node.name(), kept=node.beyond(SERVER, {}), **texts)


def _sla(node: Node) -> Sla:
    value = node["value"].value
    if isinstance(value, dict | list):
        node["value"].problem("must be a single value")
        value = None
    return Sla(
        property=node.name("property"),
        value=value,
        unit=node.text("unit"),
        element=node.text("element"),
        description=node.text("description"),
        kept=node.beyond(SLA, MEANT_SLA),
    )


# --- tables and columns ------------------------------------------------------------------------------------------------


def _table(node: Node) -> Table:
    told = tests(node, on_table=True)
    keys = node.texts("key")
    columns = _columns(node, keys)
    for at, key in enumerate(keys):
        if key not in {column.name for column in columns}:
            Node(key, (*node.path, "key", at), node.report).problem(f"“{key[:80]}” is no column of this model")
    return Table(
        name=node.name(),
        physical_name=node.text("physical_name"),
        kind=node.text("kind"),
        title=node.text("title"),
        description=node.text("description"),
        tags=node.texts("tags"),
        columns=columns,
        rules=told.rules,
        freshness=_freshness(node),
        references=node.texts("references"),
        renamed_from=node.texts("renamed_from"),
        kept=node.beyond(MODEL, MEANT_MODEL),
    )


def _columns(node: Node, keys: tuple[str, ...] = ()) -> tuple[Column, ...]:
    found = node.mappings("columns")
    columns = [_column(each, at, keys) for at, each in enumerate(found, 1)]
    common.twice(found, [column.name for column in columns])
    return common.ranked(columns)


def _column(node: Node, at: int, keys: tuple[str, ...] = (), name: str = "") -> Column:
    told, kept = tests(node), node.beyond(COLUMN, MEANT_COLUMN)
    logical, physical = _types(node)
    logical = logical or common.shape(node, "columns")
    own_name = name or node.name()
    return Column(
        name=own_name,
        physical_name=node.text("physical_name"),
        logical_type=logical,
        physical_type=physical,
        title=node.text("title"),
        description=node.text("description"),
        required=node.flag("required") or told.required,
        unique=node.flag("unique") or told.unique,
        key=keys.index(own_name) + 1 if own_name in keys else _key(node, at),
        pii=_pii(node),
        classification=node.text("classification"),
        tags=node.texts("tags"),
        enum=tuple(node["enum"].value) if isinstance(node["enum"].value, list) else _no_list(node, told.enum),
        limits=_limits(node, kept),
        references=(*node.texts("references"), *told.references),
        renamed_from=node.texts("renamed_from"),
        rules=told.rules,
        columns=_columns(node),
        items=_column(node["items"], 0, name="items") if node["items"].value and node["items"].is_mapping() else None,
        kept=kept,
    )


def _no_list(node: Node, otherwise: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    node.each("enum")  # tells the problem
    return otherwise


def _key(node: Node, at: int) -> int:
    value = node["key"].value
    if isinstance(value, bool):
        return at if value else 0
    place = node.whole("key") or 0
    if place < 0:
        node["key"].problem("counts from one")
    return max(place, 0)


def _types(node: Node) -> tuple[str, str]:
    """(logical, physical): one word may be either, ``physical_type`` tells the warehouse's beside a logical one."""
    told, physical = node.text("type").strip(), node.text("physical_type").strip()
    if told.lower() in LOGICAL_TYPES:
        return told.lower(), physical
    if told and physical:
        node["type"].problem(
            f"beside “physical_type” it must be one of {', '.join(sorted(LOGICAL_TYPES))}, not “{told[:60]}”"
        )
    return "", physical or told


def _limits(node: Node, kept: dict[str, Any]) -> dict[str, Any]:
    """Bounds that nobody knows are kept aside, under ``limits`` in ``kept``."""
    inner = node["limits"]
    if other := inner.beyond(tuple(LIMITS), MEANT_LIMITS):
        kept["limits"] = {**other, **kept.get("limits", {})}
    found = {name: value for name, value in node.options("limits").items() if name in LIMITS}
    for name, value in found.items():
        if not isinstance(value, LIMITS[name]) or (isinstance(value, bool) and bool not in LIMITS[name]):
            inner[name].problem("must be " + " or ".join(sorted({TYPE_WORDS[each] for each in LIMITS[name]})))
    return found


def _pii(node: Node) -> str:
    value = node["pii"].value
    if value is True:
        return "pii"
    return "" if value is False else node.text("pii").strip()[:60]


def _freshness(node: Node) -> Freshness | None:
    inner = node["freshness"]
    if inner.value is None or not inner.is_mapping():
        return None
    limits = {word: _span(inner, word) for word in ("warn_after", "error_after")}
    warn, error = limits["warn_after"], limits["error_after"]
    if warn is not None and error is not None and warn > error:
        inner["warn_after"].problem("is later than “error_after”")
    return Freshness(
        warn_after_s=warn,
        error_after_s=error,
        column=inner.text("column"),
        description=inner.text("description"),
        kept=inner.beyond(FRESHNESS, MEANT_FRESHNESS),
    )


def _span(node: Node, word: str) -> int | None:
    value = node[word].value
    if value is None:
        return None
    found = durations.seconds(value)
    if found is None:
        node[word].problem("is no span of time, such as 2 hours, 90 minutes, 1 day")
    return found
