"""What columns inherit is written down: of those downstream of a change, and in the words that their readers may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import connection

from catalog.intake.cause import Cause
from catalog.services import pii
from lineage.events import PiiInherited
from lineage.models import Touched
from lineage.pii.flows import Inherited, Node, inherited
from lineage.queries.flows import Called, Place, Region, called, region
from portal.kernel.events import publish

HIDDEN = "a restricted column"
LONGEST = 300  # of a reason
STEPS = 3  # of a path that are named
HASHED = "; hashed without a key, so it still stands for one person"


def refresh(*, cause: Cause, assets: Collection[int] = ()) -> int:
    """Personal data flows anew from these assets, and into all whose edges this transaction has changed. The number of
    columns for which it is something else than before.

    To be called inside the transaction, after the changes.
    """
    changed = {*assets, *touched()}
    if not changed:
        return 0
    found = region(changed)
    flows = inherited(found.owns, found.arrows)
    classes = _classes(found, flows)
    looked_at = {*found.standing, *(place for node in found.nodes for place in found.columns.get(node, ()))}
    count = pii.inherit(
        classes={(place.asset, place.column): said for place, said in classes.items()},
        cause=cause,
        asset_ids={place.asset for place in looked_at},
        looked_at={(place.asset, place.column) for place in looked_at},
    )
    if count:
        publish(
            PiiInherited(columns=count, assets=len({place.asset for place in looked_at})),
            by=cause.by,
            subject=_subject(cause),
        )
    return count


def touched() -> set[int]:
    """Downstream ends of what this transaction has changed of edges, however it did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text::bigint")
        xid = cursor.fetchone()[0]
    return set(Touched.objects.filter(xid=xid).values_list("downstream", flat=True)) if xid is not None else set()


def _subject(cause: Cause) -> str:
    if cause.run is not None:
        return f"source:{cause.run.source.slug}"
    return f"edit:{cause.edit.uuid}" if cause.edit is not None else ""


def _classes(found: Region, flows: Mapping[Node, Inherited]) -> dict[Place, tuple[str, str]]:
    wanted = [(node, flow) for node in found.nodes if (flow := flows.get(node)) and node in found.columns]
    steps = {step for _, flow in wanted for step in flow.path}
    ids = {found.names[step].asset for step in steps} | {
        place.asset for node, _ in wanted for place in found.columns[node]
    }
    names = called(ids)
    return {
        place: (flow.pii, reason([_named(found, step, names, place) for step in flow.path], hashed=flow.hashed))
        for node, flow in wanted
        for place in found.columns[node]
    }


def _named(found: Region, step: Node, names: Mapping[int, Called], reader: Place) -> str:
    """Only by a name that everybody may read who sees the column that inherits."""
    asset, column = (found.columns.get(step) or [found.names[step]])[0]
    shut_in = names[asset].shut_in
    if shut_in is not None and shut_in != names[reader.asset].shut_in:
        return HIDDEN
    return f"{names[asset].path}.{column}"


def reason(path: Sequence[str], *, hashed: bool = False) -> str:
    """
    >>> reason(["raw.users.email", "staging.stg_users.email"])
    'inherited from raw.users.email via staging.stg_users.email'
    >>> reason(["a.a", "b.b", "c.c", "d.d", "e.e", "f.f"])
    'inherited from a.a via b.b, c.c, d.d and 2 more'
    """
    start, *steps = [name for at, name in enumerate(path) if name != HIDDEN or at == 0 or path[at - 1] != HIDDEN]
    via = f" via {', '.join(steps[:STEPS])}" if steps else ""
    more = f" and {len(steps) - STEPS} more" if len(steps) > STEPS else ""
    end = HASHED if hashed else ""
    text = f"inherited from {start}{via}{more}"
    return text + end if len(text + end) <= LONGEST else f"{text[: LONGEST - len(end) - 2]} …{end}"
