"""Rules of ownership: written as one text, looked at before they count, and laid over assets that nobody else gives owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.curation.codeowners import Written, parse
from catalog.curation.overlay import Rule, ruling
from catalog.events import OwnerRulesChanged
from catalog.facts import OwnerFact
from catalog.intake.cause import OWNER_RULES, Cause
from catalog.intake.deriving import derive
from catalog.intake.said import owner_rules
from catalog.models import Annotation, Asset, AssetOwner, OwnerRule
from catalog.queries import people
from catalog.states import Field
from portal.accounts.models import User
from portal.kernel.authz import require
from portal.kernel.events import publish

AT_ONCE = 5000  # assets that get their owners at once; the others with the next intake of their sources


@dataclass(frozen=True, slots=True)
class Matched:
    rule: Written
    count: int
    examples: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    rules: Sequence[Matched]
    problems: Sequence[str]
    changes: int
    gained: Sequence[tuple[str, str, str]]  # (path, owners before, owners after)


def text() -> str:
    return "\n".join(f"{rule.pattern} {' '.join(rule.owners)}" for rule in OwnerRule.objects.order_by("position"))


def preview(*, text: str, by: User) -> Preview:
    """What each rule matches, and what would change, among what the person sees."""
    written, problems = _checked(text)
    rules, before = _rules(written), owner_rules()
    paths = Asset.objects.visible_to(by).live().order_by("path")
    matched: dict[str, list[str]] = {}
    for path in paths.values_list("path", flat=True):
        if rule := ruling(rules, path):
            matched.setdefault(rule.pattern, []).append(path)
    changed = [
        (path, _names(ruling(before, path)), _names(ruling(rules, path)))
        for path in open_to_rules().filter(pk__in=paths.order_by().values("pk")).values_list("path", flat=True)
        if _names(ruling(before, path)) != _names(ruling(rules, path))
    ]
    told = [Matched(rule, len(matched.get(rule.pattern, [])), matched.get(rule.pattern, [])[:3]) for rule in written]
    return Preview(told, problems, len(changed), changed[:20])


@transaction.atomic
def save(*, text: str, by: User) -> tuple[int, int]:
    """How many assets have other owners now, and how many will have with the next intake.

    Raises:
        PermissionDenied: only stewards write rules.
        ValidationError: a line cannot be read, or names nobody.
    """
    require(by, "catalog.rule_owners")
    written, problems = _checked(text)
    if problems:
        raise ValidationError(problems)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(823746106)")  # two who write at once write one after the other
    before, rules = owner_rules(), _rules(written)
    if [(rule.pattern, list(rule.owners)) for rule in before] == [(rule.pattern, list(rule.owners)) for rule in rules]:
        return 0, 0
    OwnerRule.objects.all().delete()
    OwnerRule.objects.bulk_create(
        OwnerRule(position=place, pattern=rule.pattern, owners=list(rule.owners), by=by)
        for place, rule in enumerate(written)
    )
    touched = [
        pk
        for pk, path in open_to_rules().order_by("pk").values_list("pk", "path")
        if _told(ruling(before, path)) != _told(ruling(rules, path))
    ]
    derive(touched[:AT_ONCE], Cause(now=timezone.now(), by=by, act=OWNER_RULES))
    publish(OwnerRulesChanged(len(before), len(written), len(touched)), by=by, subject="owner-rules")
    return min(len(touched), AT_ONCE), max(len(touched) - AT_ONCE, 0)


def open_to_rules() -> Any:
    """Live assets to which neither a source nor a person gives an owner."""
    said = Annotation.objects.filter(asset=OuterRef("pk"), column="", field=Field.OWNERS)
    given = AssetOwner.objects.filter(asset=OuterRef("pk")).exclude(because__startswith="rule ")
    return Asset.objects.live().filter(~Exists(said), ~Exists(given))


def _checked(text: str) -> tuple[list[Written], list[str]]:
    written, problems = parse(text)
    known = people.principals(name for rule in written for name in rule.owners)
    for rule in written:
        problems += [
            f"line {rule.number}: there is no person or team “{name[:60]}”"
            for name in rule.owners
            if name.lower() not in known
        ]
    return written, problems


def _rules(written: Sequence[Written]) -> list[Rule]:
    return [Rule(rule.pattern, [OwnerFact(name=name) for name in rule.owners]) for rule in written]


def _told(rule: Rule | None) -> Mapping[str, Sequence[OwnerFact]] | None:
    return None if rule is None else {rule.pattern: list(rule.owners)}


def _names(rule: Rule | None) -> str:
    return ", ".join(owner.name for owner in rule.owners) if rule else ""
