"""States of the room and the moves between them."""

from django.db import models


class RunState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"


# A run whose worker was killed goes back to the queue: nothing of it was committed.
ALLOWED: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.FAILED}),
    RunState.RUNNING: frozenset({RunState.QUEUED, RunState.SUCCEEDED, RunState.FAILED}),
    RunState.SUCCEEDED: frozenset(),
    RunState.FAILED: frozenset(),
}


class ChangeKind(models.TextChoices):
    CREATED = "created", "appeared"
    CHANGED = "changed", "changed"
    RETIRED = "retired", "retired"
    RETURNED = "returned", "returned"
    GONE = "gone", "is gone from the warehouse"  # though others tell of it
    BACK = "back", "is back in the warehouse"
    MERGED = "merged", "took another asset in"
    SPLIT = "split", "was split"


class Field(models.TextChoices):
    """What a person can say of an asset or column. The shape of each value stands in ``catalog.curation.words``."""

    DESCRIPTION = "description", "description"
    DOMAIN = "domain", "domain"
    TIER = "tier", "tier"
    TAGS = "tags", "tags"
    TERMS = "terms", "glossary terms"
    OWNERS = "owners", "owners"
    CERTIFIED = "certified", "certification"
    DEPRECATION = "deprecation", "deprecation"
    PII = "pii", "class of personal data"


# What owners may say of what is theirs; where it belongs and what is promised of it is for stewards
OWNERS_FIELDS = frozenset({Field.DESCRIPTION, Field.TAGS, Field.TERMS, Field.DEPRECATION})


class SuggestionState(models.TextChoices):
    OPEN = "open", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


SUGGESTION_ALLOWED: dict[SuggestionState, frozenset[SuggestionState]] = {
    SuggestionState.OPEN: frozenset({SuggestionState.ACCEPTED, SuggestionState.DECLINED, SuggestionState.WITHDRAWN}),
    SuggestionState.ACCEPTED: frozenset(),
    SuggestionState.DECLINED: frozenset(),
    SuggestionState.WITHDRAWN: frozenset(),
}


class Relation(models.TextChoices):
    """How one glossary term stands to another (SKOS: broader, related; and what catalogs add)."""

    BROADER = "broader", "is a kind of"
    PART = "part", "is part of"
    RELATED = "related", "is related to"
    REPLACES = "replaces", "replaces"


class Evidence(models.TextChoices):
    """What a class of personal data rests on, strongest first."""

    DECIDED = "decided", "decided"
    DECLARED = "declared", "declared"
    INHERITED = "inherited", "inherited"
    VALUES = "values", "seen in values"
    NAME = "name", "guessed by name"
