"""What the machinery of the graph's snapshots has to remember."""

from __future__ import annotations

from django.db import models


class Horizon(models.Model):
    """One row: changes by transactions before this one are not noted any more (``Touched``)."""

    before = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.before)
