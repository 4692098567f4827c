"""Personal data: what speaks for a class of a column. The class that counts stands in ``Column.pii``."""

from __future__ import annotations

from django.db import models

from catalog.models.assets import Asset
from catalog.states import Evidence


class PiiFinding(models.Model):
    """One piece of evidence on one column. Decisions of people are annotations, they are not here.

    ``figures`` tells how sure it is ({"matched": 48, "looked_at": 50}), never a value that was seen.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="pii_findings")
    column = models.CharField(max_length=500)
    evidence = models.CharField(max_length=10, choices=Evidence.choices)
    pii = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    confidence = models.FloatField(default=1.0)  # 0 to 1
    figures = models.JSONField(default=dict)
    at = models.DateTimeField()
    decided = models.BooleanField(default=False)  # a person did, on the column (``catalog.intake.deciding``)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "column", "evidence"], name="pii_finding_once"),
            models.CheckConstraint(
                condition=models.Q(evidence__in=[Evidence.INHERITED, Evidence.VALUES, Evidence.NAME]),
                name="pii_finding_evidence_known",
            ),
            models.CheckConstraint(condition=~models.Q(reason="") & ~models.Q(pii=""), name="pii_finding_says_why"),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0.0) & models.Q(confidence__lte=1.0), name="pii_finding_confidence"
            ),
        ]
        indexes = [
            models.Index(fields=["-confidence", "id"], condition=models.Q(decided=False), name="pii_finding_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.column} {self.pii}"
