"""What happens elsewhere that lets personal data flow another way, or be told in other words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from catalog.intake.cause import Cause
from catalog.models import Asset, Edit, EditLine
from catalog.states import Field
from lineage.services.flows import refresh
from portal.kernel.models import Event

_TELLING = {str(Field.PII), str(Field.DOMAIN)}


def assets_edited(event: Event) -> None:
    """A class was decided, or taken back; or a name has become one that not everybody may read."""
    if _TELLING & set(event.payload["fields"]):
        lines = EditLine.objects.filter(edit__uuid=event.payload["edit"], field__in=_TELLING)
        edit = Edit.objects.select_related("undoes").get(uuid=event.payload["edit"])
        _refresh(event, set(lines.values_list("asset", flat=True)), edit)


def assets_joined_or_parted(event: Event) -> None:
    """People merge, split and take it back."""
    known = [UUID(event.payload[name]) for name in ("kept", "gone", "asset", "made") if event.payload.get(name)]
    _refresh(event, set(Asset.objects.filter(uuid__in=known).values_list("pk", flat=True)))


def restriction_changed(event: Event) -> None:
    rows: Any = Asset.objects.live().filter(domain__slug=event.payload["domain"])
    _refresh(event, set(rows.values_list("pk", flat=True)))


def _refresh(event: Event, assets: set[int], edit: Edit | None = None) -> None:
    refresh(cause=Cause(now=event.at, by=event.actor, edit=edit), assets=assets)
