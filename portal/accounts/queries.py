"""People as administrators look for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from portal.accounts.models import User
from portal.accounts.states import Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` is the user name to go on from, "" on the last page."""

    people: Sequence[User]
    after: str


def people(*, text: str = "", role: str = "", inactive: bool = False, after: str = "") -> Page:
    """By user name, a keyset page; three queries whatever the number."""
    rows = User.objects.filter(is_active=not inactive).order_by("username").prefetch_related("groups", "offices")
    for word in text.replace("\0", "").split()[:5]:
        rows = rows.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
    if role in Role.values:
        rows = rows.filter(role=role)
    if after:
        rows = rows.filter(username__gt=after.replace("\0", ""))
    found = list(rows[: PAGE + 1])
    return Page(people=found[:PAGE], after=found[PAGE - 1].username if len(found) > PAGE else "")
