"""Where in the life of the database a snapshot was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """``database``: which one, and which files its edges are in: other ones after a restore or TRUNCATE, which no trigger
    tells of. ``moment``: PostgreSQL's snapshot ``xmin:xmax:running``."""

    database: str
    moment: str

    @property
    def first(self) -> int:
        """All transactions before this one are in the snapshot."""
        return int(self.moment.split(":")[0])

    @property
    def last(self) -> int:
        """No transaction from this one on is in the snapshot."""
        return int(self.moment.split(":")[1])
