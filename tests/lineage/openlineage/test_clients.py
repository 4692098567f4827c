"""Real producers, of which only the URL was changed: OpenLineage's own client, and a DAG of Airflow with its provider."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openlineage.client import OpenLineageClient, OpenLineageClientOptions
from openlineage.client import event_v2 as ol
from openlineage.client import facet_v2 as facets
from openlineage.client.uuid import generate_new_uuid

from lineage.models import JobRun
from portal.accounts.models import User
from portal.running import embedded
from tests.lineage.openlineage.events import column_edges, edges, take_in

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = Path(__file__).resolve().parents[3] / "locks" / "airflow.txt"
DAG = """
from datetime import datetime
from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from airflow.operators.bash import BashOperator
from airflow.providers.common.compat.openlineage.facet import Dataset, ColumnLineageDatasetFacet, Fields, InputField


class Load(BaseOperator):
    def execute(self, context):
        return None

    def get_openlineage_facets_on_complete(self, ti):
        from airflow.providers.openlineage.extractors import OperatorLineage

        id_of = InputField(namespace="postgres://shop-db:5432", name="shop.public.orders", field="id")
        columns = ColumnLineageDatasetFacet(fields={"order_id": Fields([id_of], "", "IDENTITY")})
        return OperatorLineage(
            inputs=[Dataset(namespace="postgres://shop-db:5432", name="shop.public.orders")],
            outputs=[Dataset(namespace="postgres://test", name="db.raw.orders", facets={"columnLineage": columns})],
        )


with DAG("nightly", start_date=datetime(2024, 1, 1), schedule="0 4 * * *", catchup=False) as dag:
    Load(task_id="load") >> BashOperator(task_id="say", bash_command="echo said")
"""


@pytest.fixture
def secret(steward: User, bearer: Callable[..., dict[str, str]]) -> str:
    return bearer(steward, "ingest")["Authorization"].removeprefix("Bearer ")


def test_its_own_client_needs_nothing_but_our_url(live_server: Any, secret: str) -> None:
    client = OpenLineageClient(url=live_server.url, options=OpenLineageClientOptions(api_key=secret))
    field = facets.column_lineage_dataset.InputField(namespace="postgres://test", name="db.raw.orders", field="amount")
    kind = facets.column_lineage_dataset.Transformation(type="DIRECT", subtype="AGGREGATION")
    field.transformations = [kind]
    columns = facets.column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={"total": facets.column_lineage_dataset.Fields(inputFields=[field])}
    )
    run = ol.Run(runId=str(generate_new_uuid()))
    for state, minute in ((ol.RunState.START, "00"), (ol.RunState.COMPLETE, "05")):
        client.emit(
            ol.RunEvent(
                eventType=state,
                eventTime=f"2026-01-01T00:{minute}:00.000Z",
                run=run,
                job=ol.Job(namespace="tests", name="sum"),
                inputs=[ol.InputDataset(namespace="postgres://test", name="db.raw.orders")],
                outputs=[ol.OutputDataset("postgres://test", "db.marts.sums", facets={"columnLineage": columns})],
                producer="https://example.com/tests",
            )
        )
    take_in()
    assert edges() == {("db.raw.orders", "db.marts.sums", "sum")}
    assert column_edges() == {("db.raw.orders", "amount", "db.marts.sums", "total", "aggregation")}


@pytest.fixture
def airflow(tmp_path: Path) -> Callable[..., None]:
    """Airflow's command in an environment of its own, made once a lock file; skipped where it cannot be made."""
    if sys.version_info >= (3, 13):
        pytest.skip("Airflow 2.10 needs Python 3.12 or older")
    home = embedded.data_dir() / "airflow"
    stamp = home / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text() == wanted):
        shutil.rmtree(home, ignore_errors=True)
        _make(home)
        stamp.write_text(wanted)
    return lambda *words, **settings: _run_airflow(home, tmp_path, words, settings)


def _make(home: Path) -> None:
    venv.create(home, with_pip=True)
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    python = str(home / "bin" / "python")
    install = [uv, "pip", "install", "-q", "--python", python] if uv else [python, "-m", "pip", "install", "-q"]
    command = [*install, "--require-hashes", "-r", str(LOCK)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"Airflow cannot be installed here: {made.stderr.strip()[-300:]}")


def _run_airflow(home: Path, folder: Path, words: tuple[str, ...], settings: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST"))}
    environment = {
        **kept,
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        **settings,
    }
    done = subprocess.run(
        [str(home / "bin" / "airflow"), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
def test_a_dag_of_airflow_tells_its_runs_and_edges(
    live_server: Any, secret: str, airflow: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "nightly.py").write_text(DAG)
    auth = {"type": "api_key", "apiKey": secret}
    transport = {"type": "http", "url": live_server.url, "endpoint": "api/v1/lineage", "auth": auth}
    settings = {
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "airflow-tests",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
    }
    airflow("db", "migrate")
    airflow("dags", "test", "nightly", "2024-05-01", **settings)
    take_in()
    states = dict(JobRun.objects.values_list("job__name", "state"))
    assert states == {"nightly": "COMPLETE", "nightly.load": "COMPLETE", "nightly.say": "COMPLETE"}
    assert ("shop.public.orders", "db.raw.orders", "nightly.load") in edges()
    assert column_edges() == {("shop.public.orders", "id", "db.raw.orders", "order_id", "identity")}
    assert JobRun.objects.get(job__name="nightly.load").parent == "job\tairflow-tests\tnightly"
