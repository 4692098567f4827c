import json

import pytest

from catalog.capabilities import BadInput
from catalog.facts import AssetFact, WarningFact

from .factories import asset, catalog, manifest, messages, node, of, read

A = "model.shop.a"


def mended(raw: str, *others):
    """The asset and the warnings of a manifest whose one description is the given JSON."""
    facts = read(json.dumps(manifest({A: node(A, description="@")})).replace('"@"', raw).encode(), *others)
    return of(AssetFact, facts)[0], messages(facts)


def test_nul_characters_are_removed():
    found, told = mended(r'"a\u0000b"')
    assert found.description == "ab"
    assert told == ["nodes.model.shop.a.description: holds NUL characters, which were removed"]


def test_a_warning_about_an_unprintable_name_is_printable():
    facts = read(manifest({A: node(A)}, **{"bad\x00\ud800": "x\x00"}))
    assert {fact.place for fact in of(WarningFact, facts)} == {"", "bad\ufffd\ufffd"}


def test_an_escaped_backslash_is_no_nul():
    found, told = mended(r'"\\u0000"')
    assert (found.description, told) == ("\\u0000", [])


def test_half_a_surrogate_pair_is_replaced():
    found, told = mended(r'"a\ud800b"')
    assert found.description == "a\ufffdb"
    assert told == ["nodes.model.shop.a.description: holds half of a surrogate pair, which was replaced"]


def test_whole_surrogate_pairs_are_kept():
    assert mended(r'"\ud83d\ude00"') == (mended('"😀"')[0], [])


def test_nan_is_left_out():
    facts = read(
        manifest({A: node(A)}), catalog(**{A: {"columns": {}, "stats": {"row_count": {"value": float("nan")}}}})
    )
    assert of(AssetFact, facts)[0].row_count is None
    assert "is not a finite number" in messages(facts)[0]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400])
def test_a_number_beyond_all_bounds_does_no_harm(number):
    raw = json.dumps(manifest({A: node(A, meta={"n": "@", "ok": 1})})).replace('"@"', number)
    assert asset(raw.encode()).meta["ok"] == 1


def test_a_number_of_thousands_of_digits_is_refused_with_its_place():
    raw = json.dumps(manifest({A: node(A, meta={"n": "@"})})).replace('"@"', "9" * 5000)
    with pytest.raises(BadInput, match=r"nodes\.model\.shop\.a: holds a number that is too long"):
        read(raw.encode())


@pytest.mark.parametrize("wrong", ["[1]", "{}", "7", "true"])
def test_a_field_of_the_wrong_type_is_left_out(wrong):
    found, told = mended(wrong)
    assert (found.key, found.description) == (A, "")
    assert told[0].startswith("nodes.model.shop.a.description: Expected `str | null`, got `")


def test_a_wrong_part_takes_nothing_else_with_it():
    columns = {"a": {"description": 1, "tags": ["x", 2]}, "b": [], "c": {"description": "fine"}}
    facts = read(manifest({A: node(A, columns=columns)}))
    assert [(c.name, c.description, c.tags) for c in of(AssetFact, facts)[0].columns] == [
        ("a", "", ("x",)),
        ("c", "fine", ()),
    ]
    assert len(messages(facts)) == 3


@pytest.mark.parametrize("wrong", [None, [], "text", 7])
def test_a_node_that_is_no_object_is_left_out(wrong):
    facts = read(manifest({A: wrong}))
    assert messages(facts) == ["nodes.model.shop.a: is not an object; left out"]


def test_a_node_with_a_huge_name_is_left_out_and_named_shortly():
    facts = read(manifest({"model.shop." + "x" * 1_000_000: node(A), A: node(A)}))
    assert [fact.key for fact in of(AssetFact, facts)] == [A]
    [warning] = of(WarningFact, facts)
    assert warning.place == "nodes.model.shop." + "x" * 109 + "…"


@pytest.mark.parametrize("field", ["name", "alias", "schema", "database"])
def test_every_identifier_has_a_bound(field):
    assert of(AssetFact, read(manifest({A: node(A, **{field: "x" * 501})}))) == []


def test_html_and_quotes_are_handed_on_as_they_are():
    text = """<script>alert('1')</script> "DROP TABLE" '; -- 顧客"""
    key = f"model.shop.{text}"
    found = asset(manifest({key: node(key, name=text, description=text)}))
    assert (found.title, found.description, found.key) == (text, text, key)


def test_code_without_bounds_is_cut():
    facts = read(manifest({A: node(A, raw_code="x" * 1_000_001)}))
    assert len(of(AssetFact, facts)[0].code) == 1_000_000
    assert messages(facts) == ["nodes.model.shop.a.raw_code: is longer than 1,000,000 characters; cut"]


def test_deep_meta_is_left_out_or_refused():
    for depth in (200, 900, 5000):
        raw = json.dumps(manifest({A: node(A, meta={"deep": "@"})})).replace('"@"', "[" * depth + "]" * depth)
        try:
            assert "deep" not in of(AssetFact, read(raw.encode()))[0].meta
        except BadInput as refused:
            assert "is nested too deeply" in str(refused)


def test_equal_warnings_are_counted_and_different_ones_bounded():
    nodes = {f"model.shop.m{i}": node(f"model.shop.m{i}", tags=3, description=[], version=[]) for i in range(500)}
    found = of(WarningFact, read(manifest(nodes)))
    assert len(found) == 3
    assert all("(500 places" in warning.message for warning in found)
