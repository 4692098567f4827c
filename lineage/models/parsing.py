"""What was read out of SQL, and with which knowledge: the same again is not read again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from lineage.models.edges import Statement


class Parsed(models.Model):
    """The SQL by which one source says that an asset is made. ``key`` is a hash of the SQL and of all columns that it was
    read with; "" asks for it to be read anew. ``columns`` are those that the SQL gives, where it tells all of them."""

    asset = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, null=True, on_delete=models.PROTECT, related_name="+")  # null: a template
    key = models.CharField(max_length=40, blank=True)
    reads = ArrayField(models.BigIntegerField(), default=list)  # ids of assets
    unknown = ArrayField(models.CharField(max_length=1600), default=list)  # names that match no asset
    columns = ArrayField(models.CharField(max_length=500), default=list)
    warnings = ArrayField(models.CharField(max_length=500), default=list)
    unread = models.CharField(max_length=500, blank=True)  # why nothing was read out of it
    at = models.DateTimeField(default=timezone.now)  # when it was last looked at

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "source"], name="parsed_once")]
        indexes = [
            GinIndex(fields=["reads"], name="parsed_reads"),
            models.Index(fields=["source"], condition=~models.Q(unread=""), name="parsed_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.unread or 'read'}"
