"""Pages on people, teams and offices for administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import people, queries, sessions
from portal.accounts.forms import (
    LeavingForm,
    MemberForm,
    NewPersonForm,
    NewTeamForm,
    OfficeForm,
    PersonForm,
    RoleForm,
    TeamForm,
)
from portal.accounts.models import OfficeHolder, Team, User
from portal.accounts.states import Role
from portal.kernel.authz import require


@require_GET
def everybody(request: HttpRequest) -> HttpResponse:
    require(request.user, "accounts.administer")
    asked = {name: request.GET.get(name, "") for name in ("q", "role", "after")}
    inactive = request.GET.get("inactive") == "yes"
    found = queries.people(text=asked["q"], role=asked["role"], inactive=inactive, after=asked["after"])
    context = {"found": found, "asked": asked, "inactive": inactive, "roles": Role.choices}
    return render(request, "accounts/everybody.html", context)


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    require(request.user, "accounts.administer")
    form = NewPersonForm(request.POST or None)
    made = _done(form, lambda values: people.create_person(by=request.user, **values)) if request.POST else None
    if made:
        return redirect("accounts:person", made.username)
    return render(request, "accounts/person_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One person: who they are, what they may do, where they belong."""
    found = _person(request, username)
    form = PersonForm(request.POST or None, initial={name: getattr(found, name) for name in people.PERSON_FIELDS})
    if request.POST and _done(form, lambda values: people.change_person(person=found, by=request.user, **values)):
        return redirect("accounts:person", username)
    return _shown(request, found, form=form)


@require_POST
def role(request: HttpRequest, username: str) -> HttpResponse:
    found = _person(request, username)
    form = RoleForm(request.POST)
    if _done(form, lambda values: people.set_role(person=found, by=request.user, **values)):
        return redirect("accounts:person", username)
    return _shown(request, found, error=_words(form))


@require_POST
def active(request: HttpRequest, username: str) -> HttpResponse:
    found = _person(request, username)
    try:
        people.set_active(person=found, active=request.POST.get("active") == "on", by=request.user)
    except ValidationError as error:
        return _shown(request, found, error=" ".join(error.messages))
    return redirect("accounts:person", username)


@require_POST
def password_link(request: HttpRequest, username: str) -> HttpResponse:
    """The link stands in this one answer."""
    found = _person(request, username)
    try:
        link = people.password_link(person=found, by=request.user)
    except ValidationError as error:
        return _shown(request, found, error=" ".join(error.messages))
    return _shown(request, found, link=request.build_absolute_uri(link))


@require_POST
def end_sessions(request: HttpRequest, username: str) -> HttpResponse:
    found = _person(request, username)
    people.end_sessions(person=found, by=request.user)
    messages.success(request, f"{found} is signed out everywhere.")
    return redirect("accounts:person", username)


@require_http_methods(["GET", "POST"])
def new_team(request: HttpRequest) -> HttpResponse:
    require(request.user, "accounts.administer")
    form = NewTeamForm(request.POST or None)
    made = _done(form, lambda values: people.create_team(by=request.user, **values)) if request.POST else None
    if made:
        return redirect("accounts:team", made.slug)
    return render(request, "accounts/team_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.user, "accounts.administer")
    found = get_object_or_404(Team.objects.select_related("lead"), slug=slug)
    initial = {"name": found.name, "description": found.description, "email": found.email}
    form = TeamForm(request.POST or None, initial=initial | {"lead": found.lead.username if found.lead else ""})
    if request.POST and _done(form, lambda values: people.change_team(team=found, by=request.user, **values)):
        return redirect("accounts:team", slug)
    return _team(request, found, form=form)


@require_POST
def join(request: HttpRequest, slug: str) -> HttpResponse:
    return _member(request, slug, MemberForm(request.POST), people.join)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    return _member(request, slug, LeavingForm(request.POST), people.leave)


@require_POST
def give_office(request: HttpRequest) -> HttpResponse:
    require(request.user, "accounts.administer")
    form = OfficeForm(request.POST)
    if not _done(form, lambda values: people.give_office(by=request.user, **values)):
        messages.error(request, _words(form))
    return redirect("accounts:people")


@require_POST
def take_office(request: HttpRequest) -> HttpResponse:
    """Of somebody who may be inactive by now."""
    require(request.user, "accounts.administer")
    holder = get_object_or_404(OfficeHolder, pk=_number(request.POST.get("holder", "")))
    people.take_office(office=holder.office, person=holder.user, by=request.user)
    return redirect("accounts:people")


def _person(request: HttpRequest, username: str) -> User:
    require(request.user, "accounts.administer")
    return get_object_or_404(User, username=username.replace("\0", ""))


def _shown(request: HttpRequest, found: User, **more: Any) -> HttpResponse:
    form = more.pop("form", None) or PersonForm(initial={name: getattr(found, name) for name in people.PERSON_FIELDS})
    context = {
        "person": found,
        "form": form,
        "role_form": RoleForm(initial={"role": found.role}),
        "teams": Team.objects.filter(user=found).order_by("name"),
        "offices": found.offices.order_by("office"),
        "sessions": sessions.of(found),
        "tokens": found.api_tokens.filter(revoked_at=None).order_by("-created_at"),
        "has_password": found.has_usable_password(),
        **more,
    }
    wrong = bool(form.errors or more.get("error"))
    return render(request, "accounts/person.html", context, status=422 if wrong else 200)


def _team(request: HttpRequest, found: Team, **more: Any) -> HttpResponse:
    members = found.user_set.order_by("first_name", "username")
    context = {"team": found, "members": members, "member_form": MemberForm(), **more}
    wrong = any(form.errors for form in more.values() if isinstance(form, Form) and form.is_bound)
    return render(request, "accounts/team.html", context, status=422 if wrong else 200)


def _member(request: HttpRequest, slug: str, form: Form, change: Callable[..., None]) -> HttpResponse:
    require(request.user, "accounts.administer")
    found = get_object_or_404(Team.objects.select_related("lead"), slug=slug)
    if _done(form, lambda values: change(found, values["person"], by=request.user)):
        return redirect("accounts:team", slug)
    lead = found.lead.username if found.lead else ""
    fields = {"name": found.name, "description": found.description, "email": found.email, "lead": lead}
    return _team(request, found, form=TeamForm(initial=fields), member_form=form)


def _done(form: Form, change: Callable[[dict[str, Any]], Any]) -> Any:
    """What the service gives back, or True; None where the form or the service refuses, with the words in the form."""
    if not form.is_valid():
        return None
    try:
        return change(form.cleaned_data) or True
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _words(form: Form) -> str:
    return " ".join(str(text) for texts in form.errors.values() for text in texts)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
