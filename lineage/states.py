"""Closed lists of the lineage room. The values are stored and stand in the API."""

from __future__ import annotations

from django.db import models


class Confidence(models.TextChoices):
    """How anybody knows of an edge."""

    DECLARED = "declared", "Declared"  # a project's or a database's own word: dbt's depends_on, a dependency
    PARSED = "parsed", "Parsed from SQL"
    OBSERVED = "observed", "Observed in a run"
    STATED = "stated", "Stated by a person"


class Detail(models.IntegerChoices):
    """What a claim tells of columns. Where no claim of a pair tells all, any column of the upstream may matter."""

    NONE = 0, "No columns"
    SOME = 1, "Some columns"
    ALL = 2, "All columns"


class Judgement(models.TextChoices):
    """What a person decided on a pair; it holds whatever is reported later, until it is lifted."""

    REJECTED = "rejected", "Rejected"  # there is no such edge
    CORRECTED = "corrected", "Corrected"  # only what people state of it counts


class Use(models.IntegerChoices):
    """How a column is used: the numbers and words of ``lineage.sql.Kind``, which tells more the smaller it is, and one
    more for what is only known to be used."""

    IDENTITY = 0, "identity"
    TRANSFORMATION = 1, "transformation"
    AGGREGATION = 2, "aggregation"
    CONDITIONAL = 3, "conditional"
    WINDOW = 4, "window"
    ORDER_BY = 5, "order_by"
    GROUP_BY = 6, "group_by"
    JOIN = 7, "join"
    FILTER = 8, "filter"
    UNKNOWN = 9, "unknown"


class Masking(models.IntegerChoices):
    """How much of the value is hidden on its way: the numbers of ``lineage.pii.rules.Masking``."""

    UNKNOWN = 0, "unknown"  # nobody said: the use alone decides
    NONE = 1, "none"
    PSEUDONYM = 2, "pseudonym"
    FULL = 3, "full"


USES = {str(use.label): use for use in Use}
LAST_DIRECT = Use.AGGREGATION  # up to here the value itself gets through


class JobState(models.TextChoices):
    """The newest word on a run of a job, as OpenLineage says it."""

    START = "START", "Running"
    RUNNING = "RUNNING", "Running"
    COMPLETE = "COMPLETE", "Succeeded"
    ABORT = "ABORT", "Aborted"
    FAIL = "FAIL", "Failed"
