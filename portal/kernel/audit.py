"""Is the chain of security and stewardship events whole?"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# An edited row no longer matches its own hash; a deleted or slipped-in one no longer fits the neighbour's number or hash.
FAULTS = """
SELECT chain_seq, id,
       CASE WHEN chain_hash <> kernel_event_digest(e) THEN 'edited'
            WHEN chain_seq <> expected THEN 'rows before it are missing'
            ELSE 'does not follow the row before it' END
FROM (SELECT kernel_event.*, kernel_event AS e,
             row_number() OVER (ORDER BY chain_seq) AS expected,
             coalesce(lag(chain_hash) OVER (ORDER BY chain_seq), '') AS before
      FROM kernel_event WHERE chain_seq IS NOT NULL) rows
WHERE chain_hash <> kernel_event_digest(e)
   OR chain_prev <> before
   OR chain_seq <> expected
ORDER BY chain_seq LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``faults`` are (number in the chain, row id, what is wrong); ``head`` is the newest (number, hash), to be kept
    outside: a cut tail shows only against it."""

    length: int
    head: tuple[int, str]
    faults: tuple[tuple[int, int, str], ...]


def verify() -> Verdict:
    with connection.cursor() as cursor:
        cursor.execute(FAULTS)
        faults = tuple(cursor.fetchall())
        cursor.execute("SELECT count(chain_seq), coalesce(max(chain_seq), 0) FROM kernel_event")
        length, newest = cursor.fetchone()
        cursor.execute("SELECT coalesce(max(chain_hash), '') FROM kernel_event WHERE chain_seq = %s", [newest])
        (digest,) = cursor.fetchone()
    return Verdict(length=length, head=(newest, digest), faults=faults)
