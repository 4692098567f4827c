"""The one form of a name, however a tool writes it. Pure.

OpenLineage's pair (namespace, name) is what all forms are brought to: https://openlineage.io/docs/spec/naming/. Airflow
writes both as one address with slashes, dbt quotes each part, DataHub lowers all letters, clients write the default port or
do not. What no rule can know (an account's legacy locator and its name, a proxy's host) is for a person to say
(``NamespaceAlias``).
"""

from __future__ import annotations

import re

from catalog.intake.identity import fold

SCHEMES = {"postgresql": "postgres", "mariadb": "mysql", "s3a": "s3", "s3n": "s3", "gcs": "gs", "mssql": "sqlserver"}
PORTS = {
    "postgres": "5432",
    "redshift": "5439",
    "mysql": "3306",
    "sqlserver": "1433",
    "oracle": "1521",
    "trino": "8080",
    "presto": "8080",
    "clickhouse": "8123",
    "cassandra": "9042",
    "kafka": "9092",
    "hive": "10000",
    "hdfs": "8020",
    "teradata": "1025",
    "vertica": "5433",
}
# Warehouses, whose names are parts joined by dots, with how many parts a full name has
PARTS = {
    "snowflake": 3,
    "postgres": 3,
    "redshift": 3,
    "sqlserver": 3,
    "oracle": 3,
    "trino": 3,
    "presto": 3,
    "vertica": 3,
    "bigquery": 3,
    "databricks": 3,
    "duckdb": 3,
    "mysql": 2,
    "clickhouse": 2,
    "hive": 2,
    "teradata": 2,
    "cassandra": 2,
}
IN_A_FILE = frozenset({"duckdb", "sqlite"})  # the path of their namespace says which one they are
BUCKETS = frozenset({"s3", "gs"})  # keys begin without a slash
PATHS = BUCKETS | {"file", "hdfs", "kafka", "abfss", "wasbs", "dbfs", "adl"}  # case always counts
ALONE = frozenset({"bigquery", "file"})  # platforms to which OpenLineage gives a namespace without an instance

ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://(?P<rest>.*)", re.DOTALL | re.ASCII)
PIECE = re.compile(r'"[^"]*"|`[^`]*`|\[[^\]]*\]|.', re.DOTALL)
QUOTES = str.maketrans("", "", '"`[]')
END = re.compile(r"[\s/]+$")
REGION = re.compile(r"[a-z]+(-[a-z]+)+-\d+")
SNOWFLAKE_HOST = re.compile(r"(\.privatelink)?\.snowflakecomputing\.(com|cn)$")


def normalise(namespace: str, name: str) -> tuple[str, str]:
    """The pair as it is compared. Doing it twice changes nothing.

    >>> normalise("", "snowflake://acme-eu/prod/sales/orders")
    ('snowflake://acme-eu', 'PROD.SALES.ORDERS')
    >>> normalise("postgresql://DB.example.com:5432", '"shop"."marts"."Orders"')
    ('postgres://db.example.com', 'shop.marts.orders')
    >>> normalise("file", "/lake/Orders/")
    ('file', '/lake/Orders')
    """
    space, above = _placed(namespace)
    name = name.strip()
    if not space and (found := ADDRESS.fullmatch(name)):
        space, above, name = _parted(found)
    platform = platform_of(space)
    if platform in PATHS:
        return space, _path(platform, name)
    if platform not in PARTS:
        return space, name
    parts = split(name)
    missing = max(0, PARTS[platform] - len(parts))
    return space, fold(platform, ".".join([*above[:missing], *parts]))


def instance(namespace: str) -> str:
    """A namespace alone, with the path that may stand in it: its platform's usual word, its host in small letters, without
    the port that goes without saying.

    >>> instance("snowflake://XY12345.eu-central-1"), instance("postgres://db:5432"), instance("duckdb:///lake/Shop.db")
    ('snowflake://xy12345.eu-central-1.aws', 'postgres://db', 'duckdb:///lake/Shop.db')
    """
    found = ADDRESS.fullmatch(namespace.strip())
    if not found:
        plain = END.sub("", namespace.strip())
        return plain.lower() if plain.lower() in ALONE | PARTS.keys() else plain
    scheme = found["scheme"].lower()
    scheme = SCHEMES.get(scheme, scheme)
    if scheme in IN_A_FILE or scheme == "file":
        return f"{scheme}://{END.sub('', found['rest'])}"
    host, *path = found["rest"].split("/")
    return "/".join([f"{scheme}://{_host(scheme, host)}", *(part.strip() for part in path if part.strip())])


def platform_of(namespace: str) -> str:
    """``snowflake`` of ``snowflake://org-account``; "" where the namespace names none."""
    found = ADDRESS.fullmatch(namespace)
    scheme = (found["scheme"] if found else namespace.partition(":")[0]).lower()
    scheme = SCHEMES.get(scheme, scheme)
    return scheme if found or scheme in PATHS or namespace.lower() in PARTS else ""


def split(name: str) -> list[str]:
    """Parts of a warehouse's name, quotes of any dialect aside. Whoever quotes means the case of each letter, but most
    tools quote everything: whether it counts is for the platform to say.

    >>> split('"DB"."SCHEMA"."table"'), split("`project`.dataset.t")
    (['DB', 'SCHEMA', 'table'], ['project', 'dataset', 't'])
    """
    parts = [""]
    for piece in PIECE.findall(name):
        if piece == ".":
            parts.append("")
        else:
            parts[-1] += piece.translate(QUOTES)
    return [inner.strip() for part in parts for inner in part.split(".") if inner.strip()]


def _placed(namespace: str) -> tuple[str, list[str]]:
    """The namespace without the parts of a name that stand in it, and these."""
    space = instance(namespace)
    platform = platform_of(space)
    if platform not in PARTS or platform in IN_A_FILE or "://" not in space:
        return space, []
    host, *path = space.partition("://")[2].split("/")
    above = [part for text in path for part in split(text)]
    return (platform, [*split(host), *above]) if platform in ALONE else (f"{platform}://{host}", above)


def _parted(address: re.Match[str]) -> tuple[str, list[str], str]:
    """One address as Airflow writes it: everything behind the host is the name."""
    scheme = SCHEMES.get(address["scheme"].lower(), address["scheme"].lower())
    host, _, path = address["rest"].partition("/")
    if scheme == "file":
        return "file", [], f"/{path}"
    if scheme in PATHS:
        slash = "" if scheme in BUCKETS or scheme == "kafka" else "/"
        return instance(f"{scheme}://{host}"), [], slash + path
    if scheme not in PARTS or scheme in IN_A_FILE:
        return instance(address[0]), [], ""
    space, above = _placed(address[0])
    return space, [], ".".join(above)


def _host(scheme: str, text: str) -> str:
    """Who signs in, and how, is no part of a name."""
    host = text.rpartition("@")[2].strip().lower()
    if scheme != "snowflake":
        return re.sub(rf"(\s|:({PORTS.get(scheme, '')})?)+$", "", host)
    host = SNOWFLAKE_HOST.sub("", re.sub(r"(\s|:(443)?)+$", "", host)).replace("_", "-")
    locator, dot, region = host.partition(".")
    return f"{locator}.{region}.aws" if dot and REGION.fullmatch(region) else host


def _path(platform: str, name: str) -> str:
    path = END.sub("", name.strip()) or name.strip()[:1]
    return re.sub(r"^[\s/]+", "", path) if platform in BUCKETS else path
