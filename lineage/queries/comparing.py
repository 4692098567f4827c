"""Two moments side by side: what only looks new, or gone, since the other side of a job went or came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from catalog.facts import Kind
from lineage.queries import moments as at
from lineage.queries.drawing import Link
from lineage.queries.moments import Moment

LACKS = {"added": 1, "removed": 0}  # which of the moments did not have the link


def settle(links: Iterable[Link], moments: Sequence[Moment]) -> None:
    """A job is drawn itself only while nothing is known on its other side. That it reads an asset, or writes it, is no
    change where it did so at the other moment too, by way of an edge to something that was dropped since."""
    ends = [link for link in links if link.change in LACKS and Kind.JOB in {link.upstream.kind, link.downstream.kind}]
    for change, place in LACKS.items():
        mine = [link for link in ends if link.change == change]
        did = _uses({pk for link in mine for pk in _pair(link)}, moments[place]) if mine else set()
        for link in mine:
            if _pair(link) in did:
                link.change = "same"


def _pair(link: Link) -> tuple[int, int]:
    return link.upstream.pk, link.downstream.pk


def _uses(ids: Collection[int], moment: Moment) -> set[tuple[int, int]]:
    """(what is read, job) and (job, what is written) of these assets at the moment, whatever stood on the other side."""
    edge = at.edges([moment])
    of_each = (
        f"SELECT {near}, {far} FROM lineage_edge e WHERE e.job_id = ANY(%s) AND e.{of} = ANY(%s) AND {edge.sql}"  # noqa: S608 - names of columns and conditions of our own
        for near, far, of in (
            ("e.upstream_id", "e.job_id", "upstream_id"),
            ("e.job_id", "e.downstream_id", "downstream_id"),
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(of_each), [list(ids), list(ids), *edge.params] * 2)
        return set(cursor.fetchall())
