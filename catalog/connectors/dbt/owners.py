"""Who answers for a thing: ``meta.owner`` in all its spellings, owners of groups and of exposures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from catalog.connectors.dbt.marks import NAME_MAX
from catalog.connectors.dbt.mending import decode
from catalog.connectors.dbt.notes import Notes
from catalog.connectors.dbt.shapes import Group
from catalog.facts import OwnerFact

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_NAMED = re.compile(r"(.*?)<\s*([^<>]*)\s*>")
_MOST = 20
_LONGEST = 1000


def owners(value: Any, *, is_team: bool = False) -> list[OwnerFact]:
    """The owners that a text, a mapping or a list of these tells; whatever else is found there tells none."""
    if isinstance(value, str):
        return [_from_text(part, is_team) for part in _parts(value)[:_MOST]]
    if isinstance(value, list):
        plain = (item for item in value[:_MOST] if not isinstance(item, list))
        return [owner for item in plain for owner in owners(item, is_team=is_team)]
    if isinstance(value, dict):
        return _from_mapping(value, is_team)
    return []


def _parts(text: str) -> list[str]:
    """Only addresses are ever listed in one text: a team's name may hold a comma."""
    if len(text) > _LONGEST:
        return []
    parts = re.split(r"[,;]", text) if len(_ADDRESS.findall(text)) > 1 else [text]
    return [part.strip() for part in parts if part.strip() and len(part.strip()) <= NAME_MAX]


def _from_text(text: str, is_team: bool) -> OwnerFact:
    named = _NAMED.fullmatch(text)
    if named and _ADDRESS.fullmatch(named[2]):
        return OwnerFact(name=named[1].strip() or named[2], email=named[2], is_team=is_team)
    email = text if _ADDRESS.fullmatch(text) else ""
    return OwnerFact(name=text, email=email, is_team=is_team or text.startswith("@"))


def _from_mapping(value: Mapping[str, Any], is_team: bool) -> list[OwnerFact]:
    name, email = value.get("name") or value.get("team"), value.get("email")
    given = email if isinstance(email, list) else [email]
    emails = [part for item in given if isinstance(item, str) for part in _parts(item)]
    is_team = is_team or value.get("type") == "team" or (not value.get("name") and "team" in value)
    if isinstance(name, str) and name.strip() and len(name.strip()) <= NAME_MAX:
        return [OwnerFact(name=name.strip(), email=emails[0] if emails else "", is_team=is_team)]
    return [OwnerFact(name=item, email=item, is_team=is_team) for item in emails]


def distinct(*found: list[OwnerFact]) -> tuple[OwnerFact, ...]:
    """In order, each person or team once."""
    kept: dict[str, OwnerFact] = {}
    for owner in (owner for some in found for owner in some):
        kept.setdefault((owner.email or owner.name).lower(), owner)
    return tuple(kept.values())


class Groups:
    """Owners by the name of the group; a package's own group comes before another package's of the same name."""

    def __init__(self, members: Mapping[str, msgspec.Raw], file: str, notes: Notes) -> None:
        self._owners: dict[tuple[str, str], list[OwnerFact]] = {}
        for key, raw in members.items():
            group = decode(Group, raw, file, f"groups.{key}", notes)
            if group is not None and group.name:
                found = owners(group.owner, is_team=True)
                self._owners[group.package_name or "", group.name] = found
                self._owners.setdefault(("", group.name), found)

    def owners(self, package: str, group: str | None) -> list[OwnerFact]:
        if not group:
            return []
        found = self._owners.get((package, group))
        return self._owners.get(("", group), []) if found is None else found
