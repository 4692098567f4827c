"""``manage.py secrets rotate``: seals what sources keep secret anew, with the key of today."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog.services import credentials


class Command(BaseCommand):
    help = (
        "After SECRETS_KEY has changed: seal the sources' secrets with it. SECRETS_KEY_PREVIOUS must still open them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rotate"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        changed, lost = credentials.rotate()
        if options["json"]:
            self.stdout.write(json.dumps({"sealed": changed, "cannot_be_opened": lost}))
        else:
            self.stdout.write(f"{changed} sealed anew" + (f", {lost} cannot be opened by any key here" if lost else ""))
        if lost:
            sys.exit(1)
