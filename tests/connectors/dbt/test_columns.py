from typing import Any

from catalog.facts import AssetFact, CheckFact, ColumnFact

from .factories import asset, catalog, column, data_test, manifest, messages, node, of, one, read

KEY = "model.shop.a"


def columns(documented: dict[str, Any], seen: dict[str, str], **fields: Any) -> tuple[ColumnFact, ...]:
    return asset(manifest({KEY: node(KEY, columns=documented, **fields)}), catalog(**{KEY: seen})).columns


def test_a_documented_column_was_not_seen():
    assert column(description="d", data_type="int") == ColumnFact(
        name="c", position=1, description="d", data_type="int", observed=False
    )


def test_the_warehouses_order_and_form_win():
    found = columns({"id": {"description": "the key"}}, {"NAME": "TEXT", "ID": "INT"})
    assert [(c.name, c.position, c.data_type, c.description, c.observed) for c in found] == [
        ("NAME", 1, "TEXT", "", True),
        ("ID", 2, "INT", "the key", True),
    ]


def test_an_index_orders_columns_that_the_file_does_not():
    entry = {"columns": {"b": {"type": "x", "index": 2}, "a": {"type": "x", "index": 1}}}
    found = asset(manifest({KEY: node(KEY)}), catalog(**{KEY: entry})).columns
    assert [c.name for c in found] == ["a", "b"]


def test_the_exact_name_is_matched_before_the_folded_one():
    found = columns({"id": {"description": "low"}, "ID": {"description": "high"}}, {"ID": "INT", "id": "INT"})
    assert [(c.name, c.description) for c in found] == [("ID", "high"), ("id", "low")]


def test_a_column_that_the_warehouse_lacks_stays_as_documented():
    found = columns({"id": {}, "gone": {}}, {"ID": "INT"})
    assert [(c.name, c.position, c.observed) for c in found] == [("ID", 1, True), ("gone", 2, False)]


def test_quotes_of_yaml_are_not_part_of_the_name():
    assert [c.name for c in columns({'"Order Items #"': {}}, {"Order Items #": "INT"})] == ["Order Items #"]


def test_columns_are_known_only_from_the_warehouse():
    assert one(KEY, columns={"c": {}}).columns_known is False
    assert asset(manifest({KEY: node(KEY)}), catalog(**{KEY: {"ID": "INT"}})).columns_known is True


def test_a_column_comment_fills_in_for_a_description():
    entry = {"columns": {"c": {"type": "x", "index": 1, "comment": "seen"}}}
    assert asset(manifest({KEY: node(KEY)}), catalog(**{KEY: entry})).columns[0].description == "seen"


def test_a_check_names_the_column_as_the_warehouse_does():
    nodes = {KEY: node(KEY, columns={"id": {}}), "test.shop.t": data_test(KEY, column_name="id")}
    [check] = of(CheckFact, read(manifest(nodes), catalog(**{KEY: {"ID": "INT"}})))
    assert check.column == "ID"


def test_constraints_of_a_column_tell_key_and_nulls():
    plain = column(constraints=[{"type": "not_null", "name": None}])
    assert (plain.nullable, plain.is_key, plain.meta) == (False, False, {"constraints": [{"type": "not_null"}]})
    key = column(constraints=[{"type": "primary_key"}])
    assert (key.nullable, key.is_key) == (False, True)
    assert column().nullable is None


def test_constraints_of_the_table_name_their_columns():
    constraints = [{"type": "primary_key", "columns": ["b", "a"]}, {"type": "not_null", "columns": ["c"]}]
    model = one(KEY, columns={"a": {}, "b": {}, "c": {}}, constraints=constraints)
    assert model.primary_key == ("b", "a")
    assert [(c.is_key, c.nullable) for c in model.columns] == [(True, False), (True, False), (False, False)]


def test_a_key_that_dbt_guessed_says_nothing_about_nulls():
    model = asset(manifest({KEY: node(KEY, primary_key=["id"])}), catalog(**{KEY: {"ID": "INT"}}))
    assert model.primary_key == ("ID",)
    assert (model.columns[0].is_key, model.columns[0].nullable) == (True, None)


def test_a_key_of_unknown_columns_is_none():
    assert one(KEY, primary_key=["nowhere"]).primary_key == ()


def test_a_column_with_a_huge_name_is_left_out_alone():
    facts = read(manifest({KEY: node(KEY, columns={"x" * 501: {}, "ok": {}})}))
    assert [c.name for c in of(AssetFact, facts)[0].columns] == ["ok"]
    assert "nodes.model.shop.a.columns.xxx" in messages(facts)[0]


def test_tags_and_meta_of_both_places_are_merged():
    found = column(tags="a", meta={"x": 1}, config={"tags": ["b"], "meta": {"y": 2}})
    assert (found.tags, found.meta) == (("a", "b"), {"x": 1, "y": 2})
