"""When two ways of writing a type mean the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sql.types import same_type

SAME = """
postgres | int4 | integer
postgres | varchar | character varying(80)
postgres | character varying(80) | varchar(80)
postgres | timestamp with time zone | timestamptz
postgres | timestamp without time zone | timestamp
postgres | numeric(12,2) | numeric
postgres | decimal(12,2) | numeric(12,2)
postgres | float8 | double precision
postgres | int4[] | integer[]
postgres | raw.colour | colour
postgres | bool | boolean
postgres | serial | integer
snowflake | NUMBER(38,0) | INTEGER
snowflake | NUMBER | NUMBER(12,2)
snowflake | TEXT | VARCHAR(16777216)
snowflake | string | VARCHAR
snowflake | FLOAT | DOUBLE
snowflake | TIMESTAMP_NTZ(9) | timestamp
snowflake | OBJECT(city VARCHAR, zip NUMBER(5,0)) | OBJECT(city TEXT, zip NUMBER(5,0))
bigquery | INT64 | integer
bigquery | STRUCT<a INT64, b STRING> | struct<a int64, b string>
duckdb | VARCHAR | text
looker | Foo | foo
"""
OTHER = """
postgres | varchar(80) | varchar(20)
postgres | timestamp | timestamptz
postgres | int4[] | text[]
postgres | bigint | integer
postgres | jsonb | json
snowflake | NUMBER(12,2) | INT
snowflake | TIMESTAMP_TZ | TIMESTAMP_NTZ
snowflake | VARIANT | OBJECT
snowflake | ARRAY(NUMBER) | ARRAY(VARCHAR)
looker | foo | bar
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(("platform", "one", "other"), rows(SAME))
def test_the_same_in_other_words(platform: str, one: str, other: str) -> None:
    assert same_type(platform, one, other)
    assert same_type(platform, other, one)


@pytest.mark.parametrize(("platform", "one", "other"), rows(OTHER))
def test_another_type(platform: str, one: str, other: str) -> None:
    assert not same_type(platform, one, other)


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["postgres", "snowflake", "nobody", ""]))
def test_any_text_is_compared(one: str, other: str, platform: str) -> None:
    assert same_type(platform, one, one)
    assert same_type(platform, one, other) == same_type(platform, other, one)
