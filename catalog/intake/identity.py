"""Who is who: from the name that a tool gives to the one identity of the asset. Pure.

Canonical identity is OpenLineage's pair (namespace, name): https://openlineage.io/docs/spec/naming/. Case is folded by the
platform's own rule for unquoted names, so that ``analytics.marts.x`` and ``ANALYTICS.MARTS.X`` of Snowflake are one table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.facts import AssetFact

UPPER = frozenset({"snowflake", "oracle"})  # unquoted names are stored in upper case
EXACT = frozenset({"bigquery", "clickhouse"})  # case always counts
QUOTED_COUNTS = frozenset({"snowflake", "oracle", "postgres", "redshift"})  # quoting keeps the case as it is

MAX_NAME_BYTES = 1200  # of namespace and name together; an index entry holds 2,704 bytes at most
PLAIN_ADDRESS = re.compile(r"[\w$@:-][\w$@:. +#-]*")


@dataclass(frozen=True, slots=True)
class Identity:
    namespace: str
    name: str  # database.schema.identifier as the platform stores it; for things outside a warehouse as written
    folded: str  # as compared
    database: str
    schema: str
    title: str
    path: str  # as people say it: schema.identifier


def fold(platform: str, text: str, *, quoted: bool = False) -> str:
    """The form in which names of this platform are compared."""
    if platform in EXACT or (quoted and platform in QUOTED_COUNTS):
        return text
    return text.upper() if platform in UPPER else text.lower()


def dotted(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def identify(fact: AssetFact, instance: str) -> Identity:
    """``instance`` is the namespace of the source's warehouse; things that live elsewhere get one of their own platform.

    >>> identify(AssetFact(key="k", kind="table", title="x", platform="snowflake",
    ...     relation=Relation(database="db", schema="s", identifier="x")), "snowflake://o-a").folded
    'DB.S.X'
    """
    if fact.relation is None:
        folded = fact.address if fact.namespace else fact.address.casefold()  # there it is one of many platforms' names
        return Identity(instance, fact.address, folded, "", "", fact.title, fact.address)
    at = fact.relation
    name = fold(fact.platform, dotted(at.database, at.schema, at.identifier), quoted=at.quoted)
    return Identity(
        namespace=instance,
        name=name,
        folded=name,
        database=at.database,
        schema=at.schema,
        title=at.identifier,
        path=dotted(at.schema, at.identifier),
    )


def too_long(identity: Identity) -> bool:
    """Names that no index can hold: no real warehouse has them, a hostile file may."""
    return len(identity.namespace.encode()) + len(identity.name.encode()) > MAX_NAME_BYTES


def is_plain(address: str) -> bool:
    """Whether a name can stand in a URL as it is: no slash, no leading dot (browsers resolve ``..``), no controls."""
    return PLAIN_ADDRESS.fullmatch(address) is not None
