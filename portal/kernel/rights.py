"""The only door to django-guardian. Elsewhere its functions are banned (house test): their defaults let a global
permission open every object (ACCESS.md 6, item 19)."""

from __future__ import annotations

from typing import Any

from django.db import models
from guardian.shortcuts import assign_perm, get_objects_for_user, get_perms, remove_perm


def objects_with(user: Any, permission: str, model: type[models.Model]) -> models.QuerySet[Any]:
    """Objects on which the person, or a team of theirs, was given the permission itself. Global rights count for nothing."""
    if not (user.is_authenticated and user.is_active):
        return model._default_manager.none()
    return get_objects_for_user(user, permission, klass=model, with_superuser=False, accept_global_perms=False).values(
        "pk"
    )


def give(principal: models.Model, permission: str, obj: models.Model) -> None:
    """To a user or a group; giving twice is once."""
    assign_perm(permission, principal, obj)


def take(principal: models.Model, permission: str, obj: models.Model) -> None:
    remove_perm(permission, principal, obj)


def has(principal: models.Model, permission: str, obj: models.Model) -> bool:
    return permission in get_perms(principal, obj)
