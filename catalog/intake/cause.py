"""Why something is written: a run of a source, or an edit of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from catalog.models import Asset, AssetChange, Edit, IngestionRun
from catalog.states import ChangeKind
from portal.accounts.models import User
from portal.kernel.bulk import copy_in

OWNER_RULES = "owner rules"

wrap = partial(Jsonb, dumps=msgspec.json.encode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """At least one of ``run`` and ``by``; ``edit`` where the person's word can be undone. ``freed`` are assets of which a
    person has just taken back what was said of their domain: these alone may leave a restricted one. ``act`` names what
    was done, where the change itself does not show it."""

    now: datetime
    run: IngestionRun | None = None
    by: User | None = None
    edit: Edit | None = None
    freed: frozenset[int] = frozenset()
    act: str = ""

    def change(self, asset: Asset, kind: ChangeKind, difference: dict[str, Any] | None = None) -> AssetChange:
        told = (difference or {}) | ({"act": self.act} if self.act else {})
        return AssetChange(asset=asset, kind=kind, at=self.now, run=self.run, by=self.by, edit=self.edit, diff=told)


def write_changes(changes: Sequence[AssetChange]) -> None:
    copy_in(
        AssetChange,
        ["asset", "kind", "at", "run", "by", "edit", "diff"],
        (
            (item.asset_id, item.kind, item.at, item.run_id, item.by_id, item.edit_id, wrap(item.diff))
            for item in changes
        ),
    )
