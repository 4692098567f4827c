"""May this person do that, and why not? One closed list of permissions, each with one rule (``RULES`` of the switchboard)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from portal.kernel import wiring


@dataclass(frozen=True, slots=True)
class Answer:
    """``reason`` is a sentence for the person who asked."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def ask(user: Any, permission: str, obj: Any = None) -> Answer:
    """The rule's answer; nobody inactive or anonymous may do anything.

    Raises:
        KeyError: no rule has this name.
    """
    rule = wiring.named("RULES", permission)
    if not (user.is_authenticated and user.is_active):
        return Answer(False, "Sign in first.")
    answer: Answer = rule(user, obj)
    return answer


def require(user: Any, permission: str, obj: Any = None) -> None:
    """Raises PermissionDenied with the rule's reason."""
    answer = ask(user, permission, obj)
    if not answer:
        raise PermissionDenied(answer.reason)
