"""What must hold of any query."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.lineage_sql.generate import flat, project
from lineage.sql import read_script
from tests.lineage.sql.reading import indirect, lineage, pairs

PROJECT = project(40, columns=8)
MODELS = st.sampled_from(PROJECT.models)
NAMES = st.from_regex(r"zz[a-z]{1,6}", fullmatch=True)


@settings(max_examples=40, deadline=None)
@given(MODELS, NAMES)
def test_the_name_of_a_common_table_changes_nothing(model, name) -> None:
    first = re.match(r"with (\w+) as", model.sql)
    assert first
    renamed = re.sub(rf"(?<!\.)\b{first[1]}\b(?!\s*,|_)", name, model.sql)
    schema = PROJECT.needed(model)
    before, after = lineage(model.sql, "snowflake", schema), lineage(renamed, "snowflake", schema)
    assert pairs(before) == pairs(after)
    assert indirect(before) == indirect(after)


@settings(max_examples=40, deadline=None)
@given(MODELS, NAMES)
def test_a_common_table_that_nobody_reads_changes_nothing(model, name) -> None:
    schema = PROJECT.needed(model)
    with_more = re.sub(r"\Awith ", f"with {name} as (select z from elsewhere where y > 1), ", model.sql)
    assert lineage(model.sql, "snowflake", schema) == lineage(with_more, "snowflake", schema)


@settings(max_examples=40, deadline=None)
@given(MODELS)
def test_a_table_made_of_a_query_has_the_columns_of_the_query(model) -> None:
    schema = PROJECT.needed(model)
    made = lineage(f"create table made as {model.sql}", "snowflake", schema)
    assert {name.removeprefix("MADE."): found for name, found in pairs(made).items()} == pairs(
        lineage(model.sql, "snowflake", schema)
    )


def test_every_model_of_the_generated_project_is_exact() -> None:
    for model in PROJECT.models:
        found = read_script(model.sql, "snowflake", PROJECT.needed(model)).together
        edges = {
            (target.column.lower(), (source.table or "?").lower(), source.column.lower())
            for target in found.columns
            for source in target.sources
        }
        assert edges == set(flat(model.edges)), model.name
