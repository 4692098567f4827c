"""Pages of the lineage room: /lineage/…"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lineage.views import coverage, edges, events, explorer, impact

app_name = "lineage"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", explorer.explorer, name="explorer"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage.csv", coverage.coverage_csv, name="coverage_csv"),
    path("events/", events.events, name="events"),
    path("events/retry/", events.retry, name="retry_events"),
    path("edges.csv", explorer.edges_csv, name="edges_csv"),
    path("edges/add/", edges.add, name="add_edge"),
    path("edges/<uuid:uuid>/", edges.evidence, name="evidence"),
    path("edges/<uuid:uuid>/correct/", edges.correct, name="correct_edge"),
    path("edges/<uuid:uuid>/reject/", edges.reject, name="reject_edge"),
    path("edges/<uuid:uuid>/lift/", edges.lift, name="lift_edge"),
    path("impact/", impact.page_of_impact, name="impact"),
    path("neighbours/", explorer.neighbours, name="neighbours"),
]
