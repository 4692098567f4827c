"""``manage.py audit verify``: exit status 0 when the chain is whole, 1 with the faults otherwise."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.kernel import audit


class Command(BaseCommand):
    help = "Check the hash chain of security and stewardship events."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = audit.verify()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(verdict)))
        else:
            for number, row, fault in verdict.faults:
                self.stdout.write(f"event {row} (number {number}): {fault}")
            state = "broken" if verdict.faults else "whole"
            self.stdout.write(f"chain {state}: {verdict.length} events, head {verdict.head[0]} {verdict.head[1]}")
        if verdict.faults:
            sys.exit(1)
