"""Loaded by pytest before Django's settings: real servers of the tests' own, apart from any demo on this machine."""

from __future__ import annotations

import os
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent

os.environ.setdefault("TEST_DATA_DIR", str(REPO / ".data-test"))
for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "DATA_DIR", "SECRET_KEY"):
    os.environ.pop(name, None)
os.environ["DEMO_DIR"] = os.environ["TEST_DATA_DIR"]
os.environ["DEMO"] = "1"
os.environ["STATIC_ROOT"] = str(Path(os.environ["TEST_DATA_DIR"]) / "static")
os.environ["PGOPTIONS"] = "-c synchronous_commit=off"  # no test ends the power of its server
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the thread that also asks the database

from portal.running import embedded  # noqa: E402 - the environment above decides where the servers live

embedded.ensure_services(["test"])
Path(os.environ["STATIC_ROOT"]).mkdir(exist_ok=True)
