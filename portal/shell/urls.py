from django.urls import path

from portal.shell import audit_views, views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/typeahead/", views.typeahead, name="typeahead"),
    path("search/peek/<uuid:asset_id>/", views.peek, name="peek"),
    path("audit/", audit_views.page, name="audit"),
    path("audit/export/", audit_views.export, name="audit_export"),
    path("api/v1/audit/", audit_views.AuditView.as_view(), name="audit_api"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
