"""The asset: one row for one thing of the platform, whatever it is and whoever names it how."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from catalog.kinds import KINDS, label_of
from catalog.models.domains import Domain

UNQUOTED = "!$&'()*+,;=/~:@"  # in a path, as the router has it (RFC 3986)


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, user: Any) -> AssetQuerySet:
        """The one rule of sight: an asset is as visible as its domain, and to nobody who is not signed in."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self._in(models.Q(domain__in=Domain.objects.seen_by(user)))

    def visible_now(self, user: Any, domains: Iterable[int] | None = None) -> AssetQuerySet:
        """The same, with the rule's domains looked up at once: for what then asks many times, as search does. ``domains``
        are those that the person may see, where somebody has looked them up already."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        seen = Domain.objects.ids_seen_by(user) if domains is None else domains
        return self._in(models.Q(domain__one_of=seen))

    def _in(self, domains: models.Q) -> AssetQuerySet:
        return self.filter(models.Q(domain=None) | domains)

    def live(self) -> AssetQuerySet:
        return self.filter(retired_at=None)


class Asset(models.Model):
    """Identity is OpenLineage's pair (namespace, name); ``address`` is what stands in a page's URL.

    Descriptive fields hold what all live sightings together say (``catalog.merging``). ``uuid`` is the public id, the
    sequential one never leaves the server.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30, choices=[(str(kind), label_of(kind)) for kind in KINDS])
    platform = models.CharField(max_length=60)
    namespace = models.CharField(max_length=300)
    name = models.CharField(max_length=1600)
    database = models.CharField(max_length=500, blank=True)
    schema = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=500)
    path = models.CharField(max_length=1100)  # schema.table, as people say it
    address = models.CharField(max_length=1600)
    section = models.CharField(max_length=30)
    description = models.TextField(blank=True)
    domain = models.ForeignKey(Domain, null=True, blank=True, on_delete=models.PROTECT, related_name="assets")
    tier = models.CharField(max_length=40, blank=True)
    tags = ArrayField(models.CharField(max_length=200), default=list)
    terms = ArrayField(models.CharField(max_length=80), default=list)  # slugs of the glossary
    pii = ArrayField(models.CharField(max_length=60), default=list)  # classes of its columns
    url = models.URLField(max_length=2000, blank=True)
    column_count = models.PositiveIntegerField(default=0)
    row_count = models.BigIntegerField(null=True)
    size_bytes = models.BigIntegerField(null=True)
    altered_at = models.DateTimeField(null=True)  # as its platform tells
    deprecated_at = models.DateTimeField(null=True)
    deprecation_note = models.CharField(max_length=500, blank=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    certified_at = models.DateTimeField(null=True)
    popularity = models.PositiveBigIntegerField(default=0)  # reads of the last 30 days, by all
    stub = models.BooleanField(default=False)  # only ever named, never described: it waits on the unmatched page
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    meta = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)  # from its warehouse, which was asked itself, though others tell of it

    objects = AssetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["namespace", "name"], name="asset_identity"),
            models.UniqueConstraint(fields=["section", "address"], name="asset_address"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(retired_at__isnull=False),
                name="asset_merged_is_retired",
            ),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="asset_not_into_itself"),
            models.CheckConstraint(condition=~models.Q(successor=models.F("id")), name="asset_not_its_own_successor"),
        ]
        indexes = [
            models.Index(Lower("path"), name="asset_path_lower"),
            models.Index(OpClass(Lower("title"), "text_pattern_ops"), name="asset_title_prefix"),
            models.Index(fields=["path", "id"], condition=models.Q(retired_at=None), name="asset_live_path"),
            models.Index(fields=["domain", "kind"]),
            models.Index(fields=["-changed_at"]),
            models.Index(fields=["platform", "schema"]),
            GinIndex(fields=["tags"], name="asset_tags"),
            GinIndex(fields=["terms"], name="asset_terms"),
            models.Index(
                fields=["-popularity", "path", "id"], condition=models.Q(retired_at=None), name="asset_popular_path"
            ),
            models.Index(fields=["platform", "namespace"], condition=models.Q(stub=True), name="asset_stubs"),
            models.Index(fields=["-gone_at"], condition=models.Q(gone_at__isnull=False), name="asset_gone"),
        ]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        return asset_url(self.section, self.address)

    @property
    def called(self) -> str:
        """In a sentence: tables by their path, since the last part alone says too little; anything else by its title."""
        return self.path if self.section == "datasets" else self.title

    @property
    def is_only_named(self) -> bool:
        """Nobody tells more of it than what it is called."""
        return self.stub and not (self.column_count or self.description)

    @property
    def look(self) -> Any:
        """Icon and words of its kind."""
        return KINDS[self.kind]


def asset_url(section: str, address: str) -> str:
    """As the router writes it; asked for each asset of a list, the router takes longer than all else that is said of it."""
    return f"{_section_url(section)}{quote(address, safe=UNQUOTED)}/"


@cache
def _section_url(section: str) -> str:
    return reverse("catalog:asset", args=[section, "-"]).removesuffix("-/")


class AssetName(models.Model):
    """Every name by which a tool was seen to call the asset. ``folded`` follows the platform's own rule of case."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="names")
    namespace = models.CharField(max_length=300)
    name = models.CharField(max_length=1600)
    folded = models.CharField(max_length=1600)
    canonical = models.BooleanField(default=False)  # the identity itself; other names may move to another asset

    class Meta:
        constraints = [models.UniqueConstraint(fields=["namespace", "folded"], name="asset_name_once")]
        indexes = [models.Index(Lower("name"), name="asset_name_lower")]

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"


class Definition(models.Model):
    """How an asset is made: its code as written and as run."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="definition")
    materialized = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=30, blank=True)
    code = models.TextField(blank=True)
    compiled_code = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"definition of {self.asset_id}"


class Column(models.Model):
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="columns")
    name = models.CharField(max_length=500)
    position = models.IntegerField()
    data_type = models.TextField(blank=True)
    nullable = models.BooleanField(null=True)
    is_key = models.BooleanField(default=False)
    description = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=200), default=list)
    terms = ArrayField(models.CharField(max_length=80), default=list)
    foreign_key = models.CharField(max_length=1600, blank=True)
    pii = models.CharField(max_length=60, blank=True)
    pii_reason = models.CharField(max_length=300, blank=True)
    meta = models.JSONField(default=dict)
    observed = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "name"], name="column_once"),
            models.CheckConstraint(
                condition=models.Q(pii="") | ~models.Q(pii_reason=""), name="column_pii_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["pii", "asset"], condition=~models.Q(pii="") & models.Q(retired_at=None), name="column_personal"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssetOwner(models.Model):
    """Who answers for the asset, and who says so; linked to the person or team where the address or name is known here."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="owners")
    name = models.CharField(max_length=300)
    email = models.CharField(max_length=300, blank=True)
    is_team = models.BooleanField(default=False)
    because = models.CharField(max_length=200, blank=True)  # "set by Stew", "rule marts.*"; "" where a source says it
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "name"], name="asset_owner_once")]
        indexes = [models.Index(Lower("name"), name="asset_owner_lower")]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """As the portal knows the team or the person; as the source writes them where it knows neither."""
        return str(self.team or self.user or self.name)

    @property
    def of_team(self) -> bool:
        """Whether it is a team; a source's word only where the portal knows neither a team nor a person of that name."""
        return bool(self.team_id) or (self.is_team and not self.user_id)


class LastBuild(models.Model):
    """The newest word about when and how well the asset was made."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="last_build")
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    seconds = models.FloatField(null=True)
    message = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.status} at {self.at:%Y-%m-%d %H:%M}"
