"""Intakes, and whoever changes which asset is which, take turns: a run that is half way through knows keys, names and
edges by the ids that it found at its beginning."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection

LOCK = 823746102
PATIENCE = "10s"


def wait_for_turn() -> None:
    """Until this transaction's end no run writes.

    Raises:
        ValidationError: a run has not ended within ``PATIENCE``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        except OperationalError as error:
            raise ValidationError("A source is being read just now. Try again in a moment.") from error
