"""What a selection in dbt's words means here: assets that the person may see, at the moment that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from catalog.facts import DATASET_KINDS, Kind
from catalog.models import Asset, AssetOwner
from catalog.queries import assets
from lineage.queries.hops import MOST_NODES, Look, Side, neighbours
from lineage.selection import Selection, Union, Unreadable, Word, parse

KINDS = {  # dbt's words for what is called otherwise here
    "model": [str(kind) for kind in DATASET_KINDS - {Kind.SEED, Kind.SNAPSHOT, Kind.TOPIC, Kind.FILE}],
    "exposure": ["dashboard", "ml_model", "application", "analysis", "notebook"],
}


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    message: str


@dataclass(slots=True)
class Selected:
    asset_ids: list[int]
    reasons: list[Reason] = field(default_factory=list)


def select(look: Look, text: str) -> Selected:
    """
    Raises:
        ValidationError: of the parameter ``select``, with the place in the text.
    """
    try:
        asked = parse(text)
    except Unreadable as error:
        raise ValidationError({"select": f"{error.message} (At character {error.at + 1}.)"}) from None
    return _found(look, asked)


def _found(look: Look, asked: Selection) -> Selected:
    reach = _Reach(look)
    without = set(reach.union(asked.without))
    ids = [pk for pk in reach.union(asked.wanted) if pk not in without]
    full = reach.full or len(ids) > MOST_NODES
    reasons = [Reason("width", f"More than {MOST_NODES} assets; the rest is left out.")] if full else []
    return Selected(ids[:MOST_NODES], reasons)


@dataclass(slots=True)
class _Reach:
    look: Look
    full: bool = False

    def union(self, union: Union) -> list[int]:
        found: dict[int, None] = {}
        for group in union:
            sets = [self.word(word) for word in group]
            found |= dict.fromkeys(pk for pk in sets[0] if all(pk in other for other in sets[1:]))
        return list(found)

    def word(self, word: Word) -> dict[int, None]:
        start = list(_named(self.look, word)[: MOST_NODES + 1])
        if not start and not word.has_wildcard and not word.method:
            raise ValidationError({"select": f"Nothing is called “{word.value[:200]}”."})
        self.full = self.full or len(start) > MOST_NODES
        down = self.walk(start, "down", word.down)
        if word.all_it_needs:
            below = self.walk(start, "down", MOST_NODES)
            return self.walk(list(below), "up", MOST_NODES)
        return self.walk(start, "up", word.up) | down

    def walk(self, start: Sequence[int], side: Side, hops: int) -> dict[int, None]:
        """Hop by hop, with what it started at."""
        seen = dict.fromkeys(start)
        frontier: Iterable[int] = start
        for _ in range(min(hops, MOST_NODES)):
            new = [
                far for _, far, _ in neighbours(self.look, side, dict.fromkeys(frontier, MOST_NODES)) if far not in seen
            ]
            if not new:
                break
            seen |= dict.fromkeys(new)
            frontier = dict.fromkeys(new)
            if len(seen) > MOST_NODES:
                self.full = True
                break
        return seen


def _named(look: Look, word: Word) -> Any:
    visible = Asset.objects.visible_to(look.user)
    rows: QuerySet[Asset] = visible if look.moments != (None,) else visible.live()
    found = rows.alias(low_path=Lower("path"), low_title=Lower("title")).filter(_condition(word))
    ids = found.order_by("path", "id").values_list("pk", flat=True)
    if word.method or word.has_wildcard or ids.exists():
        return ids
    return [asset.pk for asset in assets.by_name(look.user, word.value)]


def _condition(word: Word) -> Q:
    value = word.value.lower()
    match word.method:
        case "":
            return _text("low_path", value) | _text("low_title", value)
        case "tag":
            return Q(tags__contains=[word.value]) | Q(tags__contains=[value])
        case "kind":
            return Q(kind__in=KINDS.get(value, [value]))
        case "pii":
            return Q(pii__contains=[value])
        case "domain":
            return Q(domain__slug=value) | Q(domain__name__iexact=word.value)
        case "owner":
            return Q(pk__in=AssetOwner.objects.filter(name__iexact=word.value).values("asset"))
        case "source":
            return _text("low_path", value) if "." in value else Q(schema__iexact=word.value)
        case "exposure":
            return Q(kind__in=KINDS["exposure"]) & (_text("low_title", value) | _text("low_path", value))
        case _:
            return _text(word.method, word.value) if word.has_wildcard else Q(**{f"{word.method}__iexact": word.value})


def _text(name: str, value: str) -> Q:
    """Exact, or with * and ? as a shell reads them."""
    if not any(letter in value for letter in "*?"):
        return Q(**{name: value})
    special = r"\.^$+{}[]|()"
    pattern = "".join(f"\\{one}" if one in special else {"*": ".*", "?": "."}.get(one, one) for one in value)
    return Q(**{f"{name}__iregex": f"^{pattern}$"})
