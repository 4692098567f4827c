from __future__ import annotations

import pytest

from catalog.models import Source
from tests.search import world


@pytest.fixture
def shop(source: Source) -> Source:
    world.fill(source)
    return source
