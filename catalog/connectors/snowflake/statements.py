"""The questions to Snowflake, as SQL: a constant number a database and a few for the whole account."""

from __future__ import annotations

VERSION = "SELECT CURRENT_VERSION() AS VERSION, CURRENT_ROLE() AS ROLE"
DATABASES = "SHOW DATABASES"
MOST_WRITTEN = 20_000  # different writes that are fetched, the newest


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string constant, in which Snowflake reads backslashes too."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def schemata(database: str) -> str:
    return f"""
SELECT SCHEMA_NAME, SCHEMA_OWNER, COMMENT, LAST_ALTERED, IS_TRANSIENT
FROM {name(database)}.INFORMATION_SCHEMA.SCHEMATA
WHERE SCHEMA_NAME <> 'INFORMATION_SCHEMA'
ORDER BY SCHEMA_NAME"""  # noqa: S608 - quoted above


def tables(database: str, schema: str | None) -> str:
    return f"""
SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_OWNER, TABLE_TYPE, IS_TRANSIENT, IS_TEMPORARY, IS_ICEBERG, IS_DYNAMIC, IS_HYBRID,
    CLUSTERING_KEY, ROW_COUNT, BYTES, RETENTION_TIME, CREATED, LAST_ALTERED, COMMENT
FROM {name(database)}.INFORMATION_SCHEMA.TABLES
WHERE {_in(schema)}
ORDER BY TABLE_SCHEMA, TABLE_NAME"""  # noqa: S608 - quoted above


def views(database: str, schema: str | None) -> str:
    return f"""
SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_OWNER, VIEW_DEFINITION, IS_SECURE, CREATED, LAST_ALTERED, COMMENT
FROM {name(database)}.INFORMATION_SCHEMA.VIEWS
WHERE {_in(schema)}
ORDER BY TABLE_SCHEMA, TABLE_NAME"""  # noqa: S608 - quoted above


def columns(database: str, schema: str | None) -> str:
    return f"""
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE,
    CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, COMMENT
FROM {name(database)}.INFORMATION_SCHEMA.COLUMNS
WHERE {_in(schema)}
ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"""  # noqa: S608 - quoted above


def structured(database: str) -> str:
    """Columns whose type has parts, and by what name the two statements below know it."""
    return f"""
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DTD_IDENTIFIER
FROM {name(database)}.INFORMATION_SCHEMA.COLUMNS
WHERE DATA_TYPE IN ('OBJECT', 'ARRAY', 'MAP') AND DTD_IDENTIFIER IS NOT NULL"""  # noqa: S608 - quoted above


def fields(database: str) -> str:
    return f"""
SELECT OBJECT_SCHEMA, OBJECT_NAME, ROW_IDENTIFIER, FIELD_NAME, ORDINAL_POSITION, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH,
    NUMERIC_PRECISION, NUMERIC_SCALE, DTD_IDENTIFIER
FROM {name(database)}.INFORMATION_SCHEMA.FIELDS
ORDER BY OBJECT_SCHEMA, OBJECT_NAME, ROW_IDENTIFIER, ORDINAL_POSITION"""  # noqa: S608 - quoted above


def element_types(database: str) -> str:
    return f"""
SELECT OBJECT_SCHEMA, OBJECT_NAME, COLLECTION_TYPE_IDENTIFIER, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH,
    NUMERIC_PRECISION, NUMERIC_SCALE, DTD_IDENTIFIER
FROM {name(database)}.INFORMATION_SCHEMA.ELEMENT_TYPES"""  # noqa: S608 - quoted above


def primary_keys(database: str) -> str:
    return f"SHOW PRIMARY KEYS IN DATABASE {name(database)}"


def imported_keys(database: str) -> str:
    return f"SHOW IMPORTED KEYS IN DATABASE {name(database)}"


def dynamic_tables(database: str) -> str:
    return f"SHOW DYNAMIC TABLES IN DATABASE {name(database)}"


SECURE_VIEWS = """
SELECT TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION
FROM SNOWFLAKE.ACCOUNT_USAGE.VIEWS
WHERE IS_SECURE = 'YES' AND DELETED IS NULL AND VIEW_DEFINITION IS NOT NULL"""

TAGS = """
SELECT TAG_DATABASE, TAG_SCHEMA, TAG_NAME, TAG_VALUE, OBJECT_DATABASE, OBJECT_SCHEMA, OBJECT_NAME, DOMAIN, COLUMN_NAME
FROM SNOWFLAKE.ACCOUNT_USAGE.TAG_REFERENCES
WHERE OBJECT_DELETED IS NULL AND DOMAIN IN ('TABLE', 'COLUMN')
ORDER BY TAG_NAME, TAG_VALUE"""

DEPENDENCIES = """
SELECT DISTINCT REFERENCED_DATABASE, REFERENCED_SCHEMA, REFERENCED_OBJECT_NAME, REFERENCING_DATABASE, REFERENCING_SCHEMA,
    REFERENCING_OBJECT_NAME
FROM SNOWFLAKE.ACCOUNT_USAGE.OBJECT_DEPENDENCIES"""


def history(days: int) -> str:
    """One row a day, user and set of objects: a dashboard that asks a thousand times is one row, not a thousand."""
    return f"""
SELECT TO_CHAR(CONVERT_TIMEZONE('UTC', QUERY_START_TIME), 'YYYY-MM-DD') AS DAY, USER_NAME,
    TO_JSON(TRANSFORM(DIRECT_OBJECTS_ACCESSED, accessed -> OBJECT_CONSTRUCT(
        'objectName', accessed:objectName, 'objectDomain', accessed:objectDomain))) AS DIRECT_OBJECTS_ACCESSED,
    COUNT(*) AS TIMES
FROM SNOWFLAKE.ACCOUNT_USAGE.ACCESS_HISTORY
WHERE QUERY_START_TIME >= DATEADD('DAY', -{days}, DATE_TRUNC('DAY', CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP())))
    AND ARRAY_SIZE(DIRECT_OBJECTS_ACCESSED) > 0
GROUP BY 1, 2, 3"""  # noqa: S608 - a number


def written(days: int) -> str:
    """What was written out of what, each set of objects and columns once, with the last statement that did it."""
    return f"""
WITH WRITTEN AS (
    SELECT TO_JSON(OBJECTS_MODIFIED) AS OBJECTS_MODIFIED,
        TO_JSON(TRANSFORM(DIRECT_OBJECTS_ACCESSED, accessed -> OBJECT_CONSTRUCT(
            'objectName', accessed:objectName, 'objectDomain', accessed:objectDomain))) AS DIRECT_OBJECTS_ACCESSED,
        MAX(QUERY_START_TIME) AS AT, MAX_BY(QUERY_ID, QUERY_START_TIME) AS QUERY_ID
    FROM SNOWFLAKE.ACCOUNT_USAGE.ACCESS_HISTORY
    WHERE QUERY_START_TIME >= DATEADD('DAY', -{days}, DATE_TRUNC('DAY', CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP())))
        AND ARRAY_SIZE(OBJECTS_MODIFIED) > 0 AND ARRAY_SIZE(DIRECT_OBJECTS_ACCESSED) > 0
    GROUP BY 1, 2
    ORDER BY 3 DESC
    LIMIT {MOST_WRITTEN}
)
SELECT WRITTEN.OBJECTS_MODIFIED, WRITTEN.DIRECT_OBJECTS_ACCESSED, WRITTEN.AT, WRITTEN.QUERY_ID,
    LEFT(RUN.QUERY_TEXT, 200000) AS QUERY_TEXT, RUN.DATABASE_NAME, RUN.SCHEMA_NAME
FROM WRITTEN
LEFT JOIN SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY AS RUN
    ON RUN.QUERY_ID = WRITTEN.QUERY_ID
    AND RUN.START_TIME >= DATEADD('DAY', -{days + 1}, DATE_TRUNC('DAY', CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP())))"""  # noqa: S608 - numbers


def _in(schema: str | None) -> str:
    return "TABLE_SCHEMA <> 'INFORMATION_SCHEMA'" if schema is None else f"TABLE_SCHEMA = {text(schema)}"
