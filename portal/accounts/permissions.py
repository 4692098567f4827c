"""Rules on people and on the record of what they did."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import OfficeHolder
from portal.accounts.states import Office
from portal.kernel.authz import Answer

YES = Answer(True)


def administer(user: Any, obj: Any) -> Answer:
    return YES if user.is_administrator else Answer(False, "Only administrators look after people and teams.")


def see_audit(user: Any, obj: Any) -> Answer:
    """Security proves what administrators did, so it does not have to be one."""
    if user.is_administrator or OfficeHolder.objects.filter(user=user, office=Office.SECURITY).exists():
        return YES
    return Answer(False, "The audit is for administrators and Security.")
