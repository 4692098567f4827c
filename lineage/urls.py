"""Pages of the lineage room: /lineage/…"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "lineage"
urlpatterns: list[URLPattern | URLResolver] = []
