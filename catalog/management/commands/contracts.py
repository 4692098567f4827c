"""``manage.py contracts check OLD NEW``: the gate of a pull request; ``manage.py contracts show FILE``. No database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.contracts import diff, model, reports
from catalog.contracts.loading import MAX_BYTES
from catalog.contracts.problems import Refused
from catalog.contracts.reading import LABELS, Read, read
from catalog.contracts.writing import WRITTEN, write

BREAKING = 1


class Command(BaseCommand):
    requires_system_checks = []  # nothing of the portal is asked
    help = "Compare two contracts (exit status 1 where the change breaks readers), or show one as it is understood."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="what changed from OLD to NEW, and does it break anybody?")
        check.add_argument("old", type=Path)
        check.add_argument("new", type=Path)
        check.add_argument("--platform", default="", help="snowflake, postgres …: what types mean; told by the files")
        check.add_argument("--json", action="store_true")
        check.add_argument("--junit", type=Path, metavar="FILE", help="also write a JUnit report")
        show = verbs.add_parser("show", help="a contract as it is understood, and what of it was not")
        show.add_argument("file", type=Path)
        show.add_argument("--form", choices=WRITTEN, default="own")
        show.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "check":
            self._check(options)
        else:
            self._show(options["file"], options["form"], as_json=options["json"])

    def _check(self, options: dict[str, Any]) -> None:
        old, new = (self._read(options[side])[0] for side in ("old", "new"))
        found = diff.compare(old.document, new.document, options["platform"])
        if options["junit"]:
            self._write(options["junit"], reports.as_junit(found, str(options["new"])))
        told = json.dumps(reports.as_json(found), ensure_ascii=False) if options["json"] else reports.as_text(found)
        self.stdout.write(told)
        for side, file in ((old, options["old"]), (new, options["new"])):
            self._tell_notes(side, file)
        if found.breaking:
            raise SystemExit(BREAKING)

    def _show(self, file: Path, form: str, *, as_json: bool) -> None:
        found, content = self._read(file)
        if as_json:
            notes = [{"place": note.place, "message": note.message} for note in found.notes]
            self.stdout.write(
                json.dumps({"document": model.to_json(found.document), "notes": notes}, ensure_ascii=False)
            )
            return
        self.stderr.write(f"{file}: {LABELS[found.document.form]} {found.document.form_version}")
        self._tell_notes(found, file)
        self.stdout.write(write(found, content, form), ending="")

    def _tell_notes(self, found: Read, file: Path) -> None:
        for note in found.notes[:20]:
            self.stderr.write(f"{file}: {note}")

    def _read(self, file: Path) -> tuple[Read, bytes]:
        try:
            with file.open("rb") as opened:
                content = opened.read(MAX_BYTES + 1)
            return read(content), content
        except OSError as error:
            _bad(f"{file}: {error.strerror}")
        except Refused as refused:
            _bad("\n".join(f"{file}: {problem}" for problem in refused.problems))

    def _write(self, file: Path, content: bytes) -> None:
        try:
            file.write_bytes(content)
        except OSError as error:
            _bad(f"{file}: {error.strerror}")


def _bad(words: str) -> NoReturn:
    raise CommandError(words, returncode=2)
