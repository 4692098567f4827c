import pytest

from catalog.facts import CheckFact

from .factories import data_test, manifest, messages, node, of, read

A, B = "model.shop.a", "model.shop.b"


def check(**fields):
    nodes = {A: node(A), B: node(B), "test.shop.t": {**data_test(A), **fields}}
    [found] = of(CheckFact, read(manifest(nodes)))
    return found


def generic(**kwargs):
    return {"name": "relationships", "namespace": None, "kwargs": kwargs}


def test_a_test_is_a_check_of_the_asset_it_is_attached_to():
    assert check(column_name="id") == CheckFact(
        key="test.shop.t", asset=A, kind="not_null", title="not_null_it", column="id", meta={"package": "shop"}
    )


def test_the_attached_node_comes_before_the_order_of_dependencies():
    assert check(attached_node=B, depends_on={"nodes": [A, B]}).asset == B


def test_a_test_of_a_package_carries_its_name():
    metadata = {"name": "expect_x", "namespace": "dbt_expectations", "kwargs": {}}
    assert check(test_metadata=metadata).kind == "dbt_expectations.expect_x"


def test_an_old_relationships_test_is_about_the_model_that_holds_the_column():
    old = {"attached_node": None, "depends_on": {"nodes": [A, B]}}
    for model in ("{{ ref('b') }}", "{{ get_where_subquery(ref('shop', 'b')) }}"):
        assert check(**old, test_metadata=generic(to="ref('a')", model=model)).asset == B


def test_an_old_test_of_a_source_finds_it():
    sources = {"source.shop.raw.s": node("source.shop.raw.s")}
    old = data_test(A, attached_node=None, depends_on={"nodes": [A, "source.shop.raw.s"]})
    old["test_metadata"]["kwargs"] = {"model": "{{ source('raw', 's') }}"}
    [found] = of(CheckFact, read(manifest({A: node(A), "test.shop.t": old}, sources=sources)))
    assert found.asset == "source.shop.raw.s"


def test_a_singular_test_is_about_the_first_thing_it_reads():
    found = check(
        attached_node=None, test_metadata=None, depends_on={"nodes": ["model.shop.gone", B]}, raw_code="select 1"
    )
    assert (found.asset, found.kind, found.expression) == (B, "custom", "select 1")


@pytest.mark.parametrize("written", ["id", '"id"', "`id`", "{{ 'id' }}", " id "])
def test_the_column_is_named_without_quotes(written):
    assert check(column_name=None, test_metadata=generic(column_name=written)).column == "id"


def test_arguments_are_shown_to_people():
    found = check(
        test_metadata=generic(model="{{ ref('a') }}", column_name="x", to="ref('b')", values=["a", 1], empty=None)
    )
    assert found.expression == "to: ref('b')\nvalues: [\"a\",1]"


@pytest.mark.parametrize(
    ("word", "severity"), [("WARN", "warn"), ("warn", "warn"), ("ERROR", "error"), (None, "error")]
)
def test_severity_is_warn_or_error(word, severity):
    assert check(config={"severity": word}).severity == severity


def test_a_unit_test_is_a_check_of_its_model():
    unit = {"name": "adds_up", "depends_on": {"nodes": [A]}, "given": [{"input": "ref('x')"}], "expect": {"rows": [1]}}
    [found] = of(CheckFact, read(manifest({A: node(A)}, unit_tests={"unit_test.shop.a.adds_up": unit})))
    assert (found.kind, found.asset, found.title) == ("unit_test", A, "adds_up")
    assert found.expression == 'given: [{"input":"ref(\'x\')"}]\nexpect: {"rows":[1]}'


def test_tests_of_nothing_are_counted_in_one_warning():
    gone = {f"test.shop.t{i}": data_test("model.shop.gone") for i in range(5)}
    [message] = messages(read(manifest({A: node(A), **gone})))
    assert "tests nothing that the manifest holds; left out (5 places" in message


def test_a_test_of_a_disabled_model_says_so():
    facts = read(manifest({"test.shop.t": data_test(A)}, disabled={A: [node(A)]}))
    assert messages(facts) == ["nodes.test.shop.t: tests what is disabled; left out"]


def test_a_disabled_test_is_no_check():
    assert of(CheckFact, read(manifest({A: node(A), "test.shop.t": data_test(A, config={"enabled": False})}))) == []
