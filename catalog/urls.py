from django.urls import path, re_path

from catalog.kinds import SECTIONS
from catalog.views import assets, domains, pii, saved_views, source_changes, sources

app_name = "catalog"
urlpatterns = [
    path("assets/<uuid:uuid>/", assets.by_id, name="by_id"),
    path("domains/", domains.domains, name="domains"),
    path("domains/<slug:slug>/", domains.domain, name="domain"),
    path("domains/<slug:slug>/restrict/", domains.restrict, name="domain_restrict"),
    path("domains/<slug:slug>/members/add/", domains.add_member, name="domain_add_member"),
    path("domains/<slug:slug>/members/remove/", domains.remove_member, name="domain_remove_member"),
    path("privacy/", pii.personal_data, name="personal_data"),
    path("privacy/decide/", pii.decide_pii, name="decide_pii"),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", source_changes.new_source, name="new_source"),
    path("sources/new/test/", source_changes.test_new, name="test_new_source"),
    path("sources/<slug:slug>/", sources.source, name="source"),
    path("sources/<slug:slug>/edit/", source_changes.edit, name="edit_source"),
    path("sources/<slug:slug>/test/", source_changes.test, name="test_source"),
    path("sources/<slug:slug>/schedule/", source_changes.schedule, name="schedule_source"),
    path("sources/<slug:slug>/pause/", source_changes.pause, name="pause_source"),
    path("sources/<slug:slug>/read/", source_changes.read_now, name="read_source"),
    path("sources/<slug:slug>/remove/", source_changes.remove, name="remove_source"),
    path("sources/<slug:slug>/upload/", sources.upload, name="upload"),
    path("sources/<slug:slug>/runs/<uuid:uuid>/", sources.run, name="run"),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/<uuid:uuid>/", saved_views.change, name="change_view"),
    path("views/<uuid:uuid>/delete/", saved_views.delete, name="delete_view"),
    # one page for every kind of asset; the sections are a closed list so that they never swallow other pages
    re_path(rf"^(?P<section>{'|'.join(SECTIONS)})/(?P<address>[^\n\0]+)/$", assets.asset, name="asset"),
]
