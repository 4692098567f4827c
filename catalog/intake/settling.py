"""After a run: names that waited for their table join it, whichever source came first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Lower

from catalog.intake.cause import Cause
from catalog.intake.joining import Pair, join
from catalog.intake.namespaces import Namespaces
from catalog.intake.resolving import known_as
from catalog.models import Apart, Asset, Domain, Merge, Sighting, Source, Split


def settle(cause: Cause, among: Collection[int] | None = None) -> int:
    """How many stubs, of all or of some, have joined the one table that they mean. In an intake's turn. One query where
    nothing waits."""
    return len(join(fitting(among), cause))


def fitting(among: Collection[int] | None = None) -> list[Pair]:
    """A stub fits the asset that is known by a name which its sightings give (a symlink), else the only table that has all
    parts of its name. What a person set apart, or took apart, stays so; and nothing comes into a restricted domain, or out
    of one, by itself."""
    stubs = {stub.pk: stub for stub in waiting(among)}
    if not stubs:
        return []
    found = _by_links(stubs)
    found |= _by_ending({pk: stub for pk, stub in stubs.items() if pk not in found})
    kept = Asset.objects.live().filter(stub=False).in_bulk({kept for kept, _ in found.values()})
    shut = set(Domain.objects.filter(restricted=True).values_list("pk", flat=True))
    parted = apart(found)
    return [
        Pair(kept=table, gone=pk, reason=reason)
        for pk, (table, reason) in sorted(found.items())
        if table in kept
        and (pk, table) not in parted
        and (stubs[pk].domain_id == kept[table].domain_id or not {stubs[pk].domain_id, kept[table].domain_id} & shut)
    ]


def waiting(among: Collection[int] | None = None) -> list[Asset]:
    own = Apart.objects.filter(asset=OuterRef("pk"), other=None)
    stubs = Asset.objects.live().filter(~Exists(own), stub=True)
    return list(stubs if among is None else stubs.filter(pk__in=among))


def _by_links(stubs: Mapping[int, Asset]) -> dict[int, tuple[int, str]]:
    rows = Sighting.objects.filter(asset__in=stubs, retired_at=None, facts__names__0__isnull=False)
    told = list(rows.order_by("pk").values_list("asset", "facts__names", "source__title"))
    if not told:
        return {}
    spaces = Namespaces()
    pairs = [(pk, spaces.pair(name["namespace"], name["name"]), title) for pk, names, title in told for name in names]
    known = known_as({pair for _, pair, _ in pairs})
    found: dict[int, tuple[int, str]] = {}
    for pk, pair, title in pairs:
        if pair in known and known[pair].asset_id != pk:
            found.setdefault(pk, (known[pair].asset_id, f"known by the name that {title} gives"))
    return found


def _by_ending(stubs: Mapping[int, Asset]) -> dict[int, tuple[int, str]]:
    """Looked for on the stub's own instance where it is one, else on all of its platform."""
    placed = _instances({stub.namespace for stub in stubs.values()})
    titles = {stub.title.lower() for stub in stubs.values() if stub.section == "datasets"}
    tables: dict[str, list[Asset]] = {}
    rows = Asset.objects.live().filter(stub=False, section="datasets").annotate(low=Lower("title"))
    for table in rows.filter(low__in=titles).only("title", "schema", "database", "platform", "namespace", "path"):
        tables.setdefault(table.title.lower(), []).append(table)
    found = {}
    for pk, stub in stubs.items():
        fit = [
            table for table in tables.get(stub.title.lower(), ()) if _ends_like(table, stub, stub.namespace in placed)
        ]
        if len(fit) == 1 and stub.section == "datasets":
            found[pk] = (fit[0].pk, f"the only table called {dotted_end(stub)}")
    return found


def _ends_like(table: Asset, stub: Asset, placed: bool) -> bool:
    return (
        (not stub.schema or table.schema.lower() == stub.schema.lower())
        and (not stub.database or table.database.lower() == stub.database.lower())
        and (not stub.platform or table.platform == stub.platform)
        and (not placed or table.namespace == stub.namespace)
    )


def dotted_end(stub: Asset) -> str:
    return ".".join(part for part in (stub.database, stub.schema, stub.title) if part)


def _instances(namespaces: set[str]) -> set[str]:
    """Those of the namespaces that are a platform instance: declared, or the home of described tables."""
    declared = Source.objects.filter(namespace__in=namespaces).values_list("namespace", flat=True)
    homes = Asset.objects.live().filter(stub=False, namespace__in=namespaces).values_list("namespace", flat=True)
    return {*declared, *homes.distinct()}


def apart(found: Mapping[int, tuple[int, str]]) -> set[tuple[int, int]]:
    """Pairs that a person has taken apart, or said to be two."""
    tables = {table for table, _ in found.values()}
    undone = Merge.objects.filter(gone__in=found, kept__in=tables, undone_at__isnull=False)
    return both_ways(undone.values_list("gone", "kept")) | said_two({*found, *tables})


def said_two(asset_ids: Collection[int]) -> set[tuple[int, int]]:
    """Pairs with one of these that a person said to be two, or has split, whatever either was joined with since; both
    ways round."""
    ids = list(asset_ids)
    said = Apart.objects.filter(Q(asset__in=ids) | Q(other__in=ids)).exclude(other=None)
    whole = Split.objects.filter(undone_at=None).annotate(
        stayed=Coalesce("asset__merged_into", "asset"), left=Coalesce("made__merged_into", "made")
    )
    split = whole.filter(Q(stayed__in=ids) | Q(left__in=ids)).values_list("stayed", "left")
    return both_ways(said.values_list("asset", "other")) | both_ways(split)


def both_ways(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(one, other) for pair in pairs for one, other in (pair, pair[::-1])}
