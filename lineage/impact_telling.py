"""An impact in words: as a sentence, in groups, as a sheet and as Markdown for a pull request."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from catalog.kinds import KINDS
from lineage.queries.impact import Hit, Impact, Step
from lineage.states import Use

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would carry out
NOBODY = "Nobody"
VERBS = {"drop": "drop", "rename": "rename", "retype": "change the type of", "delay": "delay"}
GROUPS = {"distance": "distance", "owner": "owner", "kind": "kind"}
HIDDEN = "something restricted"


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    hits: Sequence[Hit]
    icon: str = ""


def grouped(hits: Sequence[Hit], by: str) -> list[Group]:
    """By owner a hit stands below each of them; who answers for most comes first, and what nobody answers for last."""
    if by == "owner":
        found = _by((owner, hit) for hit in hits for owner in hit.owners or (NOBODY,))
        ordered = sorted(found.items(), key=lambda item: (item[0] == NOBODY, -len(item[1]), item[0].lower()))
        return [Group(owner, rows, "user-x" if owner == NOBODY else "user") for owner, rows in ordered]
    if by == "kind":
        found = _by((hit.asset.kind, hit) for hit in hits)
        return [Group(KINDS[kind].plural, found[kind], KINDS[kind].icon) for kind in KINDS if kind in found]
    steps = _by((f"{hit.distance:09}", hit) for hit in hits)
    return [Group(_steps(int(distance)), rows) for distance, rows in sorted(steps.items())]


def _by(pairs: Iterable[tuple[str, Hit]]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for key, hit in pairs:
        found.setdefault(key, []).append(hit)
    return found


def _steps(distance: int) -> str:
    return "In itself" if distance == 0 else "1 step away" if distance == 1 else f"{distance} steps away"


def sentence(found: Impact) -> str:
    thing = f"{found.column} of {found.asset.path}" if found.column else found.asset.path
    if found.direction == "up":
        return f"What could be the cause of trouble in {thing}"
    return f"What is hit if I {VERBS[found.change]} {thing}"


def how(hit: Hit) -> str:
    if hit.use is None or hit.use is Use.UNKNOWN:
        return "reads it" if hit.sure else "may use it"
    return str(hit.use.label).replace("_", " ")


def as_csv(found: Impact) -> str:
    out = StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["kind", "asset", "column", "use", "distance", "sure", "owners", "tier", "path", "link"])
    for hit in found.hits:
        cells = [
            *(hit.asset.kind, hit.asset.path, hit.column, how(hit), hit.distance, "yes" if hit.sure else "no"),
            *(", ".join(hit.owners), hit.asset.tier, " > ".join(map(_step, hit.path)), hit.asset.get_absolute_url()),
        ]
        sheet.writerow([f"'{cell}" if str(cell).startswith(FORMULA) else cell for cell in cells])
    return out.getvalue()


def as_markdown(found: Impact, totals: Mapping[str, int], link: str, most: int = 50) -> str:
    """Short enough for the description of a pull request."""
    counts = ", ".join(f"{count} {_kind(kind, count)}" for kind, count in totals.items()) or "nothing that is known"
    lines = [f"### {_plain(sentence(found))}", "", f"{counts} ([in the catalog]({link}))", ""]
    if found.hits:
        lines += ["| | what | column | how | steps | owner | tier |", "|---|---|---|---|---|---|---|"]
    for hit in found.hits[:most]:
        cells = [
            *(KINDS[hit.asset.kind].label, hit.asset.path, hit.column, how(hit), hit.distance),
            *(", ".join(hit.owners), hit.asset.tier),
        ]
        lines.append("| " + " | ".join(_plain(str(cell)) for cell in cells) + " |")
    if len(found.hits) > most:
        lines += ["", f"… and {len(found.hits) - most} more"]
    lines += [f"\n> {reason.message}" for reason in found.reasons]
    return "\n".join(lines) + "\n"


def _kind(kind: str, count: int) -> str:
    look = KINDS[kind]
    word = look.label if count == 1 else look.plural
    return word if word[:2].isupper() else word[:1].lower() + word[1:]


def _plain(text: str) -> str:
    """One cell of a table, whatever people call their columns."""
    for mark in "\\|`*_[]<>":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _step(step: Step) -> str:
    if step.asset is None:
        return HIDDEN
    return f"{step.asset.path}.{step.column}" if step.column else step.asset.path
