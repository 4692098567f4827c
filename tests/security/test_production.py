"""Settings as they are in production: nothing set but what must be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "for-this-test-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "DATABASE_URL": "postgresql://user:password@db.example/gazetteer",
    "REDIS_URL": "redis://broker.example:6379/0",
    "ALLOWED_HOSTS": "gazetteer.example",
}
ASK = """
import django, json
django.setup()
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
    environment = {**kept, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "portal.settings", **changes}
    environment = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, *command], cwd=REPO, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@cache
def settings(**changes: str) -> dict[str, Any]:
    """All of them, as a process of its own finds them."""
    done = run("-c", ASK, **changes)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_cookies_are_bound_to_the_host_and_to_https() -> None:
    expected = {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_AGE": 36_000,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_PATH": "/",
    }
    assert {name: settings()[name] for name in expected} == expected


def test_https_is_demanded_and_remembered_for_over_a_year() -> None:
    found = settings()
    assert (found["DEMO"], found["DEBUG"], found["SECURE_SSL_REDIRECT"]) == (False, False, True)
    assert isinstance(found["SECURE_HSTS_SECONDS"], int)
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert found["SECURE_PROXY_SSL_HEADER"] is None  # believed only where somebody says that there is a proxy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must start with postgresql://"),
        ({"INGEST_MAX_MB": "much"}, "INGEST_MAX_MB must be a whole number"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_clear_word(change: dict[str, str], words: str) -> None:
    done = run("manage.py", "check", **change)
    assert done.returncode != 0
    assert words in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file-" + "x" * 60 + "\n")
    found = settings(SECRET_KEY="", SECRET_KEY_FILE=str(tmp_path / "key"))
    assert found["SECRET_KEY"] == "from-a-file-" + "x" * 60


def test_celery_takes_json_alone() -> None:
    found = settings()
    assert found["CELERY_TASK_SERIALIZER"] == "json"
    assert found["CELERY_ACCEPT_CONTENT"] == ["json"]
    assert found["CELERY_TASK_ACKS_LATE"] is True
