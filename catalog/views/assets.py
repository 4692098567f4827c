"""The asset's page, whatever the asset is, and the column drawer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog.models import Asset, Column
from catalog.pii.classes import CLASSES
from catalog.queries import announcements, assets, curation, glossary, personal, pii
from portal.kernel import wiring
from portal.kernel.authz import ask
from portal.kernel.htmx import page, wants_fragment
from portal.kernel.slots import Panel, Tab


@require_safe
def asset(request: HttpRequest, section: str, address: str) -> HttpResponse:
    """Tabs and panels come from all rooms; only the open tab asks its questions."""
    found = _find_or_404(request, section, address)
    if len(found) > 1:
        return render(request, "catalog/which.html", {"assets": found, "name": address}, status=300)
    if found[0].merged_into_id is not None:
        return redirect(get_object_or_404(Asset.objects.visible_to(request.user), pk=found[0].merged_into_id))
    if found[0].address != address or found[0].section != section:
        return redirect(found[0])
    if name := request.GET.get("column", ""):
        return column_page(request, found[0], name)
    tabs = _tabs(request, found[0])
    open_tab = next((tab for tab in tabs if tab.name == request.GET.get("tab")), tabs[0])
    context = {
        "page": assets.page_of(found[0]),
        "asset": found[0],
        "tabs": tabs,
        "tab": open_tab,
        "tab_context": open_tab.context(),
        "panels": _panels(request, found[0]),
    }
    if not wants_fragment(request):
        context |= _head(request, found[0])
    return page(request, "catalog/asset.html", "tab", context | context["tab_context"])


def _find_or_404(request: HttpRequest, section: str, address: str) -> list[Asset]:
    """Invisible and missing are one and the same."""
    found = assets.find(request.user, section, address)
    if not found:
        raise Http404
    return found


def _tabs(request: HttpRequest, asset: Asset) -> list[Tab]:
    tabs = [tab for room in wiring.listed("TABS") if (tab := room(request, asset))]
    return sorted(tabs, key=lambda tab: tab.rank)


def _panels(request: HttpRequest, asset: Asset) -> list[Panel]:
    panels = [panel for room in wiring.listed("PANELS") if (panel := room(request, asset))]
    return sorted(panels, key=lambda panel: panel.rank)


def _head(request: HttpRequest, asset: Asset) -> dict[str, Any]:
    """What people say of it, and what the one who looks keeps; a tab's fragment needs none of it."""
    return {
        "editing": curation.standing(request.user, asset),
        "kept": personal.kept(request.user, asset),
        "announcements": announcements.of_asset(asset),
        "terms": glossary.terms_of(request.user, asset.terms),
        "may_merge": asset.stub and ask(request.user, "catalog.merge", asset),
    }


def column_page(request: HttpRequest, asset: Asset, name: str) -> HttpResponse:
    columns = list(assets.columns_of(asset))
    column = next((column for column in columns if column.name == name), None)
    if column is None:
        raise Http404
    at = columns.index(column)
    context = {
        "asset": asset,
        "column": column,
        "parts": _column_parts(request, asset, column),
        "checks": wiring.column_marks(asset.pk).get(column.name.casefold(), []),
        "history": assets.column_history(asset, name),
        "words": curation.overlaid(asset, name),
        "terms": glossary.terms_of(request.user, column.terms),
        "editing": {"may_edit": curation.may_edit(request.user, asset)},
        "fragment": wants_fragment(request),
        "personal": pii.of_column(asset, name),
        "pii_classes": [(key, known.label) for key, known in CLASSES.items()],
        "may_decide": asset.retired_at is None and ask(request.user, "catalog.decide_pii"),
        "before": columns[at - 1] if at else None,
        "after": columns[at + 1] if at + 1 < len(columns) else None,
    }
    return page(request, "catalog/column.html", "drawer", context)


def _column_parts(request: HttpRequest, asset: Asset, column: Column) -> list[Panel]:
    parts = [part for room in wiring.listed("COLUMN_PARTS") if (part := room(request, asset, column))]
    return sorted(parts, key=lambda part: part.rank)


@require_safe
def by_id(request: HttpRequest, uuid: str) -> HttpResponse:
    """A link that holds whatever the asset is called."""
    return redirect(get_object_or_404(Asset.objects.visible_to(request.user), uuid=uuid))
