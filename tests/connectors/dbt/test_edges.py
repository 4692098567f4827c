import pytest

from catalog.facts import AssetFact, EdgeFact

from .factories import manifest, messages, node, of, read

A, B = "model.shop.a", "model.shop.b"


def edges(*depends_on, **sections):
    nodes = {A: node(A), B: node(B, depends_on={"nodes": list(depends_on)})}
    return read(manifest(nodes, **sections))


def test_what_is_read_is_upstream():
    assert of(EdgeFact, edges(A)) == [EdgeFact(upstream=A, downstream=B)]


def test_an_edge_told_twice_is_one():
    assert len(of(EdgeFact, edges(A, A))) == 1


def test_nothing_is_upstream_of_itself():
    assert of(EdgeFact, edges(B)) == []


def test_an_edge_to_nowhere_is_told():
    facts = edges("model.shop.gone", A)
    assert of(EdgeFact, facts) == [EdgeFact(upstream=A, downstream=B)]
    assert messages(facts) == [
        "model.shop.b.depends_on: model.shop.gone: depends on a model that is not in the manifest; the edge is left out"
    ]


@pytest.mark.parametrize("disabled", [{"model.shop.off": [{}]}, [{"unique_id": "model.shop.off"}]])
def test_an_edge_to_a_disabled_model_says_so_in_every_shape_of_the_list(disabled):
    assert "depends on a model that is disabled" in messages(edges("model.shop.off", disabled=disabled))[0]


def test_a_thousand_dangling_edges_make_one_warning():
    assert len(messages(edges(*[f"model.shop.gone{i}" for i in range(1000)]))) == 1


def test_macros_and_functions_are_no_lineage():
    assert messages(edges("macro.dbt.x", "function.shop.f", "operation.shop.o")) == []


def test_assets_come_before_what_points_at_them():
    facts = edges(A)
    assert max(map(facts.index, of(AssetFact, facts))) < facts.index(of(EdgeFact, facts)[0])
