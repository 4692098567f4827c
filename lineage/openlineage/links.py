"""Ways from a run to the page of the tool that ran it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit


class Link(NamedTuple):
    label: str
    url: str


def links_of(facets: Mapping[str, Any], options: Mapping[str, str]) -> list[Link]:
    """Where a facet names an address, or the source's options and a facet together do."""
    return [link for link in dict.fromkeys(_found(facets, options)) if _is_web(link.url)]


def _found(facets: Mapping[str, Any], options: Mapping[str, str]) -> Iterator[Link]:
    airflow, dag_run = _dict(facets, "airflow"), _dict(facets, "airflowDagRun")
    instance = _dict(airflow, "taskInstance")
    if isinstance(instance.get("log_url"), str):
        yield Link("Log in Airflow", instance["log_url"])
    dag_id = next(
        (one for one in (_dict(airflow, "dag").get("dag_id"), _dict(dag_run, "dag").get("dag_id")) if one), ""
    )
    if dag_id and options.get("airflow"):
        yield Link("DAG in Airflow", f"{options['airflow'].rstrip('/')}/dags/{quote(str(dag_id), safe='')}/grid")
    job_id = _dict(facets, "flink_job").get("jobId")
    if isinstance(job_id, str) and options.get("flink"):
        yield Link("Job in Flink", f"{options['flink'].rstrip('/')}/#/job/{quote(job_id, safe='')}/overview")
    details = _dict(facets, "spark_applicationDetails")
    for name in ("uiWebUrl", "historyUrl"):
        if isinstance(details.get(name), str):
            yield Link("Application in Spark", details[name])


def _is_web(url: str) -> bool:
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme in {"http", "https"} and bool(found.hostname)


def _dict(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}
