"""``manage.py lineage impact NAME[.COLUMN]``: what a change hits, for people and for pipelines."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from catalog.facts import DATASET_KINDS
from catalog.kinds import KINDS
from catalog.models import Asset
from lineage.impact_answer import as_json
from lineage.queries.impact import CHANGES, DIRECTIONS, Hit, Impact, Step, Thing, impact
from lineage.queries.moments import Moment, moment
from lineage.queries.naming import NotKnown, named_among
from lineage.queries.reach import Sight, has_column

NOTHING_HIT, HIT = 0, 1
LIMIT = 1000
DOING = {"drop": "Dropping", "rename": "Renaming", "retype": "Retyping", "delay": "A delay of"}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME[.COLUMN]", help="any known name of an asset, or of one of its columns")
    parser.add_argument("--change", choices=CHANGES, default="drop")
    parser.add_argument("--kinds", default="", help="hits of these kinds alone: dashboard,ml_model,endpoint")
    parser.add_argument("--direction", choices=DIRECTIONS, default="down", help="up: what could be the cause")
    parser.add_argument("--limit", type=int, default=LIMIT, help="hits that are listed; all are counted")
    parser.add_argument("--as", dest="user", metavar="USER", help="what this person may see (everything without)")
    parser.add_argument(
        "--as-of", default="", metavar="MOMENT", help="as it was known then: 2026-11-23, or with a time"
    )
    parser.add_argument("--json", action="store_true", help="as GET /api/v1/lineage/impact/ answers")


def run(options: Mapping[str, Any]) -> tuple[str, int]:
    """(what to print, exit status).

    Raises:
        ValueError: one line for who called.
    """
    try:
        user = _user(options["user"])
        at = moment("as_of", options["as_of"].strip())
        asset, column = resolve(Sight(user), options["name"], at)
        kinds = [kind.strip() for kind in options["kinds"].split(",") if kind.strip()]
        limit = max(1, options["limit"])
        found = impact(user, asset, column, options["change"], kinds, options["direction"], limit=limit, at=at)
    except ValidationError as error:
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        raise ValueError("; ".join(_wrong(name, " ".join(words)) for name, words in told.items())) from error
    text = json.dumps(as_json(found), ensure_ascii=False) if options["json"] else _words(found)
    return text, HIT if found.count else NOTHING_HIT


def _wrong(name: str, words: str) -> str:
    """
    >>> _wrong("change", "Is one of drop, rename."), _wrong("", "Nothing is called “x”.")
    ('--change is one of drop, rename.', 'Nothing is called “x”.')
    """
    return f"--{name.replace('_', '-')} {words[:1].lower()}{words[1:]}" if name else words


def resolve(sight: Sight, name: str, at: Moment = None) -> tuple[Asset, str]:
    """The asset of that name; otherwise the longest beginning that names one, and the rest is its column."""
    try:
        return named_among(sight.assets(), name), ""
    except NotKnown as error:
        unknown = error
    dots = [place for place, letter in enumerate(name) if letter == "."][-10:]
    for place in reversed(dots):
        column = name[place + 1 :].strip('"`')
        try:
            asset = named_among(sight.assets(), name[:place])
        except NotKnown:
            continue
        if has_column(asset, column, at):
            return asset, column
        if asset.kind not in DATASET_KINDS:  # a schema, say: what was asked for is no column
            continue
        unknown = NotKnown(f"{asset.path} has no column “{column}”.")
        break
    raise unknown


def _user(name: str | None) -> Any:
    if name is None:
        return None
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise ValueError(f"Nobody is called “{name}”.")
    return user


def _words(found: Impact) -> str:
    what = _called(found.asset, found.column)
    totals = ", ".join(
        f"{count:,} {KINDS[kind].label if count == 1 else KINDS[kind].plural}" for kind, count in found.totals.items()
    )
    if found.direction == "up":
        head = f"{what} is made from {totals or 'nothing that is known'}."
    else:
        head = f"{DOING[found.change]} {what} hits {totals or 'nothing that is known'}."
    if found.at is not None:
        head = f"As of {found.at.isoformat(timespec='seconds')}: {head}"
    return "\n".join([head, *map(_line, found.hits), *(one.message for one in found.reasons)])


def _line(hit: Hit) -> str:
    where = _called(hit.asset, hit.column)
    how = "" if hit.use is None else f" · {hit.use.label}" + ("" if hit.sure else " (columns not known)")
    path = " → ".join(_spot(step) for step in hit.path)
    owners = f" · {', '.join(hit.owners)}" if hit.owners else ""
    tier = f" · tier {hit.asset.tier}" if hit.asset.tier else ""
    return f"{hit.distance:>3}  {hit.asset.look.label} {where}{how}{owners}{tier}\n     {path}"


def _spot(step: Step) -> str:
    return "(restricted)" if step.asset is None else _called(step.asset, step.column)


def _called(asset: Asset | Thing, column: str) -> str:
    name = asset.path if asset.kind in DATASET_KINDS else asset.title
    return f"{name}.{column}" if column else name
