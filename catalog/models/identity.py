"""Decisions on who is who."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.assets import Asset


class NamespaceAlias(models.Model):
    """Names under ``alias`` mean names under ``namespace``: one platform instance that tools call differently."""

    alias = models.CharField(max_length=300, unique=True)
    namespace = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(alias=models.F("namespace")), name="namespace_alias_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.alias} = {self.namespace}"


class Merge(models.Model):
    """``gone`` was taken for ``kept``. ``moved`` has what is needed to undo it: {table: [ids]} of rows that changed hands."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="merged_by")
    reason = models.CharField(max_length=300, blank=True)
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=models.Q(undone_at=None), name="merge_once"),
            models.CheckConstraint(condition=~models.Q(kept=models.F("gone")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class Split(models.Model):
    """``made`` was taken out of ``asset``: some of its sightings were of something else. ``moved`` is as in ``Merge``."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="splits")
    made = models.OneToOneField(Asset, on_delete=models.PROTECT, related_name="split_from")
    reason = models.CharField(max_length=300, blank=True)
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(asset=models.F("made")), name="split_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.made_id} out of {self.asset_id}"


class Apart(models.Model):
    """A person looked and said that it is something of its own: it is no more proposed for ``other``, or for anything
    where that is null, and joins nothing by itself."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "other"], name="apart_once", nulls_distinct=False),
            models.CheckConstraint(condition=~models.Q(asset=models.F("other")), name="apart_from_another"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} is not {self.other_id or 'anything else'}"
