"""The only door to django-guardian. Elsewhere its functions are banned (house test): their defaults let a global
permission open every object (ACCESS.md 6, item 19)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.expressions import RawSQL
from guardian.ctypes import get_content_type
from guardian.shortcuts import assign_perm, get_objects_for_user, get_perms, remove_perm

ASKER = -1  # stands in a statement for whoever will ask


def objects_with(user: Any, permission: str, model: type[models.Model]) -> RawSQL:
    """Objects on which the person, or a team of theirs, was given the permission itself, for ``pk__in``. Global rights
    count for nothing."""
    if not (user.is_authenticated and user.is_active):
        return RawSQL("SELECT NULL::bigint WHERE FALSE", [])
    sql, params = _statement(permission, model, kind_of(model))
    return RawSQL(sql, asked_by(user, params))  # noqa: S611 - guardian's own


def asked_by(user: Any, params: Sequence[Any]) -> list[Any]:
    """The parameters of a statement that was drawn up with ``ASKER``."""
    return [user.pk if param == ASKER else param for param in params]


def kind_of(model: type[models.Model]) -> int:
    """The key of its content type: it stands in statements about rights, and a database that was emptied has another."""
    key: int = get_content_type(model).pk
    return key


@cache
def _statement(permission: str, model: type[models.Model], kind: int) -> tuple[str, tuple[Any, ...]]:
    """As guardian says it, once a process: to draw it up took longer than to ask it, and every list of assets does.
    ``kind`` is a part of it."""
    asker = get_user_model()(pk=ASKER)
    rows = get_objects_for_user(asker, permission, klass=model, with_superuser=False, accept_global_perms=False)
    sql, params = rows.order_by().values("pk").query.sql_with_params()
    return sql, tuple(params)


def give(principal: models.Model, permission: str, obj: models.Model) -> None:
    """To a user or a group; giving twice is once."""
    assign_perm(permission, principal, obj)


def take(principal: models.Model, permission: str, obj: models.Model) -> None:
    remove_perm(permission, principal, obj)


def has(principal: models.Model, permission: str, obj: models.Model) -> bool:
    return permission in get_perms(principal, obj)
