"""What Airflow and Flink tell of the demo's platform, as OpenLineage events: a nightly DAG that loads the raw tables from the
shop's own databases, streams from Kafka, and one source that has not come through for three days; and what SageMaker
serves."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from demo.generate.tables import TABLES

WAREHOUSE = "postgres://warehouse"
AIRFLOW, FLINK = "airflow-prod", "flink-prod"
KAFKA = "kafka://kafka.example.com:9092"
AIRFLOW_URL = "https://airflow.example.com"
DAYS = 14
DAG = "load_raw"
NOT_COPIED = "_loaded_at"  # the warehouse's own

# task -> (namespace and name of what it reads, raw table, seconds that it takes)
TASKS: dict[str, tuple[str, str, str, int]] = {
    "load_orders": ("postgres://shop-db.example.com:5432", "shop.public.orders", "orders", 210),
    "load_order_items": ("postgres://shop-db.example.com:5432", "shop.public.order_items", "order_items", 260),
    "load_users": ("postgres://shop-db.example.com:5432", "shop.public.users", "users", 95),
    "load_products": ("postgres://shop-db.example.com:5432", "shop.public.products", "products", 20),
    "load_subscriptions": ("postgres://shop-db.example.com:5432", "shop.public.subscriptions", "subscriptions", 30),
    "load_charges": ("https://api.stripe.com", "v1/charges", "stripe_charges", 340),
    "load_refunds": ("https://api.stripe.com", "v1/refunds", "stripe_refunds", 40),
    "load_tickets": ("https://helpdesk.example.com", "api/v2/tickets", "support_tickets", 75),
    "load_marketing_spend": ("s3://agency-drop", "spend/daily.csv", "marketing_spend", 15),
}
FAILING = "load_marketing_spend"
FAILING_DAYS = 3
ERROR = "FileNotFoundError: s3://agency-drop/spend/daily.csv was not delivered"

# stream -> (topics that it reads, topic or raw table that it writes, whether that is a table)
STREAMS: dict[str, tuple[tuple[str, ...], str, bool]] = {
    "fraud_detection": (("orders", "charges"), "fraud_decisions", False),
    "fraud_decisions_to_warehouse": (("fraud_decisions",), "fraud_decisions", True),
    "inventory_aggregation": (("inventory_events",), "inventory_events", True),
    "clickstream_to_warehouse": (("web_events",), "web_events", True),
}
TOPICS = {
    "orders": "orders",
    "charges": "stripe_charges",
    "fraud_decisions": "fraud_decisions",
    "inventory_events": "inventory_events",
    "web_events": "web_events",
}
JAVA = """DataStream<OrderEvent> orders = env
    .fromSource(kafkaSource, WatermarkStrategy.forMonotonousTimestamps(), "orders")
    .keyBy(OrderEvent::getUserId)
    .window(TumblingEventTimeWindows.of(Time.minutes(5)))
    .aggregate(new OrderAggregator());
"""
SAGEMAKER, MODELS = "sagemaker-prod", "sagemaker://eu-west-1"
ENDPOINT = "churn-scores"
FEATURES = [
    "lifetime_value", "orders_90_days", "average_order_value_cents", "days_since_last_order", "tickets_12_months"
]  # fmt: skip
Event = dict[str, Any]


def events(anchor: date) -> Iterator[Event]:
    """Of the days up to ``anchor``; the same anchor gives the same events."""
    for back in range(DAYS, 0, -1):
        yield from _night(anchor - timedelta(days=back - 1), failing=back <= FAILING_DAYS)
    yield from _streams(anchor)
    yield from _served(anchor)


# --- Airflow ---------------------------------------------------------------------------------------------------------


def _night(day: date, *, failing: bool) -> Iterator[Event]:
    """One run of the DAG with its tasks, one after the other."""
    begun = datetime.combine(day, time(2, 0), UTC)
    dag_run = _id(DAG, day)
    dag = {
        "dag": {"dag_id": DAG, "timetable": {"expression": "0 2 * * *", "timezone": "UTC"}, "owner": "data-platform"}
    }
    about = {
        "jobType": {"integration": "AIRFLOW", "jobType": "DAG", "processingType": "BATCH"},
        "documentation": {
            "description": "Copies the shop's own databases and files into the schema `raw`, each night."
        },
        "ownership": {"owners": [{"name": "team:data-platform"}]},
    }
    yield _run("START", begun, dag_run, AIRFLOW, DAG, run={"airflowDagRun": dag, **_night_of(day)}, job=about)
    at = begun
    for task in TASKS:
        *told, at = _task(task, day, at, dag_run, failing=failing and task == FAILING)
        yield from told
    yield _run("FAIL" if failing else "COMPLETE", at, dag_run, AIRFLOW, DAG, run={"airflowDagRun": dag})


def _task(task: str, day: date, begun: datetime, dag_run: str, *, failing: bool) -> Iterator[Any]:
    """Its events, and last of all when it ended."""
    space, name, table, seconds = TASKS[task]
    ended = begun + timedelta(seconds=seconds * (0.85 + 0.3 * (day.toordinal() * 7 % 10) / 10))
    about = {"jobType": {"integration": "AIRFLOW", "jobType": "TASK", "processingType": "BATCH"}}
    log = f"{AIRFLOW_URL}/dags/{DAG}/grid?task_id={task}&base_date={day.isoformat()}&tab=logs"
    facets = {
        "parent": {"run": {"runId": dag_run}, "job": {"namespace": AIRFLOW, "name": DAG}},
        "processing_engine": {"name": "Airflow", "version": "2.10.5"},
        "airflow": {"dag": {"dag_id": DAG}, "taskInstance": {"log_url": log, "try_number": 1}},
        **_night_of(day),
    }
    known = (_id(task, day), AIRFLOW, f"{DAG}.{task}")
    yield _run("START", begun, *known, run=facets, job=about)
    if failing:
        error = {"errorMessage": {"message": ERROR, "programmingLanguage": "PYTHON"}}
        yield _run("FAIL", ended, *known, run=facets | error, job=about, inputs=[_dataset(space, name)])
    else:
        copied = [column for column, _ in TABLES[table].columns if column != NOT_COPIED]
        output = _dataset(WAREHOUSE, f"warehouse.raw.{table}", columnLineage=_same(space, name, copied))
        output["outputFacets"] = {"outputStatistics": {"rowCount": seconds * 7 + day.toordinal() % 90}}
        inputs = [_dataset(space, name, schema=_schema(table))]
        yield _run("COMPLETE", ended, *known, run=facets, job=about, inputs=inputs, outputs=[output])
    yield ended


def _night_of(day: date) -> dict[str, Any]:
    start = datetime.combine(day, time(2, 0), UTC) - timedelta(days=1)
    return {
        "nominalTime": {
            "nominalStartTime": start.isoformat(),
            "nominalEndTime": (start + timedelta(days=1)).isoformat(),
        }
    }


# --- Flink -----------------------------------------------------------------------------------------------------------


def _streams(anchor: date) -> Iterator[Event]:
    """They were deployed a week ago, and tell that they live."""
    begun = datetime.combine(anchor - timedelta(days=7), time(9, 30), UTC)
    for stream, (topics, target, is_table) in STREAMS.items():
        inputs = [_topic(topic) for topic in topics]
        output = _dataset(WAREHOUSE, f"warehouse.raw.{target}") if is_table else _topic(target)
        if len(topics) == 1 and is_table:
            copied = [column for column, _ in TABLES[target].columns if column != NOT_COPIED]
            output["facets"]["columnLineage"] = _same(KAFKA, topics[0], copied)
        about: dict[str, Any] = {"jobType": {"integration": "FLINK", "jobType": "JOB", "processingType": "STREAMING"}}
        if stream == "fraud_detection":
            about["sourceCode"] = {"language": "java", "sourceCode": JAVA}
            about["documentation"] = {"description": "Decides on each charge within a second."}
        engine = {
            "processing_engine": {"name": "flink", "version": "1.20.0"},
            "flink_job": {"jobId": uuid.uuid5(uuid.NAMESPACE_URL, stream).hex},
        }
        known = (_id(stream, anchor), FLINK, stream)
        for kind, at in (("START", begun), ("RUNNING", begun + timedelta(days=6, hours=23))):
            yield _run(kind, at, *known, run=engine, job=about, inputs=inputs, outputs=[output])


# --- SageMaker -------------------------------------------------------------------------------------------------------


def _served(anchor: date) -> Iterator[Event]:
    """An endpoint answers with scores, out of the features of a customer."""
    begun = datetime.combine(anchor - timedelta(days=3), time(14, 0), UTC)
    features = (WAREHOUSE, "warehouse.ml_features.user_features")
    fields = {"user_id": _from(features, ["user_id"], "IDENTITY"), "churn_probability": _from(features, FEATURES)}
    output = _dataset(
        MODELS,
        ENDPOINT,
        datasetType={"datasetType": "ENDPOINT"},
        schema={"fields": [{"name": "user_id", "type": "bigint"}, {"name": "churn_probability", "type": "double"}]},
        documentation={"description": "How likely a customer is not to order again, asked by care and marketing."},
        ownership={"owners": [{"name": "team:ml-platform"}]},
        columnLineage={"fields": fields},
    )
    about = {"jobType": {"integration": "SAGEMAKER", "jobType": "ENDPOINT", "processingType": "STREAMING"}}
    known = (_id(ENDPOINT, anchor), SAGEMAKER, f"serve_{ENDPOINT.replace('-', '_')}")
    for kind, at in (("START", begun), ("RUNNING", begun + timedelta(days=2, hours=20))):
        yield _run(kind, at, *known, job=about, inputs=[_dataset(*features)], outputs=[output])


def _from(dataset: tuple[str, str], columns: list[str], subtype: str = "TRANSFORMATION") -> dict[str, Any]:
    told = [{"type": "DIRECT", "subtype": subtype, "masking": False}]
    space, name = dataset
    return {
        "inputFields": [
            {"namespace": space, "name": name, "field": column, "transformations": told} for column in columns
        ]
    }


def _topic(name: str) -> Event:
    return _dataset(KAFKA, name, schema=_schema(TOPICS[name]))


# --- parts -----------------------------------------------------------------------------------------------------------


def _run(
    kind: str,
    at: datetime,
    run_id: str,
    namespace: str,
    name: str,
    *,
    run: dict[str, Any] | None = None,
    job: dict[str, Any] | None = None,
    inputs: list[Event] | None = None,
    outputs: list[Event] | None = None,
) -> Event:
    return {
        "eventType": kind,
        "eventTime": at.isoformat(),
        "run": {"runId": run_id, "facets": run or {}},
        "job": {"namespace": namespace, "name": name, "facets": job or {}},
        "inputs": inputs or [],
        "outputs": outputs or [],
        "producer": "https://example.com/demo",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }


def _dataset(namespace: str, name: str, **facets: Any) -> Event:
    return {"namespace": namespace, "name": name, "facets": facets}


def _schema(table: str) -> dict[str, Any]:
    columns = [(name, kind) for name, kind in TABLES[table].columns if name != NOT_COPIED]
    return {"fields": [{"name": name, "type": kind} for name, kind in columns]}


def _same(namespace: str, name: str, columns: list[str]) -> dict[str, Any]:
    return {"fields": {column: _from((namespace, name), [column], "IDENTITY") for column in columns}}


def _id(name: str, day: date) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name} {day.isoformat()}"))
