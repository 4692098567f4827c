"""The outbox, the activity feed and the audit in one append-only table."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Event(models.Model):
    """Something that happened. Written in the same transaction as the change it tells of; a trigger refuses any change.

    Events of security and stewardship are also hash-chained: a trigger fills ``chain_*`` where ``chained`` is true, each
    hash covering the one before, so that an edited, deleted or slipped-in row shows (``manage.py audit verify``).
    """

    name = models.CharField(max_length=100)  # "catalog.IngestionFinished"
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200, blank=True)  # "source:shop", "asset:<uuid>"
    payload = models.JSONField(default=dict)
    request_id = models.CharField(max_length=32, blank=True)
    chained = models.BooleanField(default=False)
    chain_seq = models.BigIntegerField(null=True, unique=True, editable=False)
    chain_prev = models.CharField(max_length=64, blank=True, editable=False)
    chain_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["subject", "-at"]), models.Index(fields=["name", "-at"])]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class Delivery(models.Model):
    """One event for one handler: at least once woken, exactly once done."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once")]
        indexes = [models.Index(fields=["id"], condition=models.Q(done_at=None), name="delivery_waiting")]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}"
