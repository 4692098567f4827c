from django.urls import path

from lineage.api.sql import SqlLineageView

app_name = "lineage-api"
urlpatterns = [
    path("lineage/sql/", SqlLineageView.as_view(), name="sql"),
]
