"""Columns where there is no SQL: through semantic models and metrics down to exposures."""

import pytest

from catalog.facts import EdgeFact

from .factories import manifest, messages, node, of, read

DAYS, MODEL, METRIC = "model.shop.days", "semantic_model.shop.daily", "metric.shop.net"
RATE, BOARD = "metric.shop.rate", "exposure.shop.board"


def semantic(name="daily", upstream=DAYS, **fields):
    return {
        "name": name,
        "package_name": "shop",
        "depends_on": {"nodes": [upstream]},
        "defaults": {"agg_time_dimension": "day"},
        "entities": [{"name": "the_day", "type": "primary", "expr": "date"}],
        "dimensions": [{"name": "day", "expr": "date"}, {"name": "is_open"}],
        "measures": [{"name": "net", "agg": "sum", "expr": "case when ok then gross - fee end"}],
        **fields,
    }


def metric(name="net", *upstream, kind="simple", **fields):
    params = {"measure": {"name": "net"}} if kind == "simple" else {}
    known = {"name": name, "package_name": "shop", "type": kind, "type_params": params}
    return {**known, "depends_on": {"nodes": list(upstream or [MODEL])}, **fields}


def where(text):
    return {"where_filters": [{"where_sql_template": text}]}


def told(metrics=None, exposures=None, models=None):
    sections = {"metrics": metrics or {}, "exposures": exposures or {}}
    sections["semantic_models"] = {MODEL: semantic()} if models is None else models
    return read(manifest({DAYS: node(DAYS)}, **sections))


def uses(facts, upstream, downstream):
    (edge,) = [one for one in of(EdgeFact, facts) if (one.upstream, one.downstream) == (upstream, downstream)]
    return {tuple(use)[:3] for use in edge.columns}, edge.columns_complete


def test_a_semantic_model_names_the_columns_behind_its_members():
    assert uses(told(), DAYS, MODEL) == (
        {
            ("date", "the_day", "identity"),
            ("date", "day", "identity"),
            ("is_open", "is_open", "identity"),
            ("ok", "net", "conditional"),
            ("gross", "net", "transformation"),
            ("fee", "net", "transformation"),
        },
        True,
    )


@pytest.mark.parametrize("expression", ["a +", "{{ var('x') }}", "(select max(a) from b)", "t.a", "x" * 30_000])
def test_what_cannot_be_read_leaves_the_rest_open(expression):
    columns, complete = uses(
        told(models={MODEL: semantic(measures=[{"name": "net", "expr": expression}])}), DAYS, MODEL
    )
    assert (len(columns), complete) == (3, False)


def test_a_metric_aggregates_a_measure_over_its_time():
    assert uses(told({METRIC: metric()}), MODEL, METRIC) == (
        {("net", "net", "aggregation"), ("day", "", "group_by")},
        True,
    )


def test_a_metric_may_be_a_measure_itself():
    own = {"expr": "gross", "metric_aggregation_params": {"semantic_model": "daily", "agg": "sum"}}
    facts = told({METRIC: metric("takings", type_params=own)})
    assert ("gross", "takings", "identity") in uses(facts, DAYS, MODEL)[0]
    assert uses(facts, MODEL, METRIC) == ({("takings", "takings", "aggregation"), ("day", "", "group_by")}, True)


def test_a_measure_that_nobody_names_leaves_the_metric_open():
    assert uses(told({METRIC: metric(type_params={"measure": "other"})}), MODEL, METRIC) == (set(), False)


def test_filters_decide_rows():
    filtered = metric(filter=where("{{ Dimension('the_day__is_open') }} and {{ Entity('the_day') }} > 3"))
    columns, complete = uses(told({METRIC: filtered}), MODEL, METRIC)
    assert complete
    assert {("is_open", "", "filter"), ("the_day", "", "filter")} <= columns


@pytest.mark.parametrize("text", ["{{ Dimension('the_day__gone') }}", "{{ Metric('net') }} > 1", "is_open", ""])
def test_a_filter_that_is_not_understood_leaves_the_metric_open(text):
    assert not uses(told({METRIC: metric(filter=where(text))}), MODEL, METRIC)[1]


def test_a_filter_by_another_semantic_model_is_an_edge_of_its_own():
    other = semantic("shops", measures=[], entities=[{"name": "place"}], dimensions=[{"name": "country"}])
    models = {MODEL: semantic(entities=[{"name": "place"}]), "semantic_model.shop.shops": other}
    facts = told({METRIC: metric(filter=where("{{ Dimension('place__country') }} = 'SE'"))}, models=models)
    filtering = {("country", "", "filter"), ("place", "", "join")}
    assert uses(facts, "semantic_model.shop.shops", METRIC) == (filtering, True)
    assert ("place", "", "join") in uses(facts, MODEL, METRIC)[0]


def test_metrics_of_metrics_and_the_dashboard_that_shows_them():
    filtered = {"name": "net", "filter": where("{{ Dimension('the_day__is_open') }}")}
    rate = metric("rate", METRIC, kind="ratio", type_params={"numerator": filtered, "denominator": "net"})
    board = {"name": "board", "package_name": "shop", "type": "dashboard", "depends_on": {"nodes": [RATE, DAYS]}}
    facts = told({METRIC: metric(), RATE: rate}, {BOARD: board})
    assert uses(facts, METRIC, RATE) == ({("net", "rate", "transformation")}, True)
    assert uses(facts, MODEL, RATE) == ({("is_open", "", "filter")}, True)
    assert uses(facts, RATE, BOARD) == ({("rate", "", "identity")}, True)
    assert uses(facts, DAYS, BOARD) == (set(), False)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"marts.days": ["day", "net"]}, {("day", "", "identity"), ("net", "", "identity")}),
        ({"days": {"day": "filter", "net": None}}, {("day", "", "filter"), ("net", "", "identity")}),
        ({DAYS: "day"}, {("day", "", "identity")}),
        (["days.day", "DB.marts.DAYS.net"], {("day", "", "identity"), ("net", "", "identity")}),
    ],
)
def test_an_exposure_lists_the_columns_that_it_uses(said, found):
    board = {
        "name": "board",
        "type": "dashboard",
        "depends_on": {"nodes": [DAYS]},
        "config": {"meta": {"columns": said}},
    }
    facts = told(exposures={BOARD: board})
    assert uses(facts, DAYS, BOARD) == (found, True)
    assert messages(facts) == []


def test_what_learns_from_a_column_transforms_it():
    model = {"name": "churn", "type": "ml", "depends_on": {"nodes": [DAYS]}, "meta": {"columns": ["days.net"]}}
    assert uses(told(exposures={BOARD: model}), DAYS, BOARD) == ({("net", "", "transformation")}, True)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (["net"], "names , which it does not depend on"),
        ({"other.days": ["net"]}, "names other.days, which it does not depend on"),
        ({"days": 3}, "of days are no list"),
        ("net", "is neither a list nor an object"),
        ({"days": {"net": "eaten"}}, "eaten is no use of a column"),
        ({"days": ["x" * 600]}, "longer than 500"),
    ],
)
def test_what_it_lists_in_vain_is_told(said, message):
    board = {"name": "board", "type": "dashboard", "depends_on": {"nodes": [DAYS]}, "meta": {"columns": said}}
    assert message in messages(told(exposures={BOARD: board}))[0]
