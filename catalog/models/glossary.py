"""The glossary: what words of the business mean, and how they stand to one another."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.states import Relation


class Term(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    definition = models.TextField(blank=True)
    synonyms = ArrayField(models.CharField(max_length=120), default=list)  # search finds the one by the other
    domain = models.ForeignKey("catalog.Domain", null=True, blank=True, on_delete=models.PROTECT, related_name="terms")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="term_has_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:term", args=[self.slug])


class TermRelation(models.Model):
    subject = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="relations")
    relation = models.CharField(max_length=10, choices=Relation.choices)
    object = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="related_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "relation", "object"], name="term_relation_once"),
            models.CheckConstraint(condition=models.Q(relation__in=Relation.values), name="term_relation_known"),
            models.CheckConstraint(condition=~models.Q(subject=models.F("object")), name="term_relation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.relation} {self.object_id}"
