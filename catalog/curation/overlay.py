"""What people say, laid over what sources say. Pure.

A person's word wins in its field and leaves all others to the sources; nothing of the sources is changed, so that taking
the word back shows theirs again.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from catalog.facts import AssetFact, OwnerFact


@dataclass(frozen=True, slots=True)
class Word:
    """One annotation: its value (``catalog.curation.words``), who said it and when."""

    value: Any
    by: str
    at: datetime


Words = Mapping[tuple[str, str], Word]  # (column or "", field)


@dataclass(frozen=True, slots=True)
class Account:
    """The person or team that signs in here and is meant by an owner's name."""

    user: int | None = None
    team: int | None = None


Accounts = Mapping[OwnerFact, Account]  # of the owners that are known here


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the owners' file."""

    pattern: str
    owners: Sequence[OwnerFact]


@dataclass(frozen=True, slots=True)
class Curated:
    """An asset as it counts. ``domain`` is None where no person chose one."""

    fact: AssetFact
    domain: str | None = None
    terms: Sequence[str] = ()
    certified_at: datetime | None = None
    successor: str = ""
    deprecation_note: str = ""
    because: Mapping[str, str] = field(default_factory=dict)  # owner's name -> why, where no source says it
    accounts: Accounts = field(default_factory=dict)


def curate(
    fact: AssetFact, words: Words, rules: Sequence[Rule] = (), path: str = "", accounts: Accounts | None = None
) -> Curated:
    known = accounts or {}
    said = {name: word for (column, name), word in words.items() if not column}
    owners, because = _owners(fact, said.get("owners"), rules, path, known)
    deprecation: dict[str, str] | None = said["deprecation"].value if "deprecation" in said else None
    curated = replace(
        fact,
        description=said["description"].value if "description" in said else fact.description,
        tier=said["tier"].value if "tier" in said else fact.tier,
        tags=changed(fact.tags, said.get("tags")),
        owners=owners,
        deprecated_at=fact.deprecated_at if deprecation is None else deprecation.get("date", ""),
    )
    return Curated(
        fact=curated,
        domain=said["domain"].value if "domain" in said else None,
        terms=changed((), said.get("terms")),
        certified_at=said["certified"].at if "certified" in said else None,
        successor=(deprecation or {}).get("successor", ""),
        deprecation_note=(deprecation or {}).get("note", ""),
        because=because,
        accounts=known,
    )


def changed(values: Sequence[str], word: Word | None) -> tuple[str, ...]:
    """A list of sources with what a person adds and drops."""
    if word is None:
        return tuple(values)
    dropped = set(word.value["drop"])
    return tuple(dict.fromkeys([*(value for value in values if value not in dropped), *word.value["add"]]))


def _owners(
    fact: AssetFact, word: Word | None, rules: Sequence[Rule], path: str, accounts: Accounts
) -> tuple[tuple[OwnerFact, ...], dict[str, str]]:
    because: dict[str, str] = {}
    added: list[OwnerFact] = []
    kept = list(fact.owners)
    if word is not None:
        added = added_by(word)
        named = {owner.name for owner in added}
        dropped = set(word.value["drop"])
        meant = [*dropped_by(word), *(owner for owner in kept if owner.name in dropped)]
        away = {accounts[owner] for owner in meant if owner in accounts}
        kept = [o for o in kept if o.name not in dropped | named and accounts.get(o) not in away]
        because = {owner.name: f"set by {word.by}" for owner in added}
    if not (added or kept) and word is None and (rule := ruling(rules, path)):
        added = list(rule.owners)
        because = {owner.name: f"rule {rule.pattern}" for owner in added}
    return _once((*added, *kept), accounts), because


def _once(owners: Sequence[OwnerFact], accounts: Accounts) -> tuple[OwnerFact, ...]:
    """Sources write one person's name differently: whoever is known here owns a thing once, under the first name."""
    found: dict[Account | OwnerFact, OwnerFact] = {}
    for owner in owners:
        found.setdefault(accounts.get(owner, owner), owner)
    return tuple(found.values())


def added_by(word: Word) -> list[OwnerFact]:
    return [OwnerFact(**owner) for owner in word.value["add"]]


def dropped_by(word: Word) -> list[OwnerFact]:
    """Only their names are on record."""
    return [OwnerFact(name=name) for name in word.value["drop"]]


def ruling(rules: Sequence[Rule], path: str) -> Rule | None:
    """The last rule whose pattern matches ``schema.table``, as in CODEOWNERS; letters of either case are the same."""
    low = path.casefold()
    return next((rule for rule in reversed(rules) if fnmatch.fnmatchcase(low, rule.pattern.casefold())), None)


def of_column(words: Words, name: str) -> dict[str, Word]:
    """A column's words by field: by its exact name, else by its name in other case (tools disagree about it)."""
    exact = {field: word for (column, field), word in words.items() if column == name}
    low = name.casefold()
    loose = {field: word for (column, field), word in words.items() if column and column.casefold() == low}
    return {**loose, **exact}
