from django.urls import path

from portal.accounts import administration, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/service/", views.oidc_start, name="oidc"),
    path("login/service/back/", views.oidc_callback, name="oidc_callback"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("password/<uidb64>/<token>/", views.SetPassword.as_view(), name="set_password"),
    path("account/", views.account, name="account"),
    path("account/sessions/end/", views.end_session, name="end_session"),
    path("account/tokens/<int:token_id>/revoke/", views.revoke, name="revoke"),
    path("people/", views.people, name="people"),
    path("people/all/", administration.everybody, name="everybody"),
    path("people/new/", administration.new_person, name="new_person"),
    path("people/offices/give/", administration.give_office, name="give_office"),
    path("people/offices/take/", administration.take_office, name="take_office"),
    path("people/teams/new/", administration.new_team, name="new_team"),
    path("people/teams/<slug:slug>/", administration.team, name="team"),
    path("people/teams/<slug:slug>/join/", administration.join, name="join_team"),
    path("people/teams/<slug:slug>/leave/", administration.leave, name="leave_team"),
    path("people/person/<str:username>/", administration.person, name="person"),
    path("people/person/<str:username>/role/", administration.role, name="person_role"),
    path("people/person/<str:username>/active/", administration.active, name="person_active"),
    path("people/person/<str:username>/link/", administration.password_link, name="person_link"),
    path("people/person/<str:username>/sessions/end/", administration.end_sessions, name="person_sessions"),
]
