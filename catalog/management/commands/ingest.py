"""``manage.py ingest KIND [FILES…] --source SLUG``: reads files on this machine's disk, here and now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.capabilities import SourceFile
from catalog.intake.running import execute
from catalog.models import IngestionRun, Source
from catalog.services import connections, credentials, runs
from catalog.services.sources import create_source, update_source
from catalog.states import RunState
from portal.kernel import wiring

FIGURES = (
    *("created", "changed", "unchanged", "retired", "returned", "gone", "back"),
    *("unmatched", "columns", "warnings", "seconds"),
)


class Command(BaseCommand):
    requires_system_checks = []  # they load every URL of the portal, which costs more than a small run
    help = "Ingest metadata files into the catalog and print what that changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=f"kind of source: {', '.join(sorted(wiring.names('READERS')))}")
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--source", required=True, metavar="SLUG", help="the source that the files speak for")
        parser.add_argument(
            "--namespace", default="", help="platform instance of a new source, e.g. snowflake://org-acc"
        )
        parser.add_argument("--title", default="", help="title of a new source")
        parser.add_argument("--option", action="append", default=[], metavar="KEY=VALUE")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = _options(options["option"])
        files = _files(options["files"], options["kind"])  # before anything is written
        namespace = chosen.pop("namespace", "") or options["namespace"]
        if options["kind"] not in wiring.names("READERS"):
            names = ", ".join(sorted(wiring.names("READERS")))
            raise CommandError(f"There is no reader “{options['kind']}”. Known: {names}.", returncode=2)
        known = {option.name for option in wiring.named("READERS", options["kind"]).options}
        if unknown := chosen.keys() - known:
            raise CommandError(f"no option {min(unknown)!r}; there are: {', '.join(sorted(known))}", returncode=2)
        chosen, secrets = credentials.parted(options["kind"], chosen)
        source = _source(options["kind"], options["source"], namespace, options["title"], chosen)
        if secrets:
            _keep(source, secrets)
        run = runs.request_run(source=source, files=[], options=chosen, by=None, inline=True)
        claimed = runs.claim(run.pk)
        if claimed is None:
            runs_ahead = IngestionRun.objects.filter(source=source, id__lt=run.pk, finished_at=None).count()
            run.delete()
            raise CommandError(f"source {source.slug} is busy: {runs_ahead} older run(s) are not done yet")
        done = execute(claimed, files)
        if done.state == RunState.FAILED:
            raise CommandError(done.error)
        self._print(done, as_json=options["json"])

    def _print(self, run: IngestionRun, *, as_json: bool) -> None:
        figures = {name: run.figures.get(name, 0) for name in FIGURES} | run.figures
        if as_json:
            self.stdout.write(json.dumps({"run": str(run.uuid), "source": run.source.slug, **figures}))
            return
        self.stdout.write(", ".join(f"{figures[name]:,} {name}" for name in FIGURES))
        for warning in run.warnings.order_by("id")[:20]:
            self.stderr.write(f"warning: {warning}")


def _options(pairs: Sequence[str]) -> dict[str, str]:
    chosen = dict(pair.partition("=")[::2] for pair in pairs)
    if bad := [pair for pair in pairs if "=" not in pair]:
        raise CommandError(f"--option takes KEY=VALUE, not {bad[0]!r}", returncode=2)
    return chosen


def _keep(source: Source, secrets: dict[str, str]) -> None:
    """Sealed with the source: a run's own options are in a row, in answers and on pages."""
    try:
        source.secrets = update_source(source=source, secrets=secrets, by=None).secrets
    except ValidationError as error:
        raise CommandError(" ".join(error.messages), returncode=2) from error


def _source(kind: str, slug: str, namespace: str, title: str, options: dict[str, str]) -> Source:
    """A live source keeps the options that it was made with: its schedule has no command line."""
    found = Source.objects.present().filter(slug=slug).first()
    if found is None:
        kept = options if connections.is_live(kind) else {}
        try:
            return create_source(slug=slug, title=title, kind=kind, namespace=namespace, options=kept, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
    if found.kind != kind:
        raise CommandError(f"source {slug} is of kind {found.kind}, not {kind}", returncode=2)
    if namespace and namespace != found.namespace:
        raise CommandError(
            f"source {slug} lives on {found.namespace or 'no named instance'}, not on {namespace}", returncode=2
        )
    return found


def _files(paths: Sequence[Path], kind: str) -> list[SourceFile]:
    """A folder stands for the files in it that the reader takes; without patterns of its own those are dbt's artifacts
    (``target/`` of a project)."""
    files: list[SourceFile] = []
    for path in paths:
        if path.is_dir():
            files += _inside(path, kind)
        elif path.is_file():
            files.append(SourceFile.at(path))
        else:
            raise CommandError(f"{path}: there is no such file", returncode=1)
    return files


def _inside(folder: Path, kind: str) -> list[SourceFile]:
    """Files of a reader with patterns are called by their path below the folder; hidden ones are nobody's."""
    patterns = getattr(wiring.named("READERS", kind), "patterns", ()) if kind in wiring.names("READERS") else ()
    if not patterns:
        names = ("manifest.json", "catalog.json", "run_results.json", "sources.json")
        return [SourceFile.at(folder / name) for name in names if (folder / name).is_file()]
    found = {path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}
    named = sorted((path.relative_to(folder), path) for path in found)
    return [
        SourceFile(name=name.as_posix(), load=path.read_bytes)
        for name, path in named
        if not any(part.startswith(".") for part in name.parts)
    ]
