"""Whether a source's system answers. Outside of any transaction, for a bounded time, and silent about secrets."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from catalog.capabilities import BadInput, Live
from portal.kernel import wiring
from portal.kernel.authz import require
from portal.kernel.reach import OutOfReach, check
from portal.kernel.scrub import scrub

logger = logging.getLogger(__name__)

TEST_SECONDS = 10.0
_places = threading.BoundedSemaphore(4)  # tests that hang keep their thread: no more of them than this a process


@dataclass(frozen=True, slots=True)
class Answer:
    well: bool
    text: str
    seconds: float


def is_live(kind: str) -> bool:
    return isinstance(wiring.named("READERS", kind)(), Live)


def instance(kind: str, options: Mapping[str, str]) -> str:
    """The platform instance that a live reader's options point at; "" where they do not say enough."""
    reader = wiring.named("READERS", kind)()
    if not isinstance(reader, Live):
        return ""
    try:
        return reader.instance(options)
    except (BadInput, KeyError, ValueError):
        return ""


def place(kind: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Where these options, with their secrets, lead; () where they do not lead anywhere yet."""
    reader = wiring.named("READERS", kind)()
    if not isinstance(reader, Live):
        return ()
    try:
        return (reader.instance(options), *hosts(reader, options))
    except (BadInput, KeyError, ValueError):
        return ()


def hosts(reader: Any, options: Mapping[str, str]) -> list[str]:
    """The hosts that a reader is about to connect to: those that it names itself, else that of its instance."""
    if named := getattr(reader, "hosts", None):
        return [str(host) for host in named(options)]
    return [urlsplit(reader.instance(options)).hostname or ""]


def check_reach(reader: Any, options: Mapping[str, str]) -> None:
    """Raises BadInput where a live reader would connect to what the portal must not."""
    if not isinstance(reader, Live):
        return
    try:
        for host in hosts(reader, options):
            check(host)
    except OutOfReach as error:
        raise BadInput("", "", str(error)) from error


def test(*, kind: str, options: Mapping[str, str], secrets: Mapping[str, str], by: Any) -> Answer:
    """What answered, or why nothing did. Raises PermissionDenied."""
    require(by, "catalog.ingest")
    reader = wiring.named("READERS", kind)()
    if not isinstance(reader, Live):
        return Answer(False, "This kind reads files that are brought to it; there is nothing to connect to.", 0.0)
    if not _places.acquire(blocking=False):
        return Answer(False, "Other tests are still waiting for their answers. Try again in a moment.", 0.0)
    told: list[tuple[bool, str]] = []
    started = time.monotonic()

    def ask() -> None:
        try:
            told.append(_ask(reader, {**options, **secrets}))
        finally:
            _places.release()

    thread = threading.Thread(target=ask, daemon=True, name=f"test of {kind}")
    thread.start()
    thread.join(TEST_SECONDS)
    seconds = round(time.monotonic() - started, 2)
    well, text = told[0] if told else (False, f"No answer within {TEST_SECONDS:.0f} seconds.")
    return Answer(well, scrub(text, secrets.values())[:1000], seconds)


def _ask(reader: Any, options: Mapping[str, str]) -> tuple[bool, str]:
    """A reader's own fault is told by its type alone: its words are not meant for people and may hold anything."""
    try:
        check_reach(reader, options)
        return True, str(reader.test(options))
    except BadInput as error:
        return False, str(error)
    except Exception as error:
        logger.warning("a connection test failed: %s", type(error).__name__)
        return False, f"The reader failed ({type(error).__name__})."
