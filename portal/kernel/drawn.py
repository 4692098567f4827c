"""Statements that differ in nothing but who asks: drawn up once a process, for Django takes longer to write such a one
than PostgreSQL to answer it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet

from portal.kernel.rights import ASKER, asked_by, kind_of

Rule = Callable[[Any], Any]  # of a person, to the rows (QuerySet) that it lets them have
Statement = tuple[str, list[Any]]  # with its parameters


def keys(rule: Rule, user: Any) -> Statement:
    """``SELECT`` of the keys of ``rule(user)``. The rule is one that lasts, as a module's function or a manager's method,
    and asks nothing in Python of people who are signed in: they stand in its statement by their key alone."""
    if not (user.is_authenticated and user.is_active):
        return _keys(rule, user)
    sql, params = _drawn(rule, kind_of(get_user_model()))
    return sql, asked_by(user, params)


@cache
def _drawn(rule: Rule, kind: int) -> Statement:
    """``kind``: see ``kind_of``."""
    return _keys(rule, get_user_model()(pk=ASKER))


def _keys(rule: Rule, user: Any) -> Statement:
    try:
        sql, params = rule(user).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE FALSE", []
    return sql, list(params)
