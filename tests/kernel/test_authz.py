"""May this person do that, and why not?"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from portal import wiring
from portal.accounts.models import User
from portal.kernel import authz

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("permission", wiring.RULES)
def test_nobody_who_is_not_signed_in_may_do_anything(permission: str, administrator: User) -> None:
    assert not authz.ask(AnonymousUser(), permission)
    administrator.is_active = False
    assert not authz.ask(administrator, permission)


def test_a_permission_that_no_rule_knows_is_a_mistake_of_ours(administrator: User) -> None:
    with pytest.raises(KeyError):
        authz.ask(administrator, "catalog.rule_the_world")


def test_a_refusal_is_a_sentence_for_the_one_who_asked(viewer: User) -> None:
    answer = authz.ask(viewer, "catalog.ingest")
    assert not answer
    assert answer.reason.endswith(".")
    with pytest.raises(PermissionDenied, match="Only stewards"):
        authz.require(viewer, "catalog.ingest")


@pytest.mark.parametrize(
    ("permission", "viewers", "stewards", "administrators"),
    [
        ("catalog.ingest", False, True, True),
        ("catalog.see_source", False, True, True),
        ("catalog.administer", False, False, True),
    ],
)
def test_roles_may_what_they_should(
    permission: str,
    viewers: bool,
    stewards: bool,
    administrators: bool,
    viewer: User,
    steward: User,
    administrator: User,
) -> None:
    found = [bool(authz.ask(person, permission)) for person in (viewer, steward, administrator)]
    assert found == [viewers, stewards, administrators]
