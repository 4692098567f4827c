"""Closed lists of the room."""

from django.db import models


class Role(models.TextChoices):
    """What a person may do to the catalog; what they may see is decided by domains, not by this."""

    VIEWER = "viewer", "Viewer"
    STEWARD = "steward", "Steward"
    ADMINISTRATOR = "administrator", "Administrator"


class Office(models.TextChoices):
    """Offices of the whole platform. A team's lead stands with the team."""

    DATA_LEAD = "data_lead", "Data lead"
    SECURITY = "security", "Security"
    PRIVACY = "privacy", "Privacy"


class Scope(models.TextChoices):
    """What a token may be used for; never more than its owner may do. Deciding on access has no scope on purpose."""

    READ = "read", "Read the catalog"
    INGEST = "ingest", "Send metadata to sources"
    WRITE = "write", "Write over what sources say"
