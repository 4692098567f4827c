"""Rules of the lineage room, each with a reason that its asker can act on."""

from __future__ import annotations

from typing import Any

from portal.kernel.authz import Answer

YES = Answer(True)


def send_events(user: Any, obj: Any) -> Answer:
    return YES if user.is_steward else Answer(False, "Only stewards and administrators may send lineage events.")
