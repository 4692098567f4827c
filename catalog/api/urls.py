from django.urls import path
from rest_framework.routers import SimpleRouter

from catalog.api.assets import AssetViewSet
from catalog.api.contracts import CheckView, ContractView
from catalog.api.curation import AnnotationsView, NewSuggestionView, SuggestionViewSet, TermViewSet
from catalog.api.identity import MergeView, UndoMergeView
from catalog.api.pii import DecisionsView, FindingsView
from catalog.api.sources import IngestionViewSet, SourceViewSet

router = SimpleRouter(use_regex_path=False)
router.register("assets", AssetViewSet, basename="asset")
router.register("glossary", TermViewSet, basename="term")
router.register("sources", SourceViewSet, basename="source")

ingestions = IngestionViewSet.as_view({"get": "list", "post": "create"})
ingestion = IngestionViewSet.as_view({"get": "retrieve"})

app_name = "catalog-api"
urlpatterns = [
    *router.urls,
    path("assets/<uuid:id>/annotations/", AnnotationsView.as_view(), name="annotations"),
    path("assets/<uuid:id>/suggestions/", NewSuggestionView.as_view(), name="new-suggestion"),
    path("suggestions/", SuggestionViewSet.as_view({"get": "list"}), name="suggestions"),
    path("suggestions/<uuid:id>/decision/", SuggestionViewSet.as_view({"post": "decide"}), name="suggestion-decision"),
    path("assets/<uuid:id>/merge/", MergeView.as_view(), name="merge"),
    path("merges/<uuid:id>/undo/", UndoMergeView.as_view(), name="undo-merge"),
    path("assets/<uuid:id>/contract/", ContractView.as_view(), name="contract"),
    path("contracts/check/", CheckView.as_view(), name="contract-check"),
    path("pii/findings/", FindingsView.as_view(), name="pii-findings"),
    path("pii/decisions/", DecisionsView.as_view(), name="pii-decisions"),
    path("sources/<slug:slug>/test/", SourceViewSet.as_view({"post": "test"}), name="source-test"),
    path("sources/<slug:slug>/ingestions/", ingestions, name="ingestions"),
    path("sources/<slug:slug>/ingestions/<uuid:id>/", ingestion, name="ingestion"),
]
