"""``SnowflakeReader``: a running account in, facts out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from catalog.capabilities import BadInput, FileSlot, OptionSlot, SourceFile
from catalog.connectors.snowflake import connecting, history, statements, tables, tags
from catalog.connectors.snowflake.asking import Row, Session
from catalog.connectors.snowflake.columns import Structures
from catalog.connectors.snowflake.connecting import Settings, connected, settings_of
from catalog.connectors.snowflake.tables import Account, Found
from catalog.facts import Fact, WarningFact

USAGE = "SNOWFLAKE.ACCOUNT_USAGE"
STRUCTURED = frozenset({"OBJECT", "ARRAY", "MAP"})


class SnowflakeReader:
    """All databases that the role sees, or those of the given patterns."""

    label = "Snowflake"
    files: Sequence[FileSlot] = ()
    options: Sequence[OptionSlot] = (
        OptionSlot(name="account", help="The account's identifier: organization-account.", required=True),
        OptionSlot(name="user", help="A user of TYPE = SERVICE that signs in by key pair.", required=True),
        OptionSlot(name="private_key", help="The user's private RSA key, as PEM.", secret=True, required=True),
        OptionSlot(name="private_key_passphrase", help="The key's passphrase, if it has one.", secret=True),
        OptionSlot(name="role", help="The role to read with; the user's default role where empty."),
        OptionSlot(name="warehouse", help="The warehouse that pays for the questions; a small one will do."),
        OptionSlot(name="databases", help="Only databases of these patterns, comma between.", default="*"),
        OptionSlot(
            name="account_usage",
            help="Tags, lineage of views and of what was run, and who reads what, from SNOWFLAKE.ACCOUNT_USAGE: on or off.",
            default="on",
        ),
        OptionSlot(
            name="usage_days",
            help="Days of reads and writes to fetch at each run; lineage that none of them shows is closed.",
            default="30",
        ),
        OptionSlot(name="host", help="The private link's host, if the account has one."),
        OptionSlot(name="port", help="Its port.", default="443"),
        OptionSlot(name="protocol", help="https.", default="https"),
        OptionSlot(
            name="instance",
            help="Namespace of the account where other tools name it otherwise: snowflake://locator.region.",
        ),
    )

    def instance(self, options: Mapping[str, str]) -> str:
        return connecting.namespace_of(options)

    def hosts(self, options: Mapping[str, str]) -> list[str]:
        """Where a connection goes, whatever the instance is called."""
        return [connecting.host_of(options)]

    def test(self, options: Mapping[str, str]) -> str:
        settings = settings_of(options)
        with connected(settings) as session:
            version = session.rows(statements.VERSION)[0]
            names = _databases(session, settings)
        count = f"{len(names)} database{'' if len(names) == 1 else 's'}"
        return f"Snowflake {version['VERSION']}, role {version['ROLE']}, {count}"

    def read(self, files: Sequence[SourceFile], options: Mapping[str, str]) -> Iterator[Fact]:
        settings = settings_of(options)
        with connected(settings) as session:
            account = _account(session) if settings.account_usage else Account()
            known: set[str] = set()
            for database in _databases(session, settings):
                found = _find(session, database)
                yield from tables.database_and_schemas(found)
                for fact in tables.tables(found, account):
                    known.add(fact.key)
                    yield fact
            if settings.account_usage:
                yield from _used(session, settings, known)
            yield from session.warnings


def _databases(session: Session, settings: Settings) -> list[Row]:
    found = [row for row in session.rows(statements.DATABASES) if settings.wants(str(row["NAME"]))]
    if not found:
        raise BadInput("", settings.namespace, f"shows no database of {', '.join(settings.databases)} to this role")
    return found


def _account(session: Session) -> Account:
    tagged = session.rows_if_allowed(statements.TAGS, f"{USAGE}.TAG_REFERENCES", "tags are not known")
    secure = session.rows_if_allowed(statements.SECURE_VIEWS, f"{USAGE}.VIEWS", "the SQL of secure views is not known")
    return Account(
        tags=tags.by_place(tagged),
        secure_views={
            (row["TABLE_CATALOG"], row["TABLE_SCHEMA"], row["TABLE_NAME"]): row["VIEW_DEFINITION"] for row in secure
        },
    )


def _find(session: Session, database: Row) -> Found:
    """A constant number of questions, unless Snowflake wants to be asked schema by schema."""
    name = str(database["NAME"])
    schemata = session.rows(statements.schemata(name))
    schemas = [row["SCHEMA_NAME"] for row in schemata]
    listed = session.rows_by_schema(lambda schema: statements.tables(name, schema), schemas, name)
    columns = session.rows_by_schema(lambda schema: statements.columns(name, schema), schemas, name)
    dynamic = any(row.get("IS_DYNAMIC") == "YES" for row in listed)
    return Found(
        database=database,
        schemata=schemata,
        tables=listed,
        views=session.rows_by_schema(lambda schema: statements.views(name, schema), schemas, name),
        columns=columns,
        primary_keys=session.rows_if_allowed(statements.primary_keys(name), name, "primary keys are not known"),
        imported_keys=session.rows_if_allowed(statements.imported_keys(name), name, "foreign keys are not known"),
        dynamic_tables=session.rows_if_allowed(
            statements.dynamic_tables(name), name, "the SQL of dynamic tables is not known"
        )
        if dynamic
        else (),
        structures=_structures(session, name)
        if any(row["DATA_TYPE"] in STRUCTURED for row in columns)
        else Structures(),
    )


def _structures(session: Session, database: str) -> Structures:
    without = "the parts of structured types are not known"
    columns = session.rows_if_allowed(statements.structured(database), database, without)
    if not columns:
        return Structures()
    fields = session.rows_if_allowed(statements.fields(database), database, without)
    return Structures(columns, fields, session.rows_if_allowed(statements.element_types(database), database, without))


def _used(session: Session, settings: Settings, known: set[str]) -> Iterator[Fact | WarningFact]:
    without = "what views are made of is not known"
    rows = session.rows_if_allowed(statements.DEPENDENCIES, f"{USAGE}.OBJECT_DEPENDENCIES", without)
    yield from history.edges(rows, known)
    if settings.days:
        place = f"{USAGE}.ACCESS_HISTORY"
        rows = session.rows_if_allowed(statements.history(settings.days), place, "nobody knows who reads what")
        yield from history.reads(rows, known)
        rows = session.rows_if_allowed(statements.written(settings.days), place, "nobody knows what writes what")
        yield from history.written(rows, known)
