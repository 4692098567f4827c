"""Sources, their runs, what each of them reports, and what changed by it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models.assets import Asset
from catalog.states import ChangeKind, RunState


class SourceQuerySet(models.QuerySet["Source"]):
    def present(self) -> SourceQuerySet:
        return self.filter(removed_at=None)


class Source(models.Model):
    """Where metadata comes from. ``namespace`` is the platform instance that its relations live on, such as
    ``snowflake://org-account``; two sources with the same one speak of the same tables."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    namespace = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(
        default=False
    )  # nobody declared the namespace: it was taken for the only one that fits
    options = models.JSONField(default=dict)
    secrets = models.BinaryField(
        null=True
    )  # options that are secret, sealed (portal.kernel.sealing); never read by pages
    schedule = models.CharField(max_length=100, blank=True)  # crontab's five fields, in UTC; "" = only by hand
    paused = models.BooleanField(default=False)
    next_run_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)  # out of the lists; its history keeps it
    created_at = models.DateTimeField(default=timezone.now)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(schedule="") | models.Q(next_run_at=None), name="source_unscheduled_is_not_due"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None) | models.Q(next_run_at=None), name="source_removed_is_not_due"
            ),
        ]
        indexes = [
            models.Index(fields=["next_run_at"], condition=models.Q(next_run_at__isnull=False), name="source_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:source", args=[self.slug])


class IngestionRun(models.Model):
    """One intake of one source. The row is the queue: Celery only wakes whoever claims it next."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)  # fencing token: only the newest claim may finish the run
    inline = models.BooleanField(default=False)  # run by a command from files on its own disk, not by a worker
    scheduled = models.BooleanField(default=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    input_digest = models.CharField(
        max_length=64, blank=True
    )  # of what it read; the same again needs no second reading
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=[RunState.QUEUED, RunState.RUNNING], finished_at=None)
                | models.Q(state__in=[RunState.SUCCEEDED, RunState.FAILED], finished_at__isnull=False),
                name="run_finished_has_time",
            ),
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(state=RunState.RUNNING), name="run_one_running_a_source"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RunState.FAILED) | ~models.Q(error=""), name="run_failed_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "-created_at"]),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=[RunState.QUEUED, RunState.RUNNING]),
                name="run_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:run", args=[self.source.slug, self.uuid])

    @property
    def is_open(self) -> bool:
        return self.state in {RunState.QUEUED, RunState.RUNNING}

    @property
    def seconds(self) -> float | None:
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class RunFile(models.Model):
    """A file that came with a run, kept (compressed) until the run is over, so that any worker on any host can read it."""

    run = models.ForeignKey(IngestionRun, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)  # gzip; null once the run is over

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="run_file_once")]

    def __str__(self) -> str:
        return self.name


class RunWarning(models.Model):
    """``asset`` is set where the warning is about a thing of the catalog: who may not see that, does not see this."""

    run = models.ForeignKey(IngestionRun, on_delete=models.CASCADE, related_name="warnings")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE, related_name="+")
    file = models.CharField(max_length=300)
    place = models.CharField(max_length=700, blank=True)
    message = models.TextField()

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class Sighting(models.Model):
    """What one source last said about one thing. A source changes its own sightings only; an asset is retired when no
    source sees it any more."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="sightings")
    key = models.CharField(max_length=600)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="sightings")
    digest = models.CharField(max_length=40)
    facts = models.JSONField()
    pinned = models.BooleanField(
        default=False
    )  # a person decided whose sighting this is; names do not move it any more
    last_run = models.ForeignKey(IngestionRun, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="sighting_once")]
        indexes = [
            models.Index(
                fields=["asset"],
                condition=models.Q(facts__former_names__0__isnull=False, retired_at=None),
                name="sighting_renamed",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class AssetChange(models.Model):
    """One line of an asset's activity: which run or person changed what. Append-only by trigger.

    ``diff`` is {field: [before, after]}; ``columns`` in it is {"added": […], "removed": […], "changed": {name: {…}}}, as
    ``catalog.intake.diff`` writes and ``catalog.queries.wording`` words it.
    """

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    at = models.DateTimeField()
    run = models.ForeignKey(IngestionRun, null=True, on_delete=models.PROTECT, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    edit = models.ForeignKey("catalog.Edit", null=True, on_delete=models.PROTECT, related_name="changes")
    diff = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(run__isnull=False) | models.Q(by__isnull=False), name="change_has_a_cause"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="change_kind_known"),
        ]
        indexes = [models.Index(fields=["asset", "-at"]), models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.kind}"
