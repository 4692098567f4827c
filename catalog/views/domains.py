"""Domains: who sees what."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.forms import DomainForm, MemberForm
from catalog.models import Domain
from catalog.queries import overview
from catalog.queries.badges import badges_of
from catalog.queries.domains import members
from catalog.services import domains as services
from portal.kernel.authz import ask, require


@require_safe
def domains(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/domains.html", {"domains": overview.domains(request.user)})


@require_safe
def domain(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Domain.objects.visible_to(request.user), slug=slug)
    assets = list(overview.in_domain(request.user, found)[:500])
    badges = badges_of(assets)
    context = {
        "domain": found,
        "assets": [(asset, badges[asset.pk]) for asset in assets],
        "members": members(found),
        "may_administer": ask(request.user, "catalog.administer", found),
        "member_form": MemberForm(),
    }
    return render(request, "catalog/domain.html", context)


@require_POST
def restrict(request: HttpRequest, slug: str) -> HttpResponse:
    found = _administered(request, slug)
    form = DomainForm(request.POST)
    form.is_valid()
    services.set_restricted(domain=found, restricted=form.cleaned_data["restricted"], by=request.user)
    return _back(request, found)


@require_POST
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    return _change_member(request, slug, services.add_member)


@require_POST
def remove_member(request: HttpRequest, slug: str) -> HttpResponse:
    return _change_member(request, slug, services.remove_member)


def _change_member(request: HttpRequest, slug: str, change: Callable[..., None]) -> HttpResponse:
    found = _administered(request, slug)
    try:
        change(domain=found, name=request.POST.get("member", ""), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request, found)


def _administered(request: HttpRequest, slug: str) -> Domain:
    """Administrators reach every domain's settings; what is in a restricted one stays hidden from non-members."""
    require(request.user, "catalog.administer")
    return get_object_or_404(Domain, slug=slug)


def _back(request: HttpRequest, domain: Domain) -> HttpResponse:
    visible = Domain.objects.visible_to(request.user).filter(pk=domain.pk).exists()
    return redirect(domain) if visible else redirect("catalog:domains")
