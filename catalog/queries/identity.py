"""Which asset a name means, and what waits for somebody to say so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.identity.candidates import LEAST, Likeness, Thing, likeness
from catalog.intake.namespaces import Namespaces
from catalog.intake.renaming import Twice, twice
from catalog.intake.resolving import known_as
from catalog.intake.settling import said_two
from catalog.models import Apart, Asset, Column, Domain, Merge, NamespaceAlias, Sighting, Source, Split
from catalog.queries.assets import by_name

PAGE = 30
WORD = re.compile(r"[^\W_]+")


def resolve(names: Iterable[tuple[str, str]], *, platform: str = "") -> dict[tuple[str, str], int | None]:
    """The asset that each (namespace, name) means, None where nobody knows it: three queries however many there are. For
    rooms, which see all; what a person may see is for the page to ask."""
    spaces = Namespaces()
    forms = {pair: spaces.forms(*pair, platform) for pair in names}
    known = known_as({form for found in forms.values() for form in found})
    return {
        pair: next((known[form].asset_id for form in found if form in known), None) for pair, found in forms.items()
    }


@dataclass(frozen=True, slots=True)
class Candidate:
    asset: Asset
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Waiting:
    asset: Asset
    told: Sequence[tuple[Source, str]]  # who names it, by which key
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class LookAlike:
    first: Asset
    second: Asset


def stubs(user: Any) -> QuerySet[Asset]:
    own = Apart.objects.filter(asset=OuterRef("pk"), other=None)
    return Asset.objects.visible_to(user).live().filter(~Exists(own), stub=True)


def count_waiting(user: Any) -> int:
    return stubs(user).count()


def waiting(user: Any, after: int = 0) -> list[Waiting]:
    """The next page of names that match nothing, each with who names it and what it may be."""
    rows = list(stubs(user).filter(pk__gt=after).order_by("pk")[:PAGE])
    told = _told(rows)
    likely = candidates(user, rows)
    return [Waiting(row, told.get(row.pk, []), likely[row.pk][:3]) for row in rows]


def _told(rows: Sequence[Asset]) -> dict[int, list[tuple[Source, str]]]:
    told: dict[int, list[tuple[Source, str]]] = {}
    for sighting in Sighting.objects.filter(asset__in=rows, retired_at=None).select_related("source").order_by("pk"):
        told.setdefault(sighting.asset_id, []).append((sighting.source, sighting.key))
    return told


def candidates(
    user: Any, rows: Sequence[Asset], extra: Mapping[int, Collection[int]] | None = None
) -> dict[int, list[Candidate]]:
    """For each what it most likely is, best first, among what the person may see; ``extra`` are further ids to weigh."""
    near = _near({row.pk: row.title for row in rows}, user)
    for pk, ids in (extra or {}).items():
        near.setdefault(pk, set()).update(ids)
    ids = {pk for found in near.values() for pk in found}
    others = Asset.objects.visible_to(user).live().in_bulk(ids)
    columns = _columns({*others, *(row.pk for row in rows)})
    apart = said_two([row.pk for row in rows])
    found: dict[int, list[Candidate]] = {}
    for row in rows:
        thing = _thing(row, columns)
        weighed = [
            Candidate(others[pk], likeness(thing, _thing(others[pk], columns)))
            for pk in near.get(row.pk, ())
            if pk in others and pk != row.pk and (row.pk, pk) not in apart and others[pk].section == row.section
        ]
        likely = [one for one in weighed if one.likeness.score >= LEAST]
        found[row.pk] = sorted(likely, key=lambda one: (-one.likeness.score, one.asset.path, one.asset.pk))
    return found


def named_like(user: Any, text: str, section: str, limit: int = 10) -> list[Asset]:
    """Visible live assets for somebody who types a name: those that have it first, then those that are near."""
    exact = [asset for asset in by_name(user, text) if asset.retired_at is None]
    near = Asset.objects.visible_to(user).live().filter(pk__in=_near({0: text}, user, typed=True).get(0, ()))
    found = {asset.pk: asset for asset in (*exact, *near.select_related("domain").order_by("path", "pk"))}
    return [asset for asset in found.values() if asset.section == section][:limit]


def meant(user: Any, text: str) -> str:
    """What somebody may have meant who named nothing, as a sentence; "" where nothing visible is near."""
    last = text.rpartition(".")[2]
    near = Asset.objects.visible_to(user).live().filter(pk__in=_near({0: last}, user).get(0, ()))
    paths = list(near.order_by("path", "pk").values_list("path", flat=True)[:3])
    return f" Did you mean {' or '.join(paths)}?" if paths else ""


# Words of the vocabulary that are near to those of a title, then what has them in its name: both by their index
_NEAR_WORDS = """
SELECT told.word, w.word FROM unnest(%s::text[]) AS told(word)
CROSS JOIN LATERAL (SELECT word FROM catalog_searchword WHERE word %% told.word AND similarity(word, told.word) >= 0.45
                    ORDER BY similarity(word, told.word) DESC, word LIMIT 8) w
"""
_NEAR = """
SELECT told.id, near.id FROM unnest(%s::bigint[], %s::text[]) AS told(id, query)
CROSS JOIN LATERAL (
  SELECT a.id FROM catalog_searchentry e JOIN catalog_asset a ON a.id = e.asset_id
  WHERE e.names @@ told.query::tsquery AND a.retired_at IS NULL AND NOT a.stub AND a.id <> told.id
    AND (a.domain_id IS NULL OR a.domain_id = ANY(%s))
  ORDER BY a.id LIMIT 40) near
"""


def _near(titles: Mapping[int, str], user: Any, *, typed: bool = False) -> dict[int, set[int]]:
    words = {pk: [word for word in WORD.findall(title.lower())[:8] if len(word) <= 40] for pk, title in titles.items()}
    asked = sorted({word for found in words.values() for word in found})
    if not asked:
        return {}
    near: dict[str, set[str]] = {word: {word} for word in asked}
    domains = list(Domain.objects.visible_to(user).values_list("pk", flat=True))
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR_WORDS, [asked])
        for word, other in cursor.fetchall():
            near[word].add(other)
        queries = {
            pk: " & ".join(f"({_either(near[word], typed)})" for word in told) for pk, told in words.items() if told
        }
        cursor.execute(_NEAR, [list(queries), list(queries.values()), domains])
        for pk, other in cursor.fetchall():
            found.setdefault(pk, set()).add(other)
    return found


def _either(words: Collection[str], typed: bool) -> str:
    """What is being typed may go on."""
    return " | ".join(f"'{word}'{':*' if typed else ''}" for word in sorted(words))


def _thing(asset: Asset, columns: Mapping[int, frozenset[str]]) -> Thing:
    folded = columns.get(asset.pk, frozenset())
    return Thing(asset.title, asset.schema, asset.database, asset.platform, asset.namespace, folded)


def _columns(asset_ids: Collection[int]) -> dict[int, frozenset[str]]:
    names: dict[int, set[str]] = {}
    for pk, name in Column.objects.filter(asset__in=asset_ids, retired_at=None).values_list("asset", "name"):
        names.setdefault(pk, set()).add(name.casefold())
    return {pk: frozenset(found) for pk, found in names.items()}


_ALIKE = """
SELECT a.id, b.id FROM catalog_asset a
JOIN catalog_asset b ON lower(b.path) = lower(a.path) AND b.platform = a.platform AND b.namespace <> a.namespace
  AND b.id > a.id AND b.section = a.section
WHERE a.platform = ANY(%(platforms)s) AND a.section = 'datasets' AND lower(a.database) = lower(b.database)
  AND a.retired_at IS NULL AND b.retired_at IS NULL AND NOT a.stub AND NOT b.stub
  AND (a.domain_id IS NULL OR a.domain_id = ANY(%(domains)s)) AND (b.domain_id IS NULL OR b.domain_id = ANY(%(domains)s))
  AND NOT EXISTS (SELECT FROM catalog_apart x WHERE x.asset_id = a.id AND (x.other_id = b.id OR x.other_id IS NULL))
  AND NOT EXISTS (SELECT FROM catalog_apart x WHERE x.asset_id = b.id AND x.other_id IS NULL)
  AND NOT EXISTS (SELECT FROM catalog_split s WHERE s.undone_at IS NULL AND s.asset_id = a.id AND s.made_id = b.id)
ORDER BY a.id, b.id LIMIT %(limit)s
"""


def look_alikes(user: Any, limit: int = 20) -> list[LookAlike]:
    """Tables with one name on several instances of a platform: one instance that is called differently, or two."""
    spaces: dict[str, set[str]] = {}
    for slug, namespace in Source.objects.values_list("slug", "namespace"):
        platform = namespace.partition("://")[0] if namespace else ""
        spaces.setdefault(platform, set()).add(namespace or slug)
    undeclared = bool(spaces.pop("", ()))
    platforms = [platform for platform, found in spaces.items() if len(found) > 1 or undeclared]
    if not platforms:
        return []
    domains = list(Domain.objects.visible_to(user).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, {"platforms": platforms, "domains": domains, "limit": limit})
        pairs = cursor.fetchall()
    assets = Asset.objects.visible_to(user).in_bulk({pk for pair in pairs for pk in pair})
    return [LookAlike(assets[one], assets[two]) for one, two in pairs if one in assets and two in assets]


def renamed_twice(user: Any, limit: int = 20) -> list[Twice]:
    """Things that a source says were renamed, while others describe both names: one or two, a person knows."""
    found = [one for one in twice() if one.both_described]
    ids = {asset.pk for one in found for asset in (one.old, one.new)}
    seen = set(Asset.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if found else set()
    return [one for one in found if {one.old.pk, one.new.pk} <= seen][:limit]


def aliases() -> QuerySet[NamespaceAlias]:
    return NamespaceAlias.objects.select_related("by").order_by("alias")


def assumed() -> QuerySet[Source]:
    return Source.objects.present().filter(assumed=True).order_by("title")


def merges_of(user: Any, asset: Asset) -> QuerySet[Merge]:
    """What the asset has taken in and still holds, newest first."""
    seen = Asset.objects.visible_to(user).values("pk")
    rows = Merge.objects.filter(kept=asset, undone_at=None, gone__in=seen).select_related("gone", "by")
    return rows.exclude(gone__split_from__undone_at__isnull=False).order_by("-pk")


def splits_of(user: Any, asset: Asset) -> QuerySet[Split]:
    """What was split off it, and what it was split off from itself, newest first."""
    return _standing_splits(user).filter(Q(asset=asset) | Q(made=asset))


def newest_splits(user: Any, limit: int = 10) -> QuerySet[Split]:
    return _standing_splits(user).filter(asset__merged_into=None)[:limit]


def _standing_splits(user: Any) -> QuerySet[Split]:
    seen = Asset.objects.visible_to(user).values("pk")
    rows = Split.objects.filter(undone_at=None, asset__in=seen, made__in=seen, made__merged_into=None)
    return rows.select_related("asset", "made", "by").order_by("-pk")


def aparts(user: Any) -> QuerySet[Apart]:
    """What a person said of things that are not one, as far as its assets are seen."""
    seen = Asset.objects.visible_to(user).values("pk")
    return Apart.objects.filter(Q(other=None) | Q(other__in=seen), asset__in=seen)


def newest_aparts(user: Any, limit: int = 10) -> QuerySet[Apart]:
    live = aparts(user).filter(Q(other=None) | Q(other__merged_into=None), asset__merged_into=None)
    return live.select_related("asset", "other", "by").order_by("-pk")[:limit]


def newest_merges(user: Any, limit: int = 10) -> QuerySet[Merge]:
    """What was joined lately, by a person or by itself; what was put back is no news."""
    seen = Asset.objects.visible_to(user).values("pk")
    rows = Merge.objects.filter(undone_at=None, kept__in=seen, gone__in=seen, kept__merged_into=None)
    rows = rows.filter(gone__merged_into=F("kept")).select_related("kept", "gone", "by")
    return rows.exclude(gone__split_from__undone_at__isnull=False).order_by("-pk")[:limit]
