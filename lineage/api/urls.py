from django.urls import path

from lineage.api.coverage import CoverageView
from lineage.api.events import EventsView
from lineage.api.graph import GraphView
from lineage.api.sql import SqlLineageView

app_name = "lineage-api"
urlpatterns = [
    path("lineage", EventsView.as_view(), name="events"),
    path("lineage/", EventsView.as_view(), name="events_slash"),
    path("lineage/coverage/", CoverageView.as_view(), name="coverage"),
    path("lineage/graph/", GraphView.as_view(), name="graph"),
    path("lineage/sql/", SqlLineageView.as_view(), name="sql"),
]
