"""Edges between assets, each with the source that reports it and since when."""

from __future__ import annotations

from django.db import models


class EdgeQuerySet(models.QuerySet["Edge"]):
    def open(self) -> EdgeQuerySet:
        return self.filter(closed_at=None)


class Edge(models.Model):
    """``downstream`` is made from ``upstream``, says ``source``. What a source stops reporting is closed, not deleted, and
    opened anew as a row of its own when it comes back, so that any day of the past can be asked."""

    upstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    downstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="+")
    first_seen = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = EdgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["upstream", "downstream", "source"], condition=models.Q(closed_at=None), name="edge_open_once"
            ),
            models.CheckConstraint(condition=~models.Q(upstream=models.F("downstream")), name="edge_not_to_itself"),
        ]
        indexes = [
            models.Index(fields=["upstream", "downstream"], condition=models.Q(closed_at=None), name="edge_down"),
            models.Index(fields=["downstream", "upstream"], condition=models.Q(closed_at=None), name="edge_up"),
        ]

    def __str__(self) -> str:
        return f"{self.upstream_id} → {self.downstream_id}"
