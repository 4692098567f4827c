"""A job's page, its answers, and who sees what of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from catalog.models import Asset
from lineage.models import JobRun
from lineage.services import events
from portal.accounts.models import User
from tests.factories import asset
from tests.lineage.openlineage.events import columns, dataset, named, run_event, send

pytestmark = pytest.mark.django_db
ORDERS, RICH, SECRET = "db.raw.orders", "db.marts.rich", "db.people.salaries"
ERROR = {
    "errorMessage": {"message": f"relation {SECRET} does not exist", "programmingLanguage": "SQL", "stackTrace": "at 1"}
}
AIRFLOW = {
    "airflow": {
        "dag": {"dag_id": "shop", "timetable": {"expression": "0 4 * * *"}},
        "taskInstance": {"log_url": "https://airflow.example.com/log"},
    }
}
PARENT = {"parent": {"run": {"runId": "dag-run"}, "job": {"namespace": "airflow", "name": "shop"}}}


def told(steward: User, *, secret: bool = False) -> Asset:
    """Two runs of one job of a DAG."""
    facet = columns((ORDERS, "amount", "total", "AGGREGATION"))
    inputs = [ORDERS, SECRET] if secret else [ORDERS]
    out = {**dataset(RICH, columnLineage=facet), "outputFacets": {"outputStatistics": {"rowCount": 12}}}
    sql = {"sql": {"query": f"insert into rich select sum(amount) from {SECRET}"}}
    send(
        steward,
        run_event("START", at="2026-01-01T00:00:00Z", run="one", facets=PARENT | AIRFLOW),
        run_event("COMPLETE", at="2026-01-01T00:10:00Z", run="one", inputs=inputs, outputs=[out], job_facets=sql),
        run_event("START", at="2026-01-02T00:00:00Z", run="two"),
        run_event("FAIL", at="2026-01-02T00:01:00Z", run="two", facets=ERROR | {"spark_plan": {"of": SECRET}}),
    )
    return named("load")


@pytest.fixture
def hidden(db: None, restricted: Any) -> Asset:
    found = asset("people.salaries", domain="people")
    assert found.domain == restricted
    return found


def test_the_page_tells_runs_and_what_they_read_and_write(as_viewer: Client, steward: User) -> None:
    page = as_viewer.get(told(steward).get_absolute_url()).content.decode()
    for text in ("raw.orders", "marts.rich", "amount", "total", "0 4 * * *", "Succeeded", "10 min", ">12<", "shop"):
        assert text in page, text


def test_a_run_has_its_error_its_facets_and_ways_elsewhere(as_viewer: Client, steward: User) -> None:
    job = told(steward)
    failed = as_viewer.get(f"{job.get_absolute_url()}?tab=runs&run=two").content.decode()
    assert "does not exist" in failed
    assert "spark_plan" in failed
    assert (
        "https://airflow.example.com/log"
        in as_viewer.get(f"{job.get_absolute_url()}?tab=runs&run=one").content.decode()
    )


def test_a_dag_shows_its_tasks(as_viewer: Client, steward: User) -> None:
    told(steward)
    assert "load" in as_viewer.get(named("shop").get_absolute_url()).content.decode()


def test_a_dag_that_told_no_run_shows_those_that_its_tasks_name(as_viewer: Client, steward: User) -> None:
    told(steward)
    send(steward, run_event("START", at="2026-01-03T00:00:00Z", run="three", job="check", facets=PARENT))
    dag = named("shop").get_absolute_url()
    page = as_viewer.get(dag).content.decode()
    assert "No run was reported" not in page
    assert 'href="?tab=runs&amp;run=dag-run"' in page
    assert '<td class="num">2</td>' in page, "tasks"
    run = as_viewer.get(f"{dag}?tab=runs&run=dag-run").content.decode()
    for task, one in (("load", "one"), ("check", "three")):
        assert f'href="{named(task).get_absolute_url()}?tab=runs&amp;run={one}"' in run
    assert "two" not in run, "it names no parent"


def test_a_run_leads_to_the_one_that_called_it(as_viewer: Client, steward: User) -> None:
    job, dag = told(steward), named("shop")
    page = as_viewer.get(f"{job.get_absolute_url()}?tab=runs&run=one").content.decode()
    assert f'<a href="{dag.get_absolute_url()}?tab=runs&amp;run=dag-run"><code>dag-run</code></a>' in page
    assert "Part of run" not in as_viewer.get(f"{job.get_absolute_url()}?tab=runs&run=two").content.decode()
    send(steward, run_event("START", at="2026-01-01T00:00:00Z", run="dag-run", job="shop"))
    told_itself = as_viewer.get(f"{dag.get_absolute_url()}?tab=runs&run=dag-run").content.decode()
    assert "its tool has sent no event" not in told_itself
    assert f'href="{job.get_absolute_url()}?tab=runs&amp;run=one"' in told_itself


def test_what_a_hidden_task_tells_of_its_dag_is_not_told(as_viewer: Client, steward: User, restricted: Any) -> None:
    told(steward)
    Asset.objects.filter(name="load").update(domain=restricted)
    page = as_viewer.get(named("shop").get_absolute_url() + "?tab=runs&run=dag-run").content.decode()
    assert "dag-run" not in page
    assert "No run was reported" in page
    Asset.objects.filter(name="load").update(domain=None)
    Asset.objects.filter(name="shop").update(domain=restricted)
    page = as_viewer.get(named("load").get_absolute_url() + "?tab=runs&run=one").content.decode()
    assert "<code>dag-run</code>" in page
    assert "/jobs/shop" not in page


def test_a_dataset_shows_the_jobs_that_make_and_read_it(as_viewer: Client, steward: User) -> None:
    told(steward)
    for name, words in ((RICH, "Written by"), (ORDERS, "Read by")):
        page = as_viewer.get(named(name).get_absolute_url()).content.decode()
        assert words in page
        assert "/jobs/load" in page


def test_what_is_hidden_is_named_nowhere(as_viewer: Client, steward: User, hidden: Asset) -> None:
    job = told(steward, secret=True)
    for query in ("", "?tab=runs&run=two", "?tab=code", "?tab=lineage", "?tab=activity"):
        page = as_viewer.get(job.get_absolute_url() + query).content.decode()
        assert "salaries" not in page, query
    assert "only members of its domain" in as_viewer.get(job.get_absolute_url()).content.decode()


def test_the_api_tells_the_same(viewer: User, steward: User, bearer: Callable[..., dict[str, str]]) -> None:
    job, headers = told(steward), bearer(viewer, "read")

    def get(path: str) -> Any:
        return Client().get(f"/api/v1/jobs/{path}", headers=headers).json()

    assert [one["name"] for one in get("?q=load")["results"]] == ["load"]
    found = get(f"{job.uuid}/")
    assert [one["path"] for one in found["inputs"]] == ["raw.orders"]
    assert (found["schedule"], found["partial"]) == ("0 4 * * *", False)
    runs = get(f"{job.uuid}/runs/?limit=1")
    assert [(run["id"], run["state"], run["seconds"]) for run in runs["results"]] == [("two", "FAIL", 60.0)]
    assert runs["next"]
    assert "does not exist" in runs["results"][0]["error"]


def test_the_api_withholds_the_same(
    viewer: User, steward: User, bearer: Callable[..., dict[str, str]], hidden: Asset
) -> None:
    job, headers = told(steward, secret=True), bearer(viewer, "read")
    for path in ("", "runs/"):
        answer = Client().get(f"/api/v1/jobs/{job.uuid}/{path}", headers=headers)
        assert answer.status_code == 200
        assert "salaries" not in answer.content.decode()
    assert Client().get(f"/api/v1/jobs/{job.uuid}/", headers=headers).json()["partial"] is True


def test_values_of_the_environment_are_not_kept(steward: User) -> None:
    facet = {"environmentVariables": {"environmentVariables": [{"name": "TOKEN", "value": "s3cret"}]}}
    send(steward, run_event(facets=facet))
    assert "s3cret" not in str(JobRun.objects.get().facets)


def test_runs_are_shown_page_by_page(as_viewer: Client, steward: User) -> None:
    send(steward, *[run_event(at=f"2026-01-{day:02}T00:00:00Z", run=str(day)) for day in range(1, 30)])
    page = as_viewer.get(named("load").get_absolute_url()).content.decode()
    assert "Older runs" in page
    before = page.split("before=")[1].split('"')[0]
    assert 'run=1"' in as_viewer.get(f"{named('load').get_absolute_url()}?tab=runs&before={before}").content.decode()


def test_old_runs_are_forgotten_but_not_the_newest_of_a_job(steward: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "KEPT", 2)
    send(steward, *[run_event(at=f"2026-01-0{day}T00:00:00Z", run=str(day), inputs=[ORDERS]) for day in range(1, 6)])
    assert events.forget_runs(before=datetime(2026, 1, 3, tzinfo=UTC)) == 2
    assert events.forget_runs(before=datetime(2026, 2, 1, tzinfo=UTC)) == 1
    assert set(JobRun.objects.values_list("run_id", flat=True)) == {"4", "5"}
