"""Pages of the lineage room: /lineage/…"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lineage.views import coverage, events, explorer

app_name = "lineage"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", explorer.explorer, name="explorer"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage.csv", coverage.coverage_csv, name="coverage_csv"),
    path("events/", events.events, name="events"),
    path("events/retry/", events.retry, name="retry_events"),
    path("edges.csv", explorer.edges_csv, name="edges_csv"),
    path("neighbours/", explorer.neighbours, name="neighbours"),
]
