"""``manage.py lineage sql``: column lineage of a statement or a script, no database; ``lineage impact``: what a change hits."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lineage.management import impact
from lineage.sql import UnknownDialect, as_json, read_script

MAX_BYTES = 32 * 1024 * 1024
UNREAD = 1
BAD_CALL = 2


class Command(BaseCommand):
    requires_system_checks = []  # nothing of the portal is asked
    help = (
        "Lineage: which columns of which tables end in which (exit status 1 where SQL was not understood), and what a"
        " change hits (exit status 1 where it hits something)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        sql = verbs.add_parser("sql", help="column lineage of a statement or a script, as JSON")
        sql.add_argument("file", metavar="FILE", help="SQL; - reads the standard input")
        sql.add_argument("--dialect", required=True, help="snowflake, bigquery, postgres, ansi …")
        sql.add_argument("--schema", metavar="FILE", help="columns of tables, JSON or YAML: {table: {column: type}}")
        sql.add_argument("--default-database", default="", help="where names without a database belong")
        sql.add_argument("--default-schema", default="", help="where names without a schema belong")
        sql.add_argument("--json", action="store_true", help="as always")
        impact.add_arguments(verbs.add_parser("impact", help="what a change of an asset or a column hits"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "impact":
            self._impact(options)
        else:
            self._sql(options)

    def _impact(self, options: Mapping[str, Any]) -> None:
        try:
            text, status = impact.run(options)
        except ValueError as error:
            _bad(str(error))
        self.stdout.write(text)
        if status:
            raise SystemExit(status)

    def _sql(self, options: Mapping[str, Any]) -> None:
        schema = _schema(options["schema"]) if options["schema"] else {}
        sql = _text(options["file"])
        try:
            found = read_script(
                sql,
                options["dialect"],
                schema,
                database=options["default_database"],
                default_schema=options["default_schema"],
            )
        except UnknownDialect as error:
            _bad(f"--dialect: {error}")
        self.stdout.write(json.dumps(as_json(found.together), ensure_ascii=False))
        for warning in found.together.warnings:
            self.stderr.write(f"{options['file']}: {warning}")
        if found.unread:
            raise SystemExit(UNREAD)


def _schema(file: str) -> dict[str, dict[str, Any] | list[str]]:
    try:
        given = yaml.safe_load(_text(file))  # JSON is YAML, too
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        _bad(f"{file}: {' '.join(str(error).split())[:300]}")
    if not isinstance(given, Mapping):
        _bad(f"{file}: expected {{table: {{column: type}}}}")
    return {str(table): _columns(file, str(table), columns) for table, columns in given.items()}


def _columns(file: str, table: str, columns: Any) -> dict[str, Any] | list[str]:
    if isinstance(columns, Mapping):
        return {str(name): kind for name, kind in columns.items()}
    if not isinstance(columns, list):
        _bad(f"{file}: {table}: expected {{column: type}}")
    return [str(name) for name in columns]


def _text(file: str) -> str:
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        _bad(f"{file}: {getattr(error, 'strerror', None) or error}")
    if len(content) > MAX_BYTES:
        _bad(f"{file}: larger than {MAX_BYTES // 1024**2} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _bad(f"{file}: not UTF-8 at byte {error.start}")


def _bad(words: str) -> NoReturn:
    raise CommandError(words, returncode=BAD_CALL)
