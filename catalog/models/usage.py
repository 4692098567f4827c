"""Who read what, how often, joined with what."""

from __future__ import annotations

from django.db import models

from catalog.models.assets import Asset
from catalog.models.sources import Source


class UsageDay(models.Model):
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    principal = models.CharField(max_length=300)
    reads = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "asset", "day", "principal"], name="usage_day_once"),
        ]
        indexes = [
            models.Index(fields=["asset", "day"], name="usage_of_asset"),
            models.Index(fields=["day"], name="usage_day"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.day} {self.principal}"


class UsageTotal(models.Model):
    """The last figure of a running count, from which the next one is told apart."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    principal = models.CharField(max_length=300)
    reads = models.PositiveBigIntegerField()
    since = models.CharField(max_length=40, blank=True)  # when the platform began to count, as it tells

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "asset", "principal"], name="usage_total_once")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.principal}"


class JoinedWith(models.Model):
    """How often two assets were read in one statement, as one source last told. ``asset`` has the smaller id."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    times = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "asset", "other"], name="joined_once"),
            models.CheckConstraint(condition=models.Q(asset__lt=models.F("other")), name="joined_in_order"),
        ]
        indexes = [models.Index(fields=["other"], name="joined_other")]

    def __str__(self) -> str:
        return f"{self.asset_id} with {self.other_id}"
