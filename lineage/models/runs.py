"""What OpenLineage events have said: of jobs, of their runs, of datasets. How it adds up is in ``lineage.openlineage.adding``;
these rows keep the sums, and beside them what pages ask for."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lineage.states import JobState


class QueuedEvent(models.Model):
    """An event that was accepted and waits to be taken in; the row goes when its news is in. ``error``: it could not be
    understood, and stays to be looked at. In the order of their ids."""

    digest = models.CharField(max_length=32, unique=True)  # the same event sent twice waits once
    body = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failed_at=None, error="") | Q(failed_at__isnull=False) & ~Q(error=""),
                name="event_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(failed_at=None), name="event_waiting"),
            models.Index(fields=["-failed_at"], condition=Q(failed_at__isnull=False), name="event_failed"),
        ]

    def __str__(self) -> str:
        return f"event {self.pk}"


class ToldJob(models.Model):
    """``told`` is a digest of what the catalog was told of it, ``drawn`` one of the edges that follow from its runs, made
    of ``datasets``. ``space``: under which namespace the catalog has it, where its own is taken by a dataset."""

    key = models.CharField(max_length=600, unique=True)
    namespace = models.TextField()
    name = models.TextField()
    space = models.TextField(blank=True)
    asset = models.ForeignKey("catalog.Asset", null=True, on_delete=models.CASCADE, related_name="+")
    facets = models.JSONField(default=dict)
    declared = models.JSONField(default=list)  # [at, what it says of its datasets without a run]
    seen_at = models.BigIntegerField(default=0)  # microseconds since 1970, as all times of events
    told = models.CharField(max_length=32, blank=True)
    drawn = models.CharField(max_length=32, blank=True)
    datasets = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["datasets"], name="told_job_datasets")]

    def __str__(self) -> str:
        return self.name


class ToldDataset(models.Model):
    """As ``ToldJob``. ``dropped``: the newest word on it is that it is no more."""

    key = models.CharField(max_length=600, unique=True)
    namespace = models.TextField()
    name = models.TextField()
    space = models.TextField(blank=True)
    asset = models.ForeignKey("catalog.Asset", null=True, on_delete=models.CASCADE, related_name="+")
    facets = models.JSONField(default=dict)
    alive_at = models.BigIntegerField(default=0)
    dropped = models.BooleanField(default=False)
    told = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return self.name


class JobRun(models.Model):
    """One run of one job: several jobs may share an id, and one id may start and end many times (mapped tasks).

    ``named_at``: when it last named a dataset, null where it never did; ``settled``: it has named all that it will.
    """

    job = models.ForeignKey(ToldJob, on_delete=models.CASCADE, related_name="runs")
    run_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState.choices, blank=True)
    first_at = models.BigIntegerField()
    last_at = models.BigIntegerField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    nominal_at = models.DateTimeField(null=True)
    parent = models.CharField(max_length=600, blank=True)  # key of the job
    parent_run = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    rows_written = models.BigIntegerField(null=True)
    moments = models.JSONField(default=list)
    facets = models.JSONField(default=dict)
    uses = models.JSONField(default=dict)
    named_at = models.BigIntegerField(null=True)
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "run_id"], name="job_run_once")]
        indexes = [
            models.Index(fields=["job", "-first_at", "-id"], name="job_run_newest"),
            models.Index(fields=["job", "-named_at"], condition=Q(named_at__isnull=False), name="job_run_named"),
            models.Index(fields=["parent_run", "parent"], condition=~Q(parent_run=""), name="job_run_parent"),
            models.Index(fields=["parent"], condition=~Q(parent=""), name="job_run_parent_job"),
            models.Index(fields=["last_at"], name="job_run_age"),
        ]

    def __str__(self) -> str:
        return self.run_id

    @property
    def seconds(self) -> float | None:
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.started_at).total_seconds())
