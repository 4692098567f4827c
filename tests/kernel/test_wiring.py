"""The switchboard: everything it names is there, and a wrong name stops ``manage.py check``."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from catalog.capabilities import Reader
from catalog.intake.context import Sink
from portal import wiring
from portal.kernel.checks import switchboard_resolves
from portal.kernel.wiring import SLOTS, dotted_strings, listed, load, named, names


def misname(monkeypatch: pytest.MonkeyPatch, slot: str, dotted: str) -> None:
    whole: Any = {"x": [dotted] if slot == "EVENT_HANDLERS" else dotted}
    monkeypatch.setattr(wiring, slot, whole if isinstance(getattr(wiring, slot), dict) else [dotted])


def test_the_switchboard_as_it_is_has_no_fault() -> None:
    assert switchboard_resolves(None) == []


def test_every_slot_of_the_switchboard_is_known_to_the_kernel() -> None:
    assert set(SLOTS) == {name for name in vars(wiring) if name.isupper()}


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("dotted", ["nowhere.at.all", "catalog.badges.misspelt", "undotted"])
def test_a_name_that_does_not_resolve_is_an_error_that_names_its_slot(
    monkeypatch: pytest.MonkeyPatch, slot: str, dotted: str
) -> None:
    misname(monkeypatch, slot, dotted)
    (error,) = switchboard_resolves(None)
    assert error.id == "kernel.E001"
    assert slot in error.msg
    assert dotted in error.msg


def test_a_name_of_something_that_cannot_be_called_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    misname(monkeypatch, "BADGES", "portal.kernel.deliveries.BATCH")
    assert [error.id for error in switchboard_resolves(None)] == ["kernel.E002"]


def test_the_check_command_fails_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    misname(monkeypatch, "TABS", "nowhere.at.all")
    with pytest.raises(SystemCheckError, match=r"nowhere\.at\.all"):
        call_command("check")


def test_readers_and_sinks_keep_their_protocols() -> None:
    for kind in names("READERS"):
        assert isinstance(named("READERS", kind)(), Reader)
    for sink in listed("SINKS"):
        assert {"take", "finish", "takes"} <= set(dir(sink)), sink
    assert Sink.__doc__


def test_nothing_is_named_twice_in_one_slot() -> None:
    pairs = [pair for pair in dotted_strings() if pair[0] != "EVENT_HANDLERS"]  # one handler may hear several events
    assert len(pairs) == len(set(pairs))
    for event, heard in wiring.EVENT_HANDLERS.items():
        assert len(heard) == len(set(heard)), event


def test_a_dotted_name_is_looked_up_once() -> None:
    assert load("catalog.badges.standing") is load("catalog.badges.standing")
