from django.urls import path, re_path

from catalog.kinds import SECTIONS
from catalog.views import assets, domains, sources

app_name = "catalog"
urlpatterns = [
    path("assets/<uuid:uuid>/", assets.by_id, name="by_id"),
    path("domains/", domains.domains, name="domains"),
    path("domains/<slug:slug>/", domains.domain, name="domain"),
    path("domains/<slug:slug>/restrict/", domains.restrict, name="domain_restrict"),
    path("domains/<slug:slug>/members/add/", domains.add_member, name="domain_add_member"),
    path("domains/<slug:slug>/members/remove/", domains.remove_member, name="domain_remove_member"),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.new_source, name="new_source"),
    path("sources/<slug:slug>/", sources.source, name="source"),
    path("sources/<slug:slug>/upload/", sources.upload, name="upload"),
    path("sources/<slug:slug>/runs/<uuid:uuid>/", sources.run, name="run"),
    # one page for every kind of asset; the sections are a closed list so that they never swallow other pages
    re_path(rf"^(?P<section>{'|'.join(SECTIONS)})/(?P<address>[^\n\0]+)/$", assets.asset, name="asset"),
]
