"""What people say of assets, over what sources say: annotations, the edits that made them, suggestions, announcements."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.assets import Asset
from catalog.states import Field, SuggestionState


class Edit(models.Model):
    """One act of one person, on one asset or on thousands. It can be undone as a whole, and the undoing is an edit too."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    summary = models.CharField(max_length=300)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="edit_newest"),
            models.Index(fields=["by", "-at"], name="edit_of_by"),
        ]

    def __str__(self) -> str:
        return self.summary


class EditLine(models.Model):
    """One annotation before and after; null where there was or is none. Append-only by trigger."""

    edit = models.ForeignKey(Edit, on_delete=models.PROTECT, related_name="lines")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    column = models.CharField(max_length=500, blank=True)
    field = models.CharField(max_length=20, choices=Field.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edit", "asset", "column", "field"], name="edit_line_once"),
            models.CheckConstraint(condition=models.Q(field__in=Field.values), name="edit_line_field_known"),
        ]
        indexes = [models.Index(fields=["asset", "field"], name="edit_line_of_asset")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.column} {self.field}"


class Annotation(models.Model):
    """What a person says of one field of an asset or of one of its columns. It wins over all sources, and stays when they
    speak again; a column is known by its name, so that it may come and go."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="annotations")
    column = models.CharField(max_length=500, blank=True)
    field = models.CharField(max_length=20, choices=Field.choices)
    value = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "column", "field"], name="annotation_once"),
            models.CheckConstraint(condition=models.Q(field__in=Field.values), name="annotation_field_known"),
            models.CheckConstraint(
                condition=models.Q(column="") & ~models.Q(field=Field.PII)
                | ~models.Q(column="") & models.Q(field__in=[Field.DESCRIPTION, Field.TAGS, Field.TERMS, Field.PII]),
                name="annotation_field_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.column} {self.field}"


class Suggestion(models.Model):
    """What somebody who may not edit would write; accepting it makes an edit in the name of who accepts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="suggestions")
    column = models.CharField(max_length=500, blank=True)
    field = models.CharField(max_length=20, choices=Field.choices)
    value = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    edit = models.OneToOneField(Edit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SuggestionState.values), name="suggestion_state_known"),
            models.CheckConstraint(condition=models.Q(field__in=Field.values), name="suggestion_field_known"),
            models.CheckConstraint(
                condition=models.Q(state=SuggestionState.OPEN, decided_at=None)
                | ~models.Q(state=SuggestionState.OPEN) & models.Q(decided_at__isnull=False),
                name="suggestion_decided_has_time",
            ),
            models.UniqueConstraint(
                fields=["asset", "column", "field", "by"],
                condition=models.Q(state=SuggestionState.OPEN),
                name="suggestion_one_open_a_person",
            ),
        ]
        indexes = [models.Index(fields=["-at"], condition=models.Q(state=SuggestionState.OPEN), name="suggestion_open")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.column} {self.field}"


class Announcement(models.Model):
    """A dated word to everybody who looks at an asset: a migration, an outage, a change to come."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="announcements")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("begins_at")),
                name="announcement_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["asset", "-begins_at"], name="announcement_of_asset")]

    def __str__(self) -> str:
        return self.title


class OwnerRule(models.Model):
    """One line of the owners' file: assets whose path matches the pattern have these owners, unless a source or a person
    says otherwise. As in CODEOWNERS, the last line that matches counts."""

    position = models.PositiveIntegerField(unique=True)
    pattern = models.CharField(max_length=500)
    owners = models.JSONField(default=list)  # of people's user names and teams' slugs
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.pattern} {' '.join(self.owners)}"
