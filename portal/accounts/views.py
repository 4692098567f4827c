"""Signing in and out, one's own account."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from portal.accounts import oidc, services, sessions
from portal.accounts import people as administer
from portal.accounts.forms import OfficeForm, TokenForm
from portal.accounts.models import ApiToken, OfficeHolder, Team, User
from portal.kernel.authz import ask
from portal.kernel.http import signed_in

REFUSED = {
    "failed": "The sign-in service and this portal did not understand each other. Try again, or ask an administrator.",
    "cancelled": "The sign-in was cancelled.",
    "inactive": "This account is not active any more. Ask an administrator.",
    "taken": "Somebody here has this name or address already. Ask an administrator to link the two.",
}


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth_views.LoginView):
    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = User.objects.filter(is_active=True).order_by("id")[:12] if settings.DEMO else []
        ways = {"local": settings.LOCAL_SIGN_IN, "service": settings.OIDC_NAME if oidc.is_configured() else ""}
        why = REFUSED.get(self.request.GET.get("refused", ""), "")
        return super().get_context_data(people=people, refused=why, **ways, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.LOCAL_SIGN_IN:
            raise PermissionDenied("People sign in by the company's own service here.")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        services.record_sign_in(user=form.get_user())
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        services.record_failed_sign_in(username=self.request.POST.get("username", ""))
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class SignOut(auth_views.LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        services.record_sign_out(user=signed_in(request))
        return super().post(request, *args, **kwargs)


@login_not_required
@require_POST
def oidc_start(request: HttpRequest) -> HttpResponse:
    """A page that goes on by itself: a form's answer may not lead to another origin (``form-action 'self'``)."""
    if not oidc.is_configured():
        raise Http404
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = ""
    try:
        there = oidc.way_there(request, target)
    except (RequestException, OAuth2Error, ImmediateHttpResponse, KeyError, ValueError):
        return oidc.refused("failed")
    response = render(request, "accounts/going_on.html", {"there": there, "service": settings.OIDC_NAME})
    response["Refresh"] = f"0; url={there}"
    return response


@login_not_required
@require_GET
def oidc_callback(request: HttpRequest) -> HttpResponse:
    if not oidc.is_configured():
        raise Http404
    return oidc.way_back(request)


@method_decorator(login_not_required, name="dispatch")
class SetPassword(auth_views.PasswordResetConfirmView):
    """Where a one-time link of an administrator leads."""

    template_name = "accounts/set_password.html"
    success_url = reverse_lazy("accounts:login")

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            services.record_password_set(user=form.user)
        messages.success(self.request, "The password is set. Sign in with it.")
        return response


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own profile and tokens; a new token's secret stands in this one answer and nowhere else."""
    user = signed_in(request)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = services.create_token(user=user, by=user, **form.cleaned_data)
            form = TokenForm()
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "form": form,
        "secret": secret,
        "tokens": ApiToken.objects.filter(user=user).order_by("revoked_at", "-created_at"),
        "teams": Team.objects.filter(user=user),
        "offices": user.offices.order_by("office"),
        "may_audit": ask(user, "audit.see"),
        "sessions": sessions.of(user),
        "this_session": request.session.session_key,
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user = signed_in(request)
    services.revoke_token(token=get_object_or_404(ApiToken, pk=token_id, user=user), by=user)
    return redirect("accounts:account")


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """One of one's own, or all but this one."""
    user = signed_in(request)
    digest = request.POST.get("session", "")
    only = next((row.session_key for row in sessions.of(user) if row.digest == digest), None)
    if only or not digest:
        administer.end_sessions(person=user, by=user, only=only, but=request.session.session_key)
    return redirect("accounts:account")


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Teams with their leads and members, and the offices of the platform: names alone, for everybody. Which domains a team
    is a member of stands with the domain, for those who see it."""
    member = Prefetch("user_set", User.objects.filter(is_active=True).order_by("first_name", "username"))
    teams = Team.objects.select_related("lead").prefetch_related(member).order_by("name")
    holders = OfficeHolder.objects.select_related("user").order_by("office", "user__first_name")
    may = ask(request.user, "accounts.administer")
    context = {
        "teams": teams,
        "holders": holders if may else holders.filter(user__is_active=True),
        "may_administer": may,
        "office_form": OfficeForm() if may else None,
    }
    return render(request, "accounts/people.html", context)
