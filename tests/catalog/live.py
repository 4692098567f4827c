"""A reader of a running system that exists in tests alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.capabilities import BadInput, OptionSlot, SourceFile
from catalog.facts import Fact
from tests.factories import table

CANARY = "quetzalcoatl-17"  # a password that must turn up nowhere


class LiveReader:
    label = "Pretend warehouse"
    files: Sequence[Any] = ()
    options = (
        OptionSlot(name="host", help="Its host.", required=True),
        OptionSlot(name="tables", help="Names of its tables.", default="marts.a"),
        OptionSlot(name="password", help="Of the role.", secret=True, required=True),
        OptionSlot(name="private_key", help="PEM.", secret=True),
        OptionSlot(name="behaviour", help="How it behaves."),
    )

    def instance(self, options: Mapping[str, str]) -> str:
        if not options.get("host"):
            raise BadInput("", "option host", "is missing")
        return f"postgres://{options['host']}:5432"

    def test(self, options: Mapping[str, str]) -> str:
        self._behave(options)
        return f"Pretend 1.0 on {options['host']}"

    def read(self, files: Sequence[SourceFile], options: Mapping[str, str]) -> Iterator[Fact]:
        self._behave(options)
        for name in options.get("tables", "marts.a").split(","):
            yield table(name, key=name)

    def _behave(self, options: Mapping[str, str]) -> None:
        match options.get("behaviour"):
            case "refuse":
                raise BadInput("", options["host"], f"refused {options['password']}")
            case "break":
                raise RuntimeError(f"dsn=postgres://u:{options['password']}@h")
            case "hang":
                time.sleep(30)
            case "check password":
                assert options["password"] == CANARY
