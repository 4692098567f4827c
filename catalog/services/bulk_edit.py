"""One operation on all assets of a search result: worked out first, shown, and applied as it was shown, as one edit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from catalog.curation import wanted
from catalog.curation.words import BadWord, checked
from catalog.models import Annotation, Asset, AssetOwner, Edit
from catalog.queries import domains, glossary, people, personal
from catalog.queries.edits import Sayer
from catalog.services.curation import MAX_ASSETS, Line, annotate
from catalog.states import OWNERS_FIELDS, Field
from portal.accounts.models import User

OPERATIONS: dict[str, tuple[Field, str]] = {
    "tags:add": (Field.TAGS, "Add a tag"),
    "tags:remove": (Field.TAGS, "Take a tag away"),
    "terms:add": (Field.TERMS, "Add a glossary term"),
    "terms:remove": (Field.TERMS, "Take a glossary term away"),
    "owners:add": (Field.OWNERS, "Add an owner"),
    "owners:remove": (Field.OWNERS, "Take an owner away"),
    "domain:set": (Field.DOMAIN, "Move to a domain"),
    "tier:set": (Field.TIER, "Set the tier"),
    "certified:set": (Field.CERTIFIED, "Certify"),
    "certified:restore": (Field.CERTIFIED, "Take the certificate away"),
    "deprecation:set": (Field.DEPRECATION, "Deprecate"),
    "description:restore": (Field.DESCRIPTION, "Description: leave to the sources"),
    "tags:restore": (Field.TAGS, "Tags: leave to the sources"),
    "owners:restore": (Field.OWNERS, "Owners: leave to the sources and rules"),
    "domain:restore": (Field.DOMAIN, "Domain: leave to the sources"),
    "tier:restore": (Field.TIER, "Tier: leave to the sources"),
    "deprecation:restore": (Field.DEPRECATION, "Deprecation: leave to the sources"),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """``value`` is a tag, a term's name, a person or team, a domain's slug, a tier or a note; ``day`` is of a deprecation."""

    name: str
    value: str = ""
    day: str = ""

    @property
    def field(self) -> Field:
        return OPERATIONS[self.name][0]

    @property
    def words(self) -> str:
        label = OPERATIONS[self.name][1]
        return f"{label}: {self.value}" if self.value else label


@dataclass(frozen=True, slots=True)
class Refusal:
    asset: Asset
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    asset: Asset
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BulkPlan:
    lines: Sequence[Line]
    changes: Sequence[Change]  # the first of them
    refused: Sequence[Refusal]
    same: int
    digest: str  # of everything that would be written


SHOWN = 50


def plan(*, asset_ids: Sequence[int], operation: Operation, by: User) -> BulkPlan:
    """
    Raises:
        ValidationError: the operation does not fit, or names what is not there.
    """
    if operation.name not in OPERATIONS:
        raise ValidationError("There is no such operation.")
    if len(asset_ids) > MAX_ASSETS:
        raise ValidationError(f"At most {MAX_ASSETS:,} assets at once; narrow the search down.")
    assets = list(
        Asset.objects.visible_to(by).live().filter(pk__in=asset_ids).select_related("domain").order_by("path", "pk")
    )
    mine = set() if by.is_steward else personal.owned_of(by, [asset.pk for asset in assets])
    build = _builder(operation, assets, by)
    words = _standing(assets, operation.field)
    lines, refused, same, changed = [], [], 0, []
    for asset in assets:
        if reason := _refusal(asset, operation.field, by, mine):
            refused.append(Refusal(asset, reason))
            continue
        word = words.get(asset.pk)
        value = build(asset, word)
        if value == word:
            same += 1
            continue
        lines.append(Line(asset.pk, "", operation.field, value))
        changed.append((asset, word, value))
    digest = hashlib.sha256(msgspec.json.encode([(line.place, line.value, words.get(line.asset_id)) for line in lines]))
    return BulkPlan(lines, _told(changed[:SHOWN], operation.field, by), refused, same, digest.hexdigest())


@transaction.atomic
def apply(*, asset_ids: Sequence[int], operation: Operation, digest: str, by: User) -> Edit | None:
    """
    Raises:
        ValidationError: what would be written is no longer what was shown.
    """
    found = plan(asset_ids=asset_ids, operation=operation, by=by)
    if found.digest != digest:
        raise ValidationError("Something of this has changed since it was shown. Look at it again.")
    if not found.lines:
        return None
    number = f"{len(found.lines):,} {'asset' if len(found.lines) == 1 else 'assets'}"
    try:
        return annotate(lines=found.lines, by=by, summary=f"{operation.words[:200]}, on {number}")
    except PermissionDenied as error:
        raise ValidationError(str(error)) from error


def _refusal(asset: Asset, field: Field, by: User, mine: set[int]) -> str:
    if by.is_steward:
        return ""
    if asset.pk not in mine:
        return "Not yours: only stewards and owners edit it."
    return "" if field in OWNERS_FIELDS else f"Only stewards set the {field.label}."


def _standing(assets: Sequence[Asset], field: Field) -> dict[int, Any]:
    rows = Annotation.objects.filter(asset__in=assets, column="", field=field)
    return dict(rows.values_list("asset", "value"))


Builder = Callable[[Asset, Any], Any]


def _builder(operation: Operation, assets: Sequence[Asset], by: User) -> Builder:
    """(asset, its word now) -> its word then."""
    field, _, verb = operation.name.partition(":")
    if verb == "restore":
        return lambda asset, word: None
    if field == Field.OWNERS:
        return _owners(operation, assets, verb)
    if field in {Field.TAGS, Field.TERMS}:
        return _items(operation, verb, by)
    value = _fixed(operation, by)
    now: dict[Field, Callable[[Asset], str]] = {
        Field.TIER: lambda asset: asset.tier,
        Field.DOMAIN: lambda asset: asset.domain.slug if asset.domain else "",
    }
    if field not in now:
        return lambda asset, word: value
    return lambda asset, word: word if now[Field(field)](asset) == value else value


def _fixed(operation: Operation, by: User) -> Any:
    value: Any = operation.value.strip()
    if operation.field == Field.DOMAIN and value:
        if (slug := domains.named(by).get(value.lower())) is None:
            raise ValidationError(f"There is no domain “{value[:80]}”.")
        value = slug
    if operation.field == Field.CERTIFIED:
        value = {"note": value}
    if operation.field == Field.DEPRECATION:
        value = {"date": operation.day or date.today().isoformat(), "note": value}  # noqa: DTZ011 - a day of people
    return _shaped(operation.field, value)


def _shaped(field: Field, value: Any) -> Any:
    try:
        return checked(field, "", value)
    except BadWord as error:
        raise ValidationError(str(error)) from error


def _items(operation: Operation, verb: str, by: User) -> Builder:
    item = operation.value.strip()
    if operation.field == Field.TERMS:
        known = glossary.visible(by).filter(retired_at=None)
        term = known.filter(slug=item).first() or known.filter(name__iexact=item).first()
        if term is None:
            raise ValidationError(f"There is no glossary term “{item[:80]}”.")
        item = term.slug
    if not item:
        raise ValidationError("Say which one.")
    (item,) = _shaped(operation.field, {"add": [item]})["add"]

    def build(asset: Asset, word: Any) -> Any:
        now = asset.tags if operation.field == Field.TAGS else asset.terms
        then = [*now, item] if verb == "add" else [other for other in now if other != item]
        return word if (item in now) == (verb == "add") else wanted.items(word, now, then)

    return build


def _owners(operation: Operation, assets: Sequence[Asset], verb: str) -> Builder:
    found = people.principal(operation.value)
    if found is None and verb == "add":
        raise ValidationError(f"There is no person or team “{operation.value[:80]}”.")
    rows: dict[int, list[AssetOwner]] = {}
    for row in AssetOwner.objects.filter(asset__in=assets).order_by("name"):
        rows.setdefault(row.asset_id, []).append(row)
    low = operation.value.strip().lower()

    def is_meant(row: AssetOwner) -> bool:
        linked = found is not None and found.pk in {row.user_id if isinstance(found, User) else row.team_id}
        return linked or row.name.lower() == low

    def build(asset: Asset, word: Any) -> Any:
        now = rows.get(asset.pk, [])
        meant = [row.name for row in now if is_meant(row)]
        if bool(meant) == (verb == "add"):
            return word
        add = [people.as_owner(found)] if verb == "add" and found is not None else []
        return wanted.owners(word, ruled(now, word), add, [] if add else meant)

    return build


def ruled(rows: Sequence[AssetOwner], word: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Owners that a rule gives, while no person has said anything of them."""
    given = [row for row in rows if row.because.startswith("rule ")] if word is None else []
    return [{"name": row.name, "email": row.email, "is_team": row.is_team} for row in given]


@dataclass(frozen=True, slots=True)
class _Value:
    field: str
    before: Any
    after: Any


def _told(changed: Sequence[tuple[Asset, Any, Any]], field: Field, by: User) -> list[Change]:
    """What counts now, and what would."""
    now = _now([asset for asset, _, _ in changed], field)
    rows = [
        _Value(field, {"add": now[asset.pk], "drop": []} if field in LISTS else None, after)
        for asset, _, after in changed
    ]
    say = Sayer(by, rows)
    told = []
    for asset, word, value in changed:
        if field not in LISTS:
            told.append(Change(asset, now.get(asset.pk) or say(field, word), say(field, value)))
            continue
        after = say(field, value)
        if value is not None:
            added = [item["name"] if isinstance(item, dict) else item for item in value["add"]]
            kept = [item for item in now[asset.pk] if item not in value["drop"]]
            after = say.names(field, dict.fromkeys([*kept, *added]))
        told.append(Change(asset, say.names(field, now[asset.pk]), after))
    return told


LISTS = (Field.TAGS, Field.TERMS, Field.OWNERS)


def _now(assets: Sequence[Asset], field: Field) -> dict[int, Any]:
    if field == Field.OWNERS:
        found: dict[int, list[str]] = {asset.pk: [] for asset in assets}
        for pk, name in AssetOwner.objects.filter(asset__in=assets).order_by("name").values_list("asset", "name"):
            found[pk].append(name)
        return dict(found)
    values: dict[Field, Callable[[Asset], Any]] = {
        Field.TAGS: lambda asset: list(asset.tags),
        Field.TERMS: lambda asset: list(asset.terms),
        Field.TIER: lambda asset: asset.tier or "none",
        Field.DOMAIN: lambda asset: str(asset.domain or "none"),
        Field.CERTIFIED: lambda asset: "certified" if asset.certified_at else "not certified",
        Field.DESCRIPTION: lambda asset: asset.description,
    }
    return {asset.pk: values[field](asset) for asset in assets} if field in values else {}
