"""The tests' database: migrated once for each state of the migrations, copied for every worker, emptied cheaply.

To migrate takes longer than most rooms' tests. A copy of a migrated database takes a second, and stands for every later
run on the same data folder too.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

REPO = Path(__file__).resolve().parent.parent
PREFIX = "tests_of_"
# What migrating writes of itself. Emptying leaves it, so that it need not be written anew after every test
KEPT = ("django_migrations", "django_content_type", "auth_permission")
EMPTY = f"""
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN {KEPT}
  LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
END $$
"""


def template() -> str:
    """The name of a migrated database of what the code says now; the first who asks makes it, others wait."""
    name = PREFIX + _digest()
    with _one_at_a_time():
        others = _databases()
        if name not in others:
            _make(name)
            for old in others:
                _say(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    return name


def empty() -> None:
    """Rows alone: to truncate a hundred tables takes as long as a dozen tests. The triggers of events and changes refuse
    it, so they are off, as only a superuser may; and with them keys, so the order of tables means nothing."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)


def _make(name: str) -> None:
    fresh = f"{name}_new"
    _say(f'DROP DATABASE IF EXISTS "{fresh}" WITH (FORCE)')
    _say(f'CREATE DATABASE "{fresh}"')
    kept = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = fresh
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept
        ContentType.objects.clear_cache()
    _say(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')


def _digest() -> str:
    """Of all that decides what a migrated database looks like: migrations, the apps, the versions of others' code."""
    found = hashlib.sha256()
    for path in sorted(REPO.glob("*/migrations/*.py")) + sorted(REPO.glob("portal/*/migrations/*.py")):
        found.update(str(path.relative_to(REPO)).encode() + path.read_bytes())
    for place in ("locks/dev.txt", "portal/settings.py"):
        found.update((REPO / place).read_bytes())
    return found.hexdigest()[:16]


def _databases() -> list[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        return [name for (name,) in cursor.fetchall()]


def _say(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(os.environ["TEST_DATA_DIR"]) / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
