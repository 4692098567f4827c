"""Edges between assets: who says so, since when, with which columns, and what people decided on them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone

from lineage.states import Confidence, Detail, Judgement, Masking, Use


class Statement(models.Model):
    """SQL that is evidence of edges, kept once however many edges it makes."""

    digest = models.CharField(max_length=64, unique=True)  # sha256 of dialect and text
    dialect = models.CharField(max_length=30, blank=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:80]


class EdgeQuerySet(models.QuerySet["Edge"]):
    def open(self) -> EdgeQuerySet:
        """What counts today."""
        return self.filter(closed_at=None, overruled=False)

    def at(self, moment: datetime | None) -> EdgeQuerySet:
        """What was reported at that moment. A person's verdict says that an edge never was, so it holds for the past."""
        if moment is None:
            return self.open()
        return self.filter(Q(closed_at=None) | Q(closed_at__gt=moment), first_seen__lte=moment, overruled=False)


class Edge(models.Model):
    """One version of what one source says of one pair: ``downstream`` is made from ``upstream``, by ``job`` where one is
    known. A version is never changed, only closed; when its columns or SQL change, the next one follows. So any day of
    the past can be asked.

    ``overruled``: a person's verdict on the pair (``Verdict``) takes it out of the graph as long as it stands.
    """

    uuid = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    upstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    downstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey("catalog.Source", null=True, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("catalog.Asset", null=True, on_delete=models.CASCADE, related_name="+")
    confidence = models.CharField(max_length=10, choices=Confidence.choices, default=Confidence.DECLARED)
    detail = models.PositiveSmallIntegerField(choices=Detail.choices, default=Detail.NONE)
    statement = models.ForeignKey(Statement, null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=32, blank=True)  # of columns, detail and statement: the same says the same
    overruled = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    objects = EdgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["upstream", "downstream", "source", "job", "confidence"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="edge_open_once",
            ),
            models.CheckConstraint(condition=~Q(upstream=F("downstream")), name="edge_not_to_itself"),
            models.CheckConstraint(
                condition=Q(confidence=Confidence.STATED, source=None, by__isnull=False) & ~Q(reason="")
                | ~Q(confidence=Confidence.STATED) & Q(source__isnull=False, by=None),
                name="edge_of_a_source_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("first_seen")), name="edge_closed_after_it_opened"
            ),
        ]
        indexes = [
            models.Index(
                fields=["upstream", "downstream"], condition=Q(closed_at=None, overruled=False), name="edge_down"
            ),
            models.Index(
                fields=["downstream", "upstream"], condition=Q(closed_at=None, overruled=False), name="edge_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upstream_id} → {self.downstream_id}"


def _key(side: str) -> models.GeneratedField:
    """A column as a node of the graph: 64 bits out of its asset and its name without case."""
    return models.GeneratedField(
        expression=Func(Lower(f"{side}_column"), F(f"{side}_id"), function="hashtextextended"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )


class ColumnEdge(models.Model):
    """``upstream_column`` is used, in the way of ``use``, for ``downstream_column``; where that is "", for which rows there
    are in the downstream, or in which order. ``live``: its edge is open and not overruled."""

    edge = models.ForeignKey(Edge, on_delete=models.CASCADE, related_name="columns")
    upstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+", db_index=False)
    downstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+", db_index=False)
    upstream_column = models.CharField(max_length=500)
    downstream_column = models.CharField(max_length=500, blank=True)
    use = models.PositiveSmallIntegerField(choices=Use.choices)
    masking = models.PositiveSmallIntegerField(
        choices=Masking.choices, default=Masking.UNKNOWN, db_default=Masking.UNKNOWN
    )
    live = models.BooleanField(default=True)
    upstream_key = _key("upstream")
    downstream_key = _key("downstream")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(upstream_column=""), name="column_edge_from_a_column")]
        indexes = [
            models.Index(fields=["upstream_key"], condition=Q(live=True), name="column_edge_down"),
            models.Index(fields=["downstream_key"], condition=Q(live=True), name="column_edge_up"),
            models.Index(fields=["upstream"], name="column_edge_upstream"),
            models.Index(fields=["downstream"], name="column_edge_downstream"),
        ]

    def __str__(self) -> str:
        return f"{self.upstream_column} → {self.downstream_column or 'rows'}"


class Verdict(models.Model):
    """What a person decided on a pair of assets, and why."""

    upstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    downstream = models.ForeignKey("catalog.Asset", on_delete=models.CASCADE, related_name="+")
    judgement = models.CharField(max_length=10, choices=Judgement.choices)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["upstream", "downstream"], condition=Q(lifted_at=None), name="verdict_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="verdict_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="verdict_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judgement}: {self.upstream_id} → {self.downstream_id}"


class Touched(models.Model):
    """Pairs whose edges were changed, written by triggers of the database, with the transaction that did it: what a
    snapshot of the graph (``lineage.graph``) does not have yet. ``xid`` is PostgreSQL's xid8, as text only for Django."""

    xid = models.BigIntegerField()
    upstream = models.BigIntegerField()
    downstream = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["xid"], name="touched_xid")]

    def __str__(self) -> str:
        return f"{self.upstream} → {self.downstream}"
