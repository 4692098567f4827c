"""Sessions that know whose they are: listed and ended by their owner, ended with the owner's account.

Django keeps a session's content sealed in one column; this store writes beside it what lists and limits need.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.models import Session, User
from portal.kernel.http import client_address

SINCE, SEEN, ADDRESS, AGENT = "since", "seen", "address", "agent"
SEEN_EVERY = timedelta(minutes=1)


class SessionStore(CachedStore):
    """Django's cached sessions in the table of this room."""

    cache_key_prefix = "portal.accounts.sessions"

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.since, row.seen_at = _time(data.get(SINCE)), _time(data.get(SEEN))
        row.address, row.agent = data.get(ADDRESS), data.get(AGENT, "")
        return row


def begin(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Hears Django's word that somebody has signed in, by whatever way."""
    now = timezone.now().isoformat()
    agent = request.headers.get("User-Agent", "").replace("\0", "")[:200] if request.META else ""
    marks = {SINCE: now, SEEN: now, ADDRESS: client_address(request) or None, AGENT: agent}
    for name, value in marks.items():
        request.session[name] = value


def has_ended(session: Any) -> bool:
    """Whether it was idle for too long or has reached its last hour."""
    now = timezone.now()
    since, seen = _time(session.get(SINCE)), _time(session.get(SEEN))
    if since is None or seen is None:
        return True
    return now - since > timedelta(seconds=settings.SESSION_COOKIE_AGE) or now - seen > settings.SESSION_IDLE


def mark_seen(session: Any) -> None:
    """Once a minute at most: it costs a write."""
    seen = _time(session.get(SEEN))
    if seen and timezone.now() - seen > SEEN_EVERY:
        session[SEEN] = timezone.now().isoformat()


def of(user: User) -> list[Session]:
    """Newest first."""
    found = Session.objects.filter(
        user=user, expire_date__gt=timezone.now(), seen_at__gt=timezone.now() - settings.SESSION_IDLE
    )
    return list(found.order_by("-seen_at"))


def end(user: User, *, but: str | None = None, only: str | None = None) -> int:
    """Ends the person's sessions, in the cache too; returns how many."""
    rows = Session.objects.filter(user=user)
    rows = rows.filter(session_key=only) if only else rows.exclude(session_key=but or "")
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        SessionStore(key).delete(key)
    return len(keys)


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
