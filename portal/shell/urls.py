from django.urls import path

from portal.shell import views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/typeahead/", views.typeahead, name="typeahead"),
    path("search/peek/<uuid:asset_id>/", views.peek, name="peek"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
