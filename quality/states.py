"""How a check or a look at freshness came out."""

from django.db import models


class Status(models.TextChoices):
    """Worst last, as badges sum them up."""

    PASS = "pass", "passed"
    SKIPPED = "skipped", "not run"
    WARN = "warn", "warned"
    ERROR = "error", "could not run"
    FAIL = "fail", "failed"


RANK = {status: rank for rank, status in enumerate(Status.values)}
