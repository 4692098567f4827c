"""Contracts: documents, their versions, and which of their tables is which asset."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.assets import Asset
from catalog.models.sources import IngestionRun, Source


class Contract(models.Model):
    """One document through time. It may promise several tables; an asset has at most one contract."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=600)  # its path in the source, or its id where it was written in the portal
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="contracts")
    title = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="contract_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.title


class ContractTable(models.Model):
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="tables")
    name = models.CharField(max_length=500)  # in the document
    asset = models.OneToOneField(Asset, on_delete=models.PROTECT, related_name="contract_table")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "name"], name="contract_table_once")]

    def __str__(self) -> str:
        return self.name


class KeepingQuerySet(models.QuerySet["Keeping"]):
    def broken(self) -> KeepingQuerySet:
        """Of contracts that are in force."""
        late = models.Q(late_at__lte=timezone.now())
        return self.filter(late | models.Q(broken__gt=0), in_force=True)


class Keeping(models.Model):
    """How far an asset's contract is kept: the sum of its clauses as they were last judged (``catalog.services.keeping``).

    ``late_at``: if the platform tells of no change until then, freshness is broken too."""

    asset = models.OneToOneField(Asset, primary_key=True, on_delete=models.CASCADE, related_name="keeping")
    in_force = models.BooleanField()
    clauses = models.PositiveIntegerField()
    checked = models.PositiveIntegerField()
    broken = models.PositiveIntegerField()
    faults = models.JSONField(default=list)  # the first of the broken ones, in words
    late_at = models.DateTimeField(null=True)

    objects = KeepingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-broken", "asset"], condition=models.Q(in_force=True), name="keeping_worst")]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.checked} of {self.clauses}, {self.broken} broken"

    @property
    def is_late(self) -> bool:
        return self.late_at is not None and self.late_at <= timezone.now()

    @property
    def trouble(self) -> int:
        """How many promises are broken, for all to see; 0 while the contract is not in force."""
        return self.broken + self.is_late if self.in_force else 0

    @property
    def words(self) -> str:
        """``2 promises broken: id: no value twice; amount is text, promised integer``"""
        told = [*self.faults, *(["nothing has changed for longer than promised"] if self.is_late else [])]
        if self.trouble:
            more = "; …" if self.broken > len(self.faults) else ""
            return f"{self.trouble} promise{'' if self.trouble == 1 else 's'} broken: {'; '.join(told)}{more}"
        if self.checked < self.clauses:
            return f"kept as far as checked ({self.checked} of {self.clauses} clauses)"
        return "kept"


class ContractVersion(models.Model):
    """The document at one time, byte for byte. Append-only by trigger.

    ``document`` is its neutral form (``catalog.contracts``), ``changes`` the verdicts against the version before, ``notes``
    what of the document was not understood.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=60)  # semantic version
    status = models.CharField(max_length=60, blank=True)
    form = models.CharField(max_length=20)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    document = models.JSONField()
    verdict = models.CharField(max_length=20)
    changes = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    author = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(IngestionRun, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "sequence"], name="contract_version_once"),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="contract_version_counts_from_one"),
        ]
        indexes = [models.Index(fields=["contract", "-sequence"], name="contract_version_newest")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.number}"
