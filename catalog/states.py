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
