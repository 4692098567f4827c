"""Celery only wakes what the room's verbs do."""

from __future__ import annotations

from celery import shared_task

from portal.accounts.sessions import SessionStore


@shared_task
def clear_sessions() -> None:
    """Rows of sessions that have reached their last hour; nobody can use them any more, they only pile up."""
    SessionStore.clear_expired()
