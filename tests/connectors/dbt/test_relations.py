import pytest

from catalog.connectors.dbt.relations import parts_of
from catalog.facts import Relation

from .factories import asset, manifest, metadata, node, one

KEY = "model.shop.a"


@pytest.mark.parametrize(
    ("written", "relation"),
    [
        ('"DB"."S"."Order Items"', Relation(database="DB", schema="S", identifier="Order Items", quoted=True)),
        ("DB.S.T", Relation(database="DB", schema="S", identifier="T")),
        ("`p-1`.`s`.`t`", Relation(database="p-1", schema="s", identifier="t", quoted=True)),
        ('DB.S."t"', Relation(database="DB", schema="S", identifier="t", quoted=True)),
        ("[d].[s].[t u]", Relation(database="d", schema="s", identifier="t u", quoted=True)),
        ("s.t", Relation(database="db", schema="s", identifier="t")),
        ('"d"."s"."a""b.c"', Relation(database="d", schema="s", identifier='a"b.c', quoted=True)),
    ],
)
def test_the_rendered_name_tells_the_relation(written, relation):
    assert one(KEY, relation_name=written).relation == relation


@pytest.mark.parametrize("written", ["", '"open', "a.b.c.d", "..", "select 1 as x", None])
def test_a_name_that_is_no_path_leaves_it_to_the_fields(written):
    assert one(KEY, relation_name=written, alias="b").relation == Relation(
        database="db", schema="marts", identifier="b", quoted=True
    )


def test_quoting_without_a_rendered_name_is_the_projects():
    assert one(KEY, config={"quoting": {"identifier": False}}).relation == Relation(
        database="db", schema="marts", identifier="a", quoted=False
    )
    for adapter, quoted in (("snowflake", False), ("postgres", True)):
        relation = asset(manifest({KEY: node(KEY)}, metadata=metadata(adapter_type=adapter))).relation
        assert relation is not None
        assert relation.quoted is quoted


def test_a_missing_database_is_empty():
    relation = one(KEY, database=None).relation
    assert relation is not None
    assert relation.database == ""


def test_a_long_path_is_not_searched_for_parts():
    assert parts_of("a." * 100_000) == []
