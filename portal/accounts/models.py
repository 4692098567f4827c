"""People, teams, offices and their API tokens."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.auth.models import UserManager as BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from portal.accounts.states import Office, Role, Scope


class UserManager(BaseUserManager["User"]):
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> User:
        """An administrator. Django's own superuser flag stays off: it would see past every rule of ours."""
        extra = {key: value for key, value in extra.items() if key not in {"is_staff", "is_superuser"}}
        return self.create_user(username, email, password, role=Role.ADMINISTRATOR, **extra)


class User(AbstractUser):
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)
    job_title = models.CharField(max_length=100, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="user_never_superuser"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def is_steward(self) -> bool:
        return self.role in {Role.STEWARD, Role.ADMINISTRATOR}

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR


class TeamManager(models.Manager["Team"]):
    """Its own, because the inherited one is of groups."""


class Team(Group):
    """A team is a group of Django's, so that guardian's rights on objects can be given to it."""

    slug = models.SlugField(max_length=80, unique=True)
    description = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads"
    )

    objects: ClassVar[TeamManager] = TeamManager()  # type: ignore[assignment]  # narrows the inherited manager on purpose

    def __str__(self) -> str:
        return self.name


class OfficeHolder(models.Model):
    """Who holds an office. Looked up live wherever it matters, never copied."""

    office = models.CharField(max_length=20, choices=Office.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offices")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "user"], name="office_once"),
            models.CheckConstraint(condition=models.Q(office__in=Office.values), name="office_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_office_display()}: {self.user}"


class TokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> TokenQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)


class ApiToken(models.Model):
    """A personal token. Only its SHA-256 is kept: a 256-bit random secret needs no slow hash (ASVS 11.4.1 is for passwords)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # first characters, for people who look for a token of theirs
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("created_at") + timedelta(days=settings.TOKEN_MAX_DAYS)),
                name="token_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=models.Q(scopes__contained_by=Scope.values), name="token_scopes_known"),
            models.CheckConstraint(condition=~models.Q(scopes=[]), name="token_has_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class Session(AbstractBaseSession):
    """A session with what its owner needs to recognise it. Written by the session store (portal.accounts.sessions)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions")
    since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Session]] = models.Manager()  # type: ignore[assignment]  # the base's wants its own model

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.user_id} since {self.since}"

    @property
    def digest(self) -> str:
        """Names it on a page, where the key itself has no place."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]
