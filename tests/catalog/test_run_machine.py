"""Whatever order claims, ends, deaths and sweeps come in: each run ends once, and never two of one source run at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from catalog.models import IngestionRun, Source
from catalog.services import runs
from catalog.states import ALLOWED, RunState
from portal.kernel.models import Event
from tests.factories import SourceFactory


class Runs(RuleBasedStateMachine):
    """Workers hold claims; a claim may end, die, or come back after the run was given to somebody else."""

    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.seen: dict[int, RunState] = {}
        self.ended: Counter[int] = Counter()
        self.sources: list[Source] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def start(self) -> None:
        self.sources = [SourceFactory(), SourceFactory()]

    @rule(source=st.integers(0, 1), inline=st.booleans())
    def request(self, source: int, inline: bool) -> None:
        runs.request_run(source=self.sources[source], files=[], options={}, by=None, inline=inline)

    @rule(target=claims, place=st.integers(0, 5))
    def claim(self, place: int) -> object:
        ids = list(IngestionRun.objects.order_by("id").values_list("id", flat=True))
        claimed = runs.claim(ids[place]) if place < len(ids) else None
        return claimed or multiple()

    @rule(run=consumes(claims), good=st.booleans())
    def finish(self, run: IngestionRun, good: bool) -> None:
        outcome, error = (RunState.SUCCEEDED, "") if good else (RunState.FAILED, "bad")
        self.ended[run.pk] += runs.finish(run=run, state=outcome, figures={}, error=error)

    @rule()
    def sweep_after_a_while(self) -> None:
        """Nobody holds a lock here, so for the sweep every worker is dead."""
        open_before = set(IngestionRun.objects.filter(finished_at=None).values_list("id", flat=True))
        IngestionRun.objects.filter(state=RunState.RUNNING).update(started_at=timezone.now() - timedelta(minutes=5))
        runs.recover()
        over = IngestionRun.objects.filter(id__in=open_before, finished_at__isnull=False).values_list("id", flat=True)
        self.ended.update(over)

    @invariant()
    def one_run_of_a_source_at_a_time_and_in_order(self) -> None:
        for source in self.sources:
            rows = IngestionRun.objects.filter(source=source, finished_at=None).order_by("id")
            states = list(rows.values_list("state", flat=True))
            assert RunState.RUNNING not in states[1:]

    @invariant()
    def every_move_is_allowed_and_an_end_is_final(self) -> None:
        for pk, found in IngestionRun.objects.values_list("id", "state"):
            new, old = RunState(found), self.seen.get(pk, RunState.QUEUED)
            reachable = {old} | ALLOWED[old] | {state for step in ALLOWED[old] for state in ALLOWED[step]}
            assert new in reachable
            assert new == old or old not in {RunState.SUCCEEDED, RunState.FAILED}
            self.seen[pk] = new

    @invariant()
    def each_run_ends_once_and_says_so_once(self) -> None:
        finished = IngestionRun.objects.filter(finished_at__isnull=False).count()
        assert all(number <= 1 for number in self.ended.values())
        assert sum(self.ended.values()) == finished
        assert Event.objects.filter(name="catalog.IngestionFinished").count() == finished

    @invariant()
    def nobody_is_tried_more_often_than_the_limit(self) -> None:
        assert not IngestionRun.objects.filter(attempt__gt=runs.MAX_ATTEMPTS).exists()


@pytest.mark.django_db
def test_runs_keep_their_promises_in_every_order() -> None:
    machine = Runs.TestCase
    machine.settings = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    machine("runTest").runTest()
