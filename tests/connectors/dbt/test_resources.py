import pytest

from catalog.facts import AssetFact, EdgeFact, Kind, OwnerFact

from .factories import manifest, messages, node, of, read

A = "model.shop.a"
KEY = "exposure.shop.weekly"


def resource(section="exposures", key=KEY, **fields):
    thing = {"name": "weekly", "package_name": "shop", "type": "dashboard", "depends_on": {"nodes": [A]}, **fields}
    facts = read(manifest({A: node(A)}, **{section: {key: thing}}))
    return next(fact for fact in of(AssetFact, facts) if fact.key == key), facts


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("dashboard", Kind.DASHBOARD),
        ("ml", Kind.ML_MODEL),
        ("application", Kind.APPLICATION),
        ("analysis", Kind.ANALYSIS),
        ("notebook", Kind.NOTEBOOK),
    ],
)
def test_the_type_of_an_exposure_is_its_kind(word, kind):
    found, facts = resource(type=word)
    assert (found.kind, messages(facts)) == (kind, [])


def test_an_unknown_type_is_an_application_with_a_warning():
    found, facts = resource(type="hologram")
    assert found.kind == Kind.APPLICATION
    assert messages(facts) == [
        "exposures.exposure.shop.weekly.type: is not a type of exposure that is known; shown as an application"
    ]


def test_an_exposure_has_an_address_in_dbt_and_reads_its_models():
    found, facts = resource(label="Weekly Revenue", maturity="high")
    assert (found.title, found.platform, found.address, found.relation) == ("Weekly Revenue", "dbt", KEY, None)
    assert (found.meta["name"], found.meta["maturity"]) == ("weekly", "high")
    assert of(EdgeFact, facts) == [EdgeFact(upstream=A, downstream=KEY)]


def test_an_owner_without_a_name_is_known_by_the_address():
    assert resource(owner={"name": None, "email": "bi@x.org"})[0].owners == (
        OwnerFact(name="bi@x.org", email="bi@x.org"),
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.org", "ftp://x.org", "https://" + "x" * 3000]
)
def test_only_web_addresses_are_kept(url):
    found, facts = resource(url=url)
    assert found.url == ""
    assert "url: is not a web address; left out" in messages(facts)[0]
    assert resource(url="https://bi.x.org/1")[0].url == "https://bi.x.org/1"


def test_metrics_semantic_models_and_saved_queries_are_assets():
    for section, key, kind in (
        ("metrics", "metric.shop.m", Kind.METRIC),
        ("semantic_models", "semantic_model.shop.s", Kind.SEMANTIC_MODEL),
        ("saved_queries", "saved_query.shop.q", Kind.SAVED_QUERY),
    ):
        found, facts = resource(section, key)
        assert (found.kind, found.address) == (kind, key)
        assert of(EdgeFact, facts) == [EdgeFact(upstream=A, downstream=key)]


def test_a_semantic_model_lists_what_it_offers():
    found, _ = resource(
        "semantic_models", "semantic_model.shop.s", entities=[{"name": "order"}], measures=[{"name": "sum"}]
    )
    assert (found.meta["entities"], found.meta["measures"]) == (["order"], ["sum"])


def test_an_old_metric_lists_plain_names():
    found, _ = resource("metrics", "metric.shop.m", dimensions=["country"], expression="amount")
    assert (found.meta["dimensions"], found.meta["expression"]) == (["country"], "amount")
