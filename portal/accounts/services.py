"""Verbs on people and their tokens: guard, change, publish, in one transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portal.accounts.events import PasswordSet, SignedIn, SignedOut, SignInFailed, TokenCreated, TokenRevoked
from portal.accounts.models import ApiToken, User
from portal.accounts.states import Scope
from portal.kernel.events import publish

PREFIX = "dcp_"  # secret scanners look for it
SEEN_EVERY = timedelta(minutes=1)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(*, user: User, name: str, scopes: Sequence[str], days: int, by: User) -> tuple[ApiToken, str]:
    """The token's row and its secret, which is shown this once.

    Raises:
        ValidationError: unknown scope, no scope, no name, or more days than allowed.
    """
    if not set(scopes) <= set(Scope.values) or not scopes:
        raise ValidationError(f"Scopes are {', '.join(Scope.values)}; choose at least one.")
    if not 1 <= days <= settings.TOKEN_MAX_DAYS:
        raise ValidationError(f"A token lives between 1 and {settings.TOKEN_MAX_DAYS} days.")
    if not name.strip():
        raise ValidationError("Give the token a name that says where it is used.")
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:100],
        digest=digest(secret),
        hint=secret[:8],
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    event = TokenCreated(token.name, token.hint, tuple(token.scopes), token.expires_at.isoformat())
    publish(event, by=by, subject=f"user:{user.username}")
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    """Revoking twice is the same as once."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        publish(TokenRevoked(token.name, token.hint), by=by, subject=f"user:{token.user.username}")


def use_token(secret: str) -> ApiToken | None:
    """The usable token behind a secret. Looked up by digest, so no comparison of secrets takes part in the timing."""
    token = ApiToken.objects.usable().select_related("user").filter(digest=digest(secret)).first()
    now = timezone.now()
    if token and (token.last_used_at is None or now - token.last_used_at > SEEN_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


@transaction.atomic
def record_sign_in(*, user: User) -> None:
    publish(SignedIn(), by=user, subject=f"user:{user.username}")


@transaction.atomic
def record_sign_out(*, user: User) -> None:
    publish(SignedOut(), by=user, subject=f"user:{user.username}")


@transaction.atomic
def record_password_set(*, user: User) -> None:
    publish(PasswordSet(user.username), by=user, subject=f"user:{user.username}")


@transaction.atomic
def record_failed_sign_in(*, username: str) -> None:
    """Only names of people here are kept: in that field, others also type their passwords."""
    name = username.replace("\0", "")[:150]  # NUL has no place in PostgreSQL
    known = name if User.objects.filter(username=name).exists() else ""
    publish(SignInFailed(known), subject=f"user:{known}" if known else "")
