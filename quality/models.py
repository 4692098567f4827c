"""Checks that some tool runs, their results, and how fresh the data was."""

from __future__ import annotations

from django.db import models

from quality.states import Status


class Check(models.Model):
    """``status`` … ``message`` repeat the newest result, so that a page of checks is one query."""

    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=600)
    asset = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    column = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=200)
    title = models.CharField(max_length=600)
    severity = models.CharField(max_length=10, default="error")
    description = models.TextField(blank=True)
    expression = models.TextField(blank=True)
    meta = models.JSONField(default=dict)
    retired_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, blank=True)
    at = models.DateTimeField(null=True)
    failures = models.BigIntegerField(null=True)
    message = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="check_once")]
        indexes = [models.Index(fields=["asset"], condition=models.Q(retired_at=None), name="check_of_asset")]

    def __str__(self) -> str:
        return self.title


class CheckResult(models.Model):
    check_run = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="results")
    at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices)
    failures = models.BigIntegerField(null=True)
    message = models.TextField(blank=True)
    seconds = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_run", "at"], name="result_once")]

    def __str__(self) -> str:
        return f"{self.check_run_id} {self.status}"


class FreshnessReading(models.Model):
    """One look at how old an asset's newest row was; limits in seconds, as promised at that time."""

    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices)
    loaded_at = models.DateTimeField(null=True)
    warn_after_s = models.BigIntegerField(null=True)
    error_after_s = models.BigIntegerField(null=True)
    message = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "asset", "at"], name="freshness_once")]
        indexes = [models.Index(fields=["asset", "-at"])]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.status}"


class Health(models.Model):
    """The sum of an asset's newest check results and of its newest look at freshness, one row an asset that is watched at
    all. Derived (``quality.health.refresh``), so that lists, facets and badges are one indexed query."""

    asset = models.OneToOneField("catalog.Asset", on_delete=models.CASCADE, related_name="+", primary_key=True)
    status = models.CharField(max_length=10, choices=Status.choices)  # the worst of all
    rank = models.PositiveSmallIntegerField()  # of the status, for sorting the worst first
    checks = models.JSONField(default=dict)  # {status: number} of the live checks that have a result
    freshness = models.CharField(max_length=10, choices=Status.choices, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-rank", "asset"], name="health_worst_first")]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=Status.values), name="health_status_known")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.status}"
