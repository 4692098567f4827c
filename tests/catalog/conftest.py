from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Source
from catalog.services import sources
from portal import wiring
from tests.catalog.live import CANARY


@pytest.fixture
def live_kind(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(wiring.READERS, "live", "tests.catalog.live.LiveReader")
    return "live"


@pytest.fixture
def live_source(db: Any, live_kind: str) -> Source:
    options = {"host": "127.0.0.1", "tables": "marts.a"}
    return sources.create_source(
        slug="wh", title="Warehouse", kind=live_kind, options=options, secrets={"password": CANARY}, by=None
    )
