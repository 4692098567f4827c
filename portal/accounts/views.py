"""Signing in and out, one's own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import services
from portal.accounts.forms import TokenForm
from portal.accounts.models import ApiToken, Team, User
from portal.kernel.http import signed_in


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth_views.LoginView):
    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = User.objects.filter(is_active=True).order_by("id")[:12] if settings.DEMO else []
        return super().get_context_data(people=people, **kwargs)

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
    tokens = ApiToken.objects.filter(user=user).order_by("revoked_at", "-created_at")
    context = {"form": form, "secret": secret, "tokens": tokens, "teams": Team.objects.filter(user=user)}
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user = signed_in(request)
    services.revoke_token(token=get_object_or_404(ApiToken, pk=token_id, user=user), by=user)
    return redirect("accounts:account")


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Teams with their leads and members, and the offices of the platform."""
    teams = (
        Team.objects.select_related("lead").prefetch_related("user_set").annotate(size=Count("user")).order_by("name")
    )
    holders = User.objects.filter(offices__isnull=False, is_active=True).prefetch_related("offices").distinct()
    return render(request, "accounts/people.html", {"teams": teams, "holders": holders})
