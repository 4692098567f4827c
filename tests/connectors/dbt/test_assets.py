import pytest

from catalog.facts import AssetFact, Kind, OwnerFact, Relation

from .factories import asset, catalog, manifest, messages, metadata, node, of, one, read

KEY = "model.shop.orders"


@pytest.mark.parametrize(
    ("materialized", "kind"),
    [
        ("table", Kind.TABLE),
        ("view", Kind.VIEW),
        ("incremental", Kind.TABLE),
        ("materialized_view", Kind.MATERIALIZED_VIEW),
        ("somebody's own", Kind.TABLE),
    ],
)
def test_a_model_is_what_it_is_materialized_as(materialized, kind):
    model = one(KEY, config={"materialized": materialized})
    assert (model.kind, model.materialized) == (kind, materialized)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("VIEW", Kind.VIEW),
        ("BASE TABLE", Kind.TABLE),
        ("EXTERNAL_TABLE", Kind.EXTERNAL_TABLE),
        ("iceberg_table", Kind.TABLE),
        ("MATERIALIZED VIEW", Kind.MATERIALIZED_VIEW),
        ("frobnicated", Kind.TABLE),
    ],
)
def test_the_warehouse_knows_the_kind_better(word, kind):
    seen = {"metadata": {"type": word}, "columns": {}, "stats": {}}
    assert asset(manifest({KEY: node(KEY)}), catalog(**{KEY: seen})).kind == kind


def test_an_ephemeral_model_has_an_address_and_no_relation():
    model = one(KEY, config={"materialized": "ephemeral"}, relation_name=None)
    assert (model.kind, model.platform, model.relation, model.address) == (Kind.EPHEMERAL, "dbt", None, KEY)


def test_seeds_snapshots_and_sources_keep_their_kind():
    assert one("seed.shop.s").kind == Kind.SEED
    assert one("snapshot.shop.s").kind == Kind.SNAPSHOT
    assert one("source.shop.raw.s", identifier="s_v2").relation == Relation(
        database="db", schema="marts", identifier="s_v2", quoted=True
    )


def test_an_external_source_is_an_external_table():
    assert one("source.shop.raw.s", external={"location": "s3://x"}).kind == Kind.EXTERNAL_TABLE


def test_what_dbt_merely_runs_is_no_asset():
    keys = ["operation.shop.hook-0", "sql_operation.shop.q", "rpc.shop.r", "test.shop.t"]
    facts = read(manifest({key: node(key, config={}) for key in keys}))
    assert of(AssetFact, facts) == []


def test_an_unknown_resource_type_is_told_and_left_out():
    assert messages(read(manifest({"robot.shop.r": node("robot.shop.r")}))) == [
        "nodes.robot.shop.r: is of a resource type that is not known; left out"
    ]


def test_a_node_that_is_switched_off_is_not_live():
    assert of(AssetFact, read(manifest({KEY: node(KEY, config={"enabled": False})}))) == []


def test_a_versioned_model_is_titled_by_its_alias():
    model = one("model.shop.dim.v2", name="dim", alias="dim_v2", version=2, latest_version=3)
    assert model.title == "dim_v2"
    assert (model.meta["version"], model.meta["latest_version"]) == (2, 3)


@pytest.mark.parametrize("version", [1, "1", 1.5, "gold"])
def test_a_version_may_be_a_number_or_a_text(version):
    assert one("model.shop.dim.v1", name="dim", version=version).meta["version"] == version


def test_the_platform_is_the_adapter():
    assert one(KEY).platform == "postgres"
    assert asset(manifest({KEY: node(KEY)}, metadata=metadata())).platform == "unknown"


def test_other_names_are_the_key_and_the_rendered_relation():
    assert one(KEY, relation_name='"db"."marts"."orders"').aliases == (KEY, '"db"."marts"."orders"')


def test_a_seed_and_a_source_may_be_one_relation():
    sources = {"source.shop.raw.s": node("source.shop.raw.s", identifier="s")}
    seed, source = of(AssetFact, read(manifest({"seed.shop.s": node("seed.shop.s")}, sources=sources)))
    assert seed.relation == source.relation
    assert seed.key != source.key


def test_only_the_wanted_package_is_read():
    nodes = {"model.shop.a": node("model.shop.a"), "model.tools.b": node("model.tools.b")}
    nodes["model.shop.a"]["depends_on"] = {"nodes": ["model.tools.b"]}
    facts = read(manifest(nodes), project="shop")
    assert [fact.key for fact in of(AssetFact, facts)] == ["model.shop.a"]
    assert messages(facts) == []


def test_old_and_new_names_of_code_are_both_read():
    assert one(KEY, raw_sql="select 1", compiled_sql="SELECT 1").compiled_code == "SELECT 1"
    assert one(KEY, raw_code="select 2", language="python").code == "select 2"


def test_meta_of_both_places_is_merged_and_dbts_own_stands_beside():
    model = one(KEY, meta={"a": 1}, config={"meta": {"b": 2, "group": "theirs"}, "group": "crm"}, access="private")
    assert model.meta == {
        "a": 1,
        "b": 2,
        "group": "crm",
        "meta.group": "theirs",
        "package": "shop",
        "access": "private",
    }


def test_domain_and_tier_come_from_meta():
    model = one(KEY, meta={"domain": " sales ", "tier": 1})
    assert (model.domain, model.tier) == ("sales", "1")


def test_a_large_value_of_meta_is_left_out():
    facts = read(manifest({KEY: node(KEY, meta={"big": "x" * 5000, "small": [1]})}))
    assert of(AssetFact, facts)[0].meta == {"small": [1], "package": "shop"}
    assert messages(facts) == ["nodes.model.shop.orders.meta.big: is larger than 4,096 bytes or not plain; left out"]


def test_the_owner_of_the_group_owns_its_members():
    groups = {"group.shop.crm": {"name": "crm", "package_name": "shop", "owner": {"name": "CRM", "email": "c@x.org"}}}
    model = asset(manifest({KEY: node(KEY, group="crm")}, groups=groups))
    assert model.owners == (OwnerFact(name="CRM", email="c@x.org", is_team=True),)


def test_tags_may_be_a_text_or_a_list():
    assert one(KEY, tags="daily", config={"tags": ["gold", "daily"]}).tags == ("daily", "gold")


def test_a_contract_is_told_only_where_it_is_enforced():
    assert one(KEY, contract={"enforced": True}).meta["contract_enforced"] is True
    assert "contract_enforced" not in one(KEY, contract={"enforced": False}).meta


def test_a_deprecation_date_is_a_moment():
    assert one(KEY, deprecation_date="2026-01-31").deprecated_at == "2026-01-31T00:00:00+00:00"
    assert one(KEY, deprecation_date="2026-01-31T02:00:00+02:00").deprecated_at == "2026-01-31T00:00:00+00:00"


@pytest.mark.parametrize("date", ["soon", "0001-01-01T00:00:00+23:59"])
def test_a_date_that_is_none_is_told(date):
    facts = read(manifest({KEY: node(KEY, deprecation_date=date)}))
    assert (of(AssetFact, facts)[0].deprecated_at, len(messages(facts))) == ("", 1)


@pytest.mark.parametrize(
    ("stats", "rows", "size"),
    [
        ({"row_count": 12.0, "bytes": "2048"}, 12, 2048),
        ({"num_rows": "1,000", "num_bytes": 7}, 1000, 7),
        ({"row_count": None, "rows": 3}, 3, None),
        ({"has_stats": False, "row_count": -1, "size": "much"}, None, None),
        ({"row_count": True, "bytes": 2.0**63}, None, None),
    ],
)
def test_sizes_are_read_in_every_adapters_spelling(stats, rows, size):
    entry = {"columns": {}, "stats": {name: {"value": value} for name, value in stats.items()}}
    model = asset(manifest({KEY: node(KEY)}), catalog(**{KEY: entry}))
    assert (model.row_count, model.size_bytes) == (rows, size)


def test_the_warehouses_comment_fills_in_for_a_description():
    entry = {"metadata": {"comment": "seen", "owner": "DBA"}, "columns": {}}
    model = asset(manifest({KEY: node(KEY)}), catalog(**{KEY: entry}))
    assert (model.description, model.meta["table_owner"], model.owners) == ("seen", "DBA", ())
    assert asset(manifest({KEY: node(KEY, description="told")}), catalog(**{KEY: entry})).description == "told"


def test_a_catalog_of_another_project_is_told():
    facts = read(manifest({KEY: node(KEY)}), catalog(**{"model.bank.x": {"ID": "INT"}}))
    assert messages(facts) == [": none of its 1 relations are in the manifest; is it of another project?"]


def test_complaints_of_the_catalog_are_passed_on():
    broken = {**catalog(**{KEY: {"ID": "INT"}}), "errors": ["no rights on schema x"]}
    assert messages(read(manifest({KEY: node(KEY)}), broken)) == ["errors: no rights on schema x"]


def test_an_analysis_reads_and_has_no_place_of_its_own() -> None:
    found = one("analysis.shop.why", compiled_code="select 1", config={"materialized": "view"})
    assert (found.kind, found.relation, found.address) == (Kind.ANALYSIS, None, "analysis.shop.why")
    assert (found.compiled_code, found.materialized) == ("select 1", "")
