"""The page of personal data: what is known, what waits, and deciding it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Asset
from catalog.pii import classes
from catalog.queries import pii as queries
from catalog.queries.pii import Filters
from catalog.services.pii import Decision, decide
from portal.accounts.models import User
from portal.kernel.api import clean_text
from portal.kernel.authz import ask, require
from portal.kernel.htmx import page, wants_fragment

AS_FOUND, KEEP, NONE = "as-found", "keep", "none"
CHOICES = [(key, known.label) for key, known in classes.CLASSES.items()]


@dataclass(frozen=True, slots=True)
class Select:
    """One filter of the queue."""

    name: str
    label: str
    any: str
    options: Sequence[tuple[str, str]]
    chosen: str


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    filters, after = _filters(request), clean_text(request.GET.get("after", ""))
    waiting = queries.count_waiting(request.user, queries.COUNTED, filters)
    context: dict[str, Any] = {
        "filters": filters,
        "filtered": any(asdict(filters).values()),
        "filters_after": after,
        "selects": _selects(request, filters),
        "page": queries.page(request.user, filters, after),
        "waiting": min(waiting, queries.COUNTED),
        "capped": waiting > queries.COUNTED,
        "may_decide": ask(request.user, "catalog.decide_pii"),
        "classes": CHOICES,
        "fragment": wants_fragment(request),
    }
    if not context["fragment"]:
        in_all = queries.count_waiting(request.user, queries.COUNTED) if context["filtered"] else waiting
        context |= {
            "overview": queries.overview(request.user),
            "waiting_in_all": min(in_all, queries.COUNTED),
            "capped_in_all": in_all > queries.COUNTED,
        }
    return page(request, "catalog/pii/personal_data.html", "queue", context)


def _filters(request: HttpRequest) -> Filters:
    """What is no value of a filter asks for nothing rather than for the impossible."""
    given = {name: clean_text(request.GET.get(name, "")).strip()[:500] for name in asdict(Filters())}
    allowed = {"pii": classes.CLASSES.keys(), "evidence": {"values", "name"}, "sure": {"yes", "no"}}
    for name, values in (*allowed.items(), ("what", {"open", "conflict"})):
        if given[name] not in values:
            given[name] = ""
    return Filters(**given)


def _selects(request: HttpRequest, filters: Filters) -> list[Select]:
    domains = [(domain.slug, domain.name) for domain in queries.domains(request.user)]
    evidence = [("values", "Seen in values"), ("name", "Guessed by name")]
    sure = [("yes", "Sure enough to count"), ("no", "Not sure")]
    what = [("open", "Nobody declared it"), ("conflict", "Contradicts what is declared")]
    return [
        Select("pii", "Class", "Any class", CHOICES, filters.pii),
        Select("domain", "Domain", "Any domain", domains, filters.domain),
        Select("evidence", "Evidence", "Any evidence", evidence, filters.evidence),
        Select("sure", "Confidence", "Any confidence", sure, filters.sure),
        Select("what", "Kind", "Open or contradicted", what, filters.what),
    ]


@require_POST
def decide_pii(request: HttpRequest) -> HttpResponse:
    """One column by its own button, or the chosen ones; all or none of them."""
    require(request.user, "catalog.decide_pii")
    said, keys = _asked(request.POST)
    places = _places(request, keys)
    try:
        decisions = _decisions(said, places)
        edit = decide(decisions=decisions, reason=request.POST.get("reason", ""), by=cast(User, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except PermissionDenied as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{edit.summary}." if edit else "That is decided so already.")
    return _back(request, places)


def _asked(posted: QueryDict) -> tuple[str, list[str]]:
    """(what they are said to be, keys of columns); a column's own button wins over what is chosen below."""
    if one := posted.get("one", ""):
        said, _, key = one.partition(" ")
        return said, [key]
    return posted.get("class", ""), posted.getlist("place")


def _places(request: HttpRequest, keys: Sequence[str]) -> list[tuple[Asset, str]]:
    """Each key is an asset's public id and a column's name; invisible and missing are one and the same."""
    pairs = [(key[:36], clean_text(key[37:])) for key in keys]
    try:
        wanted = {uuid.UUID(text) for text, _ in pairs}
    except ValueError as error:
        raise Http404 from error
    assets = {str(asset.uuid): asset for asset in Asset.objects.visible_to(request.user).filter(uuid__in=wanted)}
    if len(assets) != len(wanted):
        raise Http404
    return [(assets[str(uuid.UUID(text))], column) for text, column in pairs]


def _decisions(said: str, places: Sequence[tuple[Asset, str]]) -> list[Decision]:
    keys = [(asset.pk, column) for asset, column in places]
    if said in {AS_FOUND, KEEP}:
        found = queries.strongest(keys) if said == AS_FOUND else queries.standing(keys)
        if any(not found.get(key) for key in keys):
            raise ValidationError("Nothing is found there any more. Look again.")
        return [Decision(*key, found[key]) for key in keys]
    if said != NONE and said not in classes.CLASSES:
        raise ValidationError("Say what they are.")
    return [Decision(*key, "" if said == NONE else said) for key in keys]


def _back(request: HttpRequest, places: Sequence[tuple[Asset, str]]) -> HttpResponse:
    if request.POST.get("next") == "column" and places:
        asset, column = places[0]
        return redirect(f"{asset.get_absolute_url()}?{urlencode({'column': column})}")
    query = request.GET.urlencode()
    return redirect(f"{reverse('catalog:personal_data')}{'?' + query if query else ''}")
