"""A statement that is drawn up once holds for whoever asks with it, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from catalog.models import Domain
from portal.accounts.models import User
from portal.kernel import drawn
from portal.kernel.rights import give
from tests.factories import DomainFactory

pytestmark = pytest.mark.django_db


def seen(user: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(*drawn.keys(Domain.objects.visible_to, user))
        return [pk for (pk,) in cursor.fetchall()]


def test_each_gets_their_own(viewer: User, steward: User) -> None:
    domain = DomainFactory(restricted=True)
    give(viewer, "view_domain", domain)
    assert (seen(viewer), seen(steward), seen(AnonymousUser())) == ([domain.pk], [], [])


def test_who_may_not_act_any_more_asks_as_the_rule_has_it(viewer: User) -> None:
    give(viewer, "view_domain", DomainFactory(restricted=True))
    viewer.is_active = False
    assert seen(viewer) == list(Domain.objects.visible_to(viewer).values_list("pk", flat=True)) == []


def test_it_is_drawn_up_once(viewer: User, steward: User) -> None:
    rules: list[Any] = []

    def rule(user: Any) -> Any:
        rules.append(user)
        return Domain.objects.all()

    assert drawn.keys(rule, viewer) == drawn.keys(rule, steward)
    assert len(rules) == 1


def test_a_database_with_other_keys_of_content_types_has_other_statements(
    viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules: list[Any] = []

    def rule(user: Any) -> Any:
        rules.append(user)
        return Domain.objects.all()

    drawn.keys(rule, viewer)
    monkeypatch.setattr(drawn, "kind_of", lambda model: -2)
    drawn.keys(rule, viewer)
    assert len(rules) == 2
