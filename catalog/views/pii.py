"""The page of personal data: what is known, what waits, and deciding it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Asset
from catalog.pii import classes
from catalog.queries import pii as queries
from catalog.queries import pii_decided
from catalog.queries.pii import Filters
from catalog.services.pii import RESTORE, Outcome, Refusal, decide_each, decisions_of
from catalog.views.assets import column_page
from portal.kernel.api import clean_text
from portal.kernel.authz import ask, require
from portal.kernel.htmx import page, wants_fragment
from portal.kernel.http import signed_in, undo_at

TOLD = 5  # columns that a message names
NONE_DECIDED = Outcome(None, 0, [])
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
    filters, after = Filters.of(request.GET.dict()), clean_text(request.GET.get("after", ""))
    decided = filters.what == "decided"
    count, listed = (pii_decided.count, pii_decided.page) if decided else (queries.count_waiting, queries.page)
    number = count(request.user, queries.COUNTED, filters)
    context: dict[str, Any] = {
        "filters": filters,
        "decided": decided,
        "filtered": any(asdict(filters).values()),
        "filters_after": after,
        "selects": _selects(request, filters),
        "page": listed(request.user, filters, after),
        "number": min(number, queries.COUNTED),
        "capped": number > queries.COUNTED,
        "may_decide": ask(request.user, "catalog.decide_pii"),
        "classes": CHOICES,
        "fragment": wants_fragment(request),
    }
    context["changed"] = context["fragment"] and _changed(request)
    if context["changed"] or not context["fragment"]:
        in_all = queries.count_waiting(request.user, queries.COUNTED) if context["filtered"] else number
        context |= {"waiting_in_all": min(in_all, queries.COUNTED), "capped_in_all": in_all > queries.COUNTED}
    if not context["fragment"]:
        context["overview"] = queries.overview(request.user)
    return page(request, "catalog/pii/personal_data.html", "queue", context)


def _changed(request: HttpRequest) -> bool:
    """Something was decided: in the list itself, which then has words for it, or in the panel beside it."""
    details: Any = getattr(request, "htmx", None)
    return bool(messages.get_messages(request)) or details.trigger == "queue"


def _selects(request: HttpRequest, filters: Filters) -> list[Select]:
    domains = [(domain.slug, domain.name) for domain in queries.domains(request.user)]
    evidence = [("values", "Seen in values"), ("name", "Guessed by name")]
    sure = [("yes", "Sure enough to count"), ("no", "Not sure")]
    what = [("open", "Nobody declared it"), ("conflict", "Contradicts what is declared"), ("decided", "Decided")]
    found = [
        Select("pii", "Class", "Any class", CHOICES, filters.pii),
        Select("domain", "Domain", "Any domain", domains, filters.domain),
        Select("evidence", "Evidence", "Any evidence", evidence, filters.evidence),
        Select("sure", "Confidence", "Any confidence", sure, filters.sure),
        Select("what", "Kind", "Open or contradicted", what, filters.what),
    ]
    of_findings = {"evidence", "sure"} if filters.what == "decided" else set()
    return [select for select in found if select.name not in of_findings]


@require_POST
def decide_pii(request: HttpRequest) -> HttpResponse:
    """One column by its own button, or the chosen ones; those that are refused stay as they are, and are told."""
    require(request.user, "catalog.decide_pii")
    said, keys = _asked(request.POST)
    places = _places(request, keys)
    try:
        decisions, nothing = decisions_of(said, [(asset.pk, column) for asset, column in places])
        reason = request.POST.get("reason", "")
        found = decide_each(decisions=decisions, reason=reason, by=signed_in(request)) if decisions else NONE_DECIDED
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _tell(request, found, [*nothing, *found.refused], places)
    return _back(request, places)


def _tell(
    request: HttpRequest, found: Outcome, refused: Sequence[Refusal], places: Sequence[tuple[Asset, str]]
) -> None:
    if found.decided:
        words = f"{found.edit.summary}." if found.edit else "That is decided so already."
        messages.success(request, words, extra_tags=undo_at("catalog:undo_edit", found.edit.uuid) if found.edit else "")
    paths = {asset.pk: asset.path for asset, _ in places}
    by_reason: dict[str, list[str]] = {}
    for one in refused:
        by_reason.setdefault(one.why, []).append(f"{paths[one.asset_id]}.{one.column}")
    for why, names in by_reason.items():
        more = f" and {len(names) - TOLD:,} more" if len(names) > TOLD else ""
        messages.error(request, f"Left as it is: {', '.join(names[:TOLD])}{more}. {why}"[:1000])


def _asked(posted: QueryDict) -> tuple[str, list[str]]:
    """(what they are said to be, keys of columns); a column's own button wins over what is chosen below."""
    if one := posted.get("one", ""):
        said, _, key = one.partition(" ")
        return said, [key]
    said = RESTORE if posted.get("bulk") == RESTORE else posted.get("class", "")
    return said, posted.getlist("place")


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


def _back(request: HttpRequest, places: Sequence[tuple[Asset, str]]) -> HttpResponse:
    if request.POST.get("next") == "column" and places:
        asset, column = places[0]
        if wants_fragment(request):
            response = column_page(request, asset, column)
            response["HX-Trigger"] = "words-changed"
            return response
        return redirect(f"{asset.get_absolute_url()}?{urlencode({'column': column})}")
    query = request.GET.urlencode()
    return redirect(f"{reverse('catalog:personal_data')}{'?' + query if query else ''}")
