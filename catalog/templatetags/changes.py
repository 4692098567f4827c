"""Words of what happened to an asset: ``{% load changes %}``."""

from __future__ import annotations

from django import template

from catalog.models import AssetChange
from catalog.queries import activity

register = template.Library()


@register.filter
def told(change: AssetChange) -> str:
    """``changed: new column tax``."""
    return activity.sentence(change)


@register.filter
def author(change: AssetChange) -> str:
    """A person, a source, or lineage."""
    return activity.author(change)
