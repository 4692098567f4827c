"""From what counts now and what is wanted to the word that brings it there. Pure.

Lists keep what sources say: what is wanted more is added over them, what is wanted less is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Owner = Mapping[str, Any]


def items(word: Mapping[str, Any] | None, now: Sequence[str], wanted: Sequence[str]) -> dict[str, Any] | None:
    """A word of tags or terms; None where none is needed any more."""
    add, drop = (list(word["add"]), list(word["drop"])) if word else ([], [])
    gone = [item for item in now if item not in wanted]
    more = [item for item in wanted if item not in now]
    drop = [item for item in drop if item not in more] + [item for item in gone if item not in add]
    add = [item for item in add if item not in gone] + [item for item in more if item not in add]
    return {"add": add, "drop": drop} if add or drop else None


def owners(
    word: Mapping[str, Any] | None, ruled: Sequence[Owner], add: Sequence[Owner], drop: Sequence[str]
) -> dict[str, Any] | None:
    """A word of owners. ``ruled`` are those that a rule gives now: with the first word of a person the rule falls silent,
    so whom it gave is said by that word."""
    stays = list(word["add"]) if word else list(ruled)
    named = {owner["name"] for owner in add}
    said = {owner["name"] for owner in stays}
    kept = [owner for owner in stays if owner["name"] not in drop and owner["name"] not in named]
    dropped = [name for name in (word["drop"] if word else ()) if name not in named]
    dropped += [name for name in drop if name not in said and name not in dropped and name not in named]
    added = [dict(owner) for owner in [*kept, *add]]
    if not (added or dropped) and word is None and ruled:
        return {"add": [], "drop": [owner["name"] for owner in ruled]}  # nobody, and the rule is silenced
    return {"add": added, "drop": dropped} if added or dropped else None
