"""What each kind of asset is called, looks like, and where its pages live."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import DATASET_KINDS, Kind


@dataclass(frozen=True, slots=True)
class Look:
    label: str
    plural: str
    icon: str
    section: str  # first part of the page's URL


KINDS: dict[str, Look] = {
    Kind.TABLE: Look("Table", "Tables", "table", "datasets"),
    Kind.VIEW: Look("View", "Views", "section", "datasets"),
    Kind.MATERIALIZED_VIEW: Look("Materialized view", "Materialized views", "camera", "datasets"),
    Kind.EXTERNAL_TABLE: Look("External table", "External tables", "external-link", "datasets"),
    Kind.SEED: Look("Seed", "Seeds", "seedling", "datasets"),
    Kind.SNAPSHOT: Look("Snapshot", "Snapshots", "history", "datasets"),
    Kind.EPHEMERAL: Look("Ephemeral model", "Ephemeral models", "ghost", "datasets"),
    Kind.DYNAMIC_TABLE: Look("Dynamic table", "Dynamic tables", "refresh", "datasets"),
    Kind.DATABASE: Look("Database", "Databases", "database", "databases"),
    Kind.SCHEMA: Look("Schema", "Schemas", "folder", "schemas"),
    Kind.DASHBOARD: Look("Dashboard", "Dashboards", "layout-dashboard", "dashboards"),
    Kind.ML_MODEL: Look("ML model", "ML models", "brain", "models"),
    Kind.APPLICATION: Look("Application", "Applications", "app-window", "applications"),
    Kind.ANALYSIS: Look("Analysis", "Analyses", "chart-bar", "analyses"),
    Kind.NOTEBOOK: Look("Notebook", "Notebooks", "notebook", "notebooks"),
    Kind.METRIC: Look("Metric", "Metrics", "math-function", "metrics"),
    Kind.SEMANTIC_MODEL: Look("Semantic model", "Semantic models", "cube", "semantic-models"),
    Kind.SAVED_QUERY: Look("Saved query", "Saved queries", "bookmark", "saved-queries"),
    Kind.TOPIC: Look("Topic", "Topics", "message", "datasets"),
    Kind.FILE: Look("File", "Files", "file", "datasets"),
    Kind.JOB: Look("Job", "Jobs", "transform", "jobs"),
    Kind.FEATURE_VIEW: Look("Feature view", "Feature views", "table-column", "feature-views"),
    Kind.ENDPOINT: Look("Endpoint", "Endpoints", "api", "endpoints"),
}
PROMISABLE = sorted(DATASET_KINDS - {Kind.EPHEMERAL})  # what a contract can promise something of
SECTIONS = sorted({look.section for look in KINDS.values()})


def label_of(kind: str) -> str:
    return KINDS[kind].label
