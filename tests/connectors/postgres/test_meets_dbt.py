"""A dbt project and the warehouse that it built are the same assets, whoever comes first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client
from psycopg import sql

from catalog.capabilities import SourceFile
from catalog.models import Asset, IngestionRun, Source
from catalog.states import RunState
from portal.running import embedded
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db
INSTANCE = "postgres://localhost:5432"
Ingest = Callable[..., IngestionRun]
DATA = ("model", "seed", "snapshot")


@pytest.fixture
def place() -> Iterator[psycopg.Connection[Any]]:
    """An empty database of the test's own."""
    name = f"meets_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(embedded.embedded_database_url("postgres"), autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with psycopg.connect(embedded.embedded_database_url(name), autocommit=True) as connection:
            yield connection
        server.execute(drop)


@pytest.fixture
def project() -> Source:
    return SourceFactory(slug="dbt", title="dbt", kind="dbt", namespace=INSTANCE)


@pytest.fixture
def warehouse(place: psycopg.Connection[Any]) -> Source:
    options = {
        "host": str(embedded.postgres_socket_dir()),
        "user": "postgres",
        "database": place.info.dbname,
        "usage": "off",
    }
    return SourceFactory(slug="warehouse", title="Warehouse", kind="postgres", namespace=INSTANCE, options=options)


@pytest.fixture
def manifest(corpus: Path, place: psycopg.Connection[Any]) -> SourceFile:
    """Jaffle shop's real manifest, moved to the test's database, and its relations with the columns that it documents."""
    path = corpus / "openlineage" / "dbt_integration" / "postgres" / "target" / "manifest.json"
    database = place.info.dbname
    content = json.loads(path.read_text())
    for node in content["nodes"].values():
        node["database"] = database
        node["relation_name"] = (node.get("relation_name") or "").replace('"postgres".', f'"{database}".') or None
        if node["resource_type"] in DATA:
            columns = [sql.SQL("{} integer").format(sql.Identifier(name)) for name in node["columns"]]
            statement = sql.SQL("CREATE TABLE {} ({})").format(
                sql.Identifier(node["schema"], node["alias"]), sql.SQL(", ").join(columns)
            )
            place.execute(statement)
    return SourceFile.of("manifest.json", json.dumps(content).encode())


def relations() -> dict[str, tuple[str, ...]]:
    """Sources of every live relation, by name."""
    rows = Asset.objects.live().exclude(schema="")
    return {
        asset.name: tuple(sorted(asset.sightings.filter(retired_at=None).values_list("source__slug", flat=True)))
        for asset in rows
    }


@pytest.mark.parametrize("first", ["dbt", "warehouse"])
def test_a_project_and_its_warehouse_are_one_in_either_order_and_twice(
    first: str, ingest: Ingest, project: Source, warehouse: Source, manifest: SourceFile, place: psycopg.Connection[Any]
) -> None:
    order = ["dbt", "warehouse"] if first == "dbt" else ["warehouse", "dbt"]
    for slug in order * 2:
        run = ingest(project, manifest) if slug == "dbt" else ingest(warehouse)
        assert run.state == RunState.SUCCEEDED, run.error
    found = relations()
    names = [
        "customers",
        "orders",
        "stg_customers",
        "stg_orders",
        "stg_payments",
        "raw_customers",
        "raw_orders",
        "raw_payments",
    ]
    assert found == {f"{place.info.dbname}.public.{name}": ("dbt", "warehouse") for name in names}
    assert run.figures["created"] == 0
    orders = Asset.objects.get(title="orders")
    assert orders.columns.get(name="amount").data_type == "integer"
    assert "unique identifier" in orders.columns.get(name="order_id").description


def test_what_was_made_since_shows_up_and_what_was_dropped_retires(
    ingest: Ingest, warehouse: Source, place: psycopg.Connection[Any]
) -> None:
    place.execute("CREATE TABLE old (id int)")
    ingest(warehouse)
    place.execute("CREATE TABLE fresh (id int PRIMARY KEY); DROP TABLE old")
    run = ingest(warehouse)
    assert (run.figures["created"], run.figures["retired"]) == (1, 1)
    assert Asset.objects.get(title="fresh").retired_at is None
    assert Asset.objects.get(title="old").retired_at is not None


def test_a_second_look_at_the_same_changes_nothing(
    ingest: Ingest, warehouse: Source, place: psycopg.Connection[Any]
) -> None:
    place.execute("CREATE TABLE a (id int); CREATE VIEW b AS SELECT * FROM a")
    ingest(warehouse)
    figures = ingest(warehouse).figures
    assert (figures["created"], figures["changed"], figures["retired"]) == (0, 0, 0)


def test_the_page_says_what_dbt_documents_in_vain(
    ingest: Ingest,
    project: Source,
    warehouse: Source,
    manifest: SourceFile,
    place: psycopg.Connection[Any],
    as_viewer: Client,
) -> None:
    place.execute("ALTER TABLE orders DROP COLUMN status, ALTER COLUMN amount TYPE numeric(10,2)")
    ingest(project, manifest)
    ingest(warehouse)
    page = as_viewer.get("/datasets/public.orders/").content.decode()
    assert "dbt documents 1 column that the warehouse does not have" in page


def test_the_page_says_that_a_table_of_dbt_is_gone_and_that_it_is_back(
    ingest: Ingest,
    project: Source,
    warehouse: Source,
    manifest: SourceFile,
    place: psycopg.Connection[Any],
    as_viewer: Client,
) -> None:
    def page() -> str:
        ingest(warehouse)
        return as_viewer.get("/datasets/public.orders/").content.decode()

    ingest(project, manifest)
    assert "Gone from the warehouse" not in page()
    place.execute("ALTER TABLE orders RENAME TO hidden")
    assert "Gone from the warehouse" in page()
    place.execute("ALTER TABLE hidden RENAME TO orders")
    assert "Gone from the warehouse" not in page()


MODELS = {
    "dbt_project.yml": "name: tiny\nversion: '1.0'\nprofile: tiny\nmodels: {tiny: {+materialized: table}}\n",
    "profiles.yml": """
tiny:
  target: it
  outputs:
    it: {type: postgres, host: "{{ env_var('PGHOST') }}", port: 5432, user: postgres, password: "",
      dbname: "{{ env_var('PGDATABASE') }}", schema: marts, threads: 1}
""",
    "models/people.sql": "select 1 as id, 'a@example.com'::text as mail",
    "models/adults.sql": "{{ config(materialized='view') }} select id, mail from {{ ref('people') }}",
    "models/Quoted.sql": "{{ config(alias='Mixed Case') }} select 1 as \"Some Id\"",
    "models/schema.yml": "models:\n  - name: people\n    columns: [{name: id}, {name: mail, data_type: varchar}, {name: gone}]\n",
}


@pytest.mark.slow
def test_what_dbt_really_builds_is_met(
    tmp_path: Path, ingest: Ingest, project: Source, warehouse: Source, place: psycopg.Connection[Any]
) -> None:
    for name, text in MODELS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "DBT_"))}
    server = {"PGHOST": str(embedded.postgres_socket_dir()), "PGDATABASE": place.info.dbname}
    dbt = Path(sys.executable).parent / "dbt"
    for command in (["build"], ["docs", "generate"]):
        place_of = ["--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)]
        quiet = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        subprocess.run(
            [dbt, *command, *place_of], cwd=tmp_path, env={**kept, **server, **quiet}, check=True, capture_output=True
        )
    files = [SourceFile.at(tmp_path / "target" / name) for name in ("manifest.json", "catalog.json")]
    ingest(warehouse)
    ingest(project, *files)
    assert ingest(warehouse).figures["created"] == 0
    assert ingest(project, *files).figures["created"] == 0
    database = place.info.dbname
    assert relations() == {
        f"{database}.marts.{name}": ("dbt", "warehouse") for name in ("people", "adults", "Mixed Case")
    }
