from django.urls import path

from lineage.api.coverage import CoverageView
from lineage.api.edges import LiftEdgeView, NewEdgeView, RejectEdgeView
from lineage.api.events import EventsSlashView, EventsView
from lineage.api.graph import GraphView
from lineage.api.impact import ImpactView
from lineage.api.jobs import JobViewSet
from lineage.api.sql import SqlLineageView

app_name = "lineage-api"
urlpatterns = [
    path("jobs/", JobViewSet.as_view({"get": "list"}), name="job-list"),
    path("jobs/<uuid:id>/", JobViewSet.as_view({"get": "retrieve"}), name="job-detail"),
    path("jobs/<uuid:id>/runs/", JobViewSet.as_view({"get": "runs"}), name="job-runs"),
    path("lineage", EventsView.as_view(), name="events"),
    path("lineage/", EventsSlashView.as_view(), name="events_slash"),
    path("lineage/coverage/", CoverageView.as_view(), name="coverage"),
    path("lineage/edges/", NewEdgeView.as_view(), name="edges"),
    path("lineage/edges/reject/", RejectEdgeView.as_view(), name="reject-edge"),
    path("lineage/edges/lift/", LiftEdgeView.as_view(), name="lift-edge"),
    path("lineage/graph/", GraphView.as_view(), name="graph"),
    path("lineage/impact/", ImpactView.as_view(), name="impact"),
    path("lineage/sql/", SqlLineageView.as_view(), name="sql"),
]
