"""Events and handlers that exist for the tests of the kernel alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

from django.db import connection, transaction

from portal.accounts.models import Team
from portal.kernel.events import publish
from portal.kernel.models import Event


@dataclass(frozen=True, slots=True)
class Happened:
    what: str = "rain"
    name: ClassVar[str] = "test.Happened"
    chained: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Proven:
    what: str = "rain"
    name: ClassVar[str] = "test.Proven"
    chained: ClassVar[bool] = True


@transaction.atomic
def tell(event: Any) -> Event:
    return publish(event, subject="test")


started = threading.Event()
may_go_on = threading.Event()


def make_team(event: Event) -> None:
    """An effect that can be counted."""
    name = f"event {event.pk} {uuid4().hex}"  # nothing unique, which would hide that it was done twice
    Team.objects.create(slug=name.replace(" ", "-"), name=name)


def make_team_slowly(event: Event) -> None:
    started.set()
    may_go_on.wait(10)
    make_team(event)


def make_team_and_fail(event: Event) -> None:
    make_team(event)
    raise RuntimeError("the handler broke")


def in_threads(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls at once, each on a connection of its own; their results, or what they raised."""
    results: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def work(place: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
