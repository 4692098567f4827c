"""Brings standing assets up to what is said of them now, and tells what that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models.functions import Coalesce

from catalog.curation.overlay import changed, of_column
from catalog.facts import AssetFact
from catalog.intake import diff, rows
from catalog.intake.cause import Cause
from catalog.intake.said import Target, domain_slug
from catalog.models import Asset, AssetChange, AssetOwner, Column, Definition, Domain
from catalog.pii.judging import judge
from catalog.search.index import add_words
from catalog.states import ChangeKind
from portal.kernel.bulk import upsert

MAX_PROSE = 20_000  # characters of a description
PROSE = frozenset({"description", "tags"})


class Updater:
    """Counts what it changed by kind; ``quiet`` are those written anew without anything that people would call a change."""

    def __init__(self, cause: Cause) -> None:
        self.cause = cause
        self.counts = dict.fromkeys(ChangeKind.values, 0)
        self.columns = 0
        self.quiet = 0
        self.domains: dict[str, int] = dict(Domain.objects.values_list("slug", "id"))
        self.restricted = set(Domain.objects.filter(restricted=True).values_list("id", flat=True))
        self._successors: dict[str, int] = {}

    def update(self, old: Sequence[Target]) -> list[AssetChange]:
        if not old:
            return []
        diffs: dict[int, dict[str, Any]] = {target.row.id: {} for target in old}
        self._find_successors(old)
        self._update_columns(old, diffs)
        self._update_owners(old, diffs)
        self._update_definitions(old, diffs)
        changes = [change for target in old if (change := self._update_asset(target, diffs[target.row.id]))]
        touched = [name.removesuffix("_id") for name in (*rows.ASSET_FIELDS, "changed_at", "retired_at")]
        upsert(Asset, [target.row for target in old], key=["id"], update=touched)
        learn(old)
        return changes

    def values(self, target: Target) -> dict[str, Any]:
        found = rows.asset_values(target.told, target.identity, self.domain(target))
        successor = self._successors.get(target.told.successor)
        found["successor_id"] = successor if target.asset is None or successor != target.asset.id else None
        found["pii"] = sorted(set(target.pii))
        found["stub"] = target.is_stub
        found["gone_at"] = target.gone_at
        return found

    def domain(self, target: Target) -> int | None:
        """What a person chose, else what the leading sighting names; but a restricted domain, once named or held, is never
        left by an intake: a line that is missing in somebody's YAML must not show to all what only some may see."""
        if target.told.domain is not None:
            return self.domains.get(target.told.domain)
        stays = target.asset is not None and target.asset.id not in self.cause.freed
        held = {target.row.domain_id} & self.restricted if stays else set()
        named = {self.domains[slug] for slug in target.domains if slug in self.domains} & self.restricted
        for shut in (*held, *sorted(named)):
            return shut
        return self.domains.get(domain_slug(target.fact.domain))

    def _find_successors(self, targets: Sequence[Target]) -> None:
        wanted = {target.told.successor for target in targets if target.told.successor} - self._successors.keys()
        if wanted:
            found = Asset.objects.filter(uuid__in=wanted).values_list("uuid", Coalesce("merged_into", "id"))
            self._successors |= {str(uuid): asset_id for uuid, asset_id in found}

    def _update_asset(self, target: Target, difference: dict[str, Any]) -> AssetChange | None:
        asset, values = target.row, self.values(target)
        before = Asset(**{name: getattr(asset, name) for name in rows.ASSET_FIELDS})
        kind = _kind(target)
        asset.retired_at = None
        if asset.section != values["section"]:
            values["section"] = asset.section  # links to a table that became a view stay good; sections never change
        values["column_count"] = asset.column_count  # counted with its columns
        for name in ("row_count", "size_bytes"):
            if values[name] is None and not target.fact.columns_known:
                values[name] = getattr(asset, name)
        for name, value in values.items():
            setattr(asset, name, value)
        difference |= diff.fields(before, asset)
        if not difference and kind == ChangeKind.CHANGED:
            self.quiet += 1
            return None
        asset.changed_at = self.cause.now
        self.counts[kind] += 1
        return self.cause.change(asset, kind, difference)

    def _update_columns(self, old: Sequence[Target], diffs: Mapping[int, dict[str, Any]]) -> None:
        standing: dict[int, dict[str, Column]] = {asset_id: {} for asset_id in diffs}
        for column in Column.objects.filter(asset__in=list(diffs)).order_by("position"):
            standing[column.asset_id][column.name] = column
        write: list[Column] = []
        gone: list[int] = []
        for target in old:
            asset_id = target.row.id
            before, after = standing[asset_id], rows.columns(target.fact, asset_id)
            if not target.fact.columns_known:
                after = rows.with_observed(after, before)
            curate_columns(target, after)
            target.row.column_count = len(after)
            if difference := _of_columns(target, before, after):
                diffs[asset_id]["columns"] = difference
            self.columns += len(after)
            write += after.values()
            gone += [row.id for name, row in before.items() if name not in after and row.retired_at is None]
        fields = [name for name in rows.COLUMN_FIELDS if name not in {"asset_id", "name"}]
        upsert(Column, write, key=["asset", "name"], update=[*fields, "terms", "retired_at"])
        Column.objects.filter(id__in=gone).update(retired_at=self.cause.now)

    def _update_owners(self, old: Sequence[Target], diffs: Mapping[int, dict[str, Any]]) -> None:
        standing: dict[int, dict[str, AssetOwner]] = {asset_id: {} for asset_id in diffs}
        for owner in AssetOwner.objects.filter(asset__in=list(diffs)):
            standing[owner.asset_id][owner.name] = owner
        write: list[AssetOwner] = []
        gone: list[int] = []
        for target in old:
            before, after = standing[target.row.id], rows.owners(target.told, target.row.id)
            if before.keys() != after.keys():
                diffs[target.row.id]["owners"] = [sorted(before), sorted(after)]
            write += after.values()
            gone += [row.id for name, row in before.items() if name not in after]
        fields = ["email", "is_team", "because", "user", "team"]
        upsert(AssetOwner, write, key=["asset", "name"], update=fields)
        AssetOwner.objects.filter(id__in=gone).delete()

    def _update_definitions(self, old: Sequence[Target], diffs: Mapping[int, dict[str, Any]]) -> None:
        standing = {item.asset_id: item for item in Definition.objects.filter(asset__in=list(diffs))}
        write = [item for target in old if (item := rows.definition(target.fact, target.row.id))]
        for item in write:
            before = standing.get(item.asset_id)
            if before and before.code != item.code:
                diffs[item.asset_id]["code"] = ["", ""]
            if before and before.materialized != item.materialized:
                diffs[item.asset_id]["materialized"] = [before.materialized, item.materialized]
        gone = standing.keys() - {item.asset_id for item in write}
        for asset_id in gone:
            diffs[asset_id]["code"] = ["", ""]
        Definition.objects.filter(asset__in=gone).delete()
        fields = ["materialized", "language", "code", "compiled_code"]
        upsert(Definition, write, key=["asset"], update=fields)


def _kind(target: Target) -> ChangeKind:
    """What happens to a standing asset that is told of."""
    if target.row.retired_at is not None:
        return ChangeKind.RETURNED
    before, after = target.row.gone_at, target.gone_at
    if before is None and after is not None:
        return ChangeKind.GONE
    return ChangeKind.BACK if before is not None and target.is_seen else ChangeKind.CHANGED


def _of_columns(target: Target, before: Mapping[str, Column], after: Mapping[str, Column]) -> dict[str, Any]:
    """With a table that leaves its warehouse all that was only seen there leaves, and comes back with it: that is no news
    of each column. One that was never there before is."""
    match _kind(target):
        case ChangeKind.GONE:
            return {}
        case ChangeKind.BACK:
            new = [name for name in after if name not in before]
            return {"added": new} if new else {}
        case _:
            return diff.columns(before, after)


def curate_columns(target: Target, columns: Mapping[str, Column]) -> None:
    """Lays what people say and what was found over the columns as sources tell them."""
    for name, column in columns.items():
        words = of_column(target.words, name) if target.words else {}
        if "description" in words:
            column.description = words["description"].value
        if "tags" in words:
            column.tags = list(changed(column.tags, words["tags"]))
        column.terms = list(changed((), words.get("terms")))
        findings = target.findings.get(name, ())
        if "pii" in words or findings:
            decided = {**words["pii"].value, "by": words["pii"].by} if "pii" in words else None
            judged = judge(decided, (column.pii, column.pii_reason), findings)
            column.pii, column.pii_reason = judged.pii[:60], judged.reason[:300]
    target.pii = [column.pii for column in columns.values() if column.pii]


def learn(targets: Sequence[Target]) -> None:
    """What the vocabulary of typing errors shall know: words of names as they stand, and those of descriptions."""
    facts = [target.fact for target in targets]
    said = [
        word.value for target in targets for (column, name), word in target.words.items() if column and name in PROSE
    ]
    tags = [tag for value in said if isinstance(value, dict) for tag in value["add"]]
    prose = [value[:MAX_PROSE] for value in said if isinstance(value, str)]
    prose += [text for fact in facts for text in _descriptions(fact)]
    add_words(rows.words([*tags, *(text for fact in facts for text in _names(fact))]) | rows.words_of_prose(prose))


def _names(fact: AssetFact) -> list[str]:
    tags = (tag for column in fact.columns for tag in column.tags)
    place = [fact.relation.database, fact.relation.schema] if fact.relation else [fact.address]
    owners = (owner.name for owner in fact.owners)
    return [fact.title, *place, *fact.tags, *tags, *owners, *(one.name for one in fact.columns)]


def _descriptions(fact: AssetFact) -> list[str]:
    """As far as the index of search reads them."""
    return [fact.description[:MAX_PROSE], *(column.description[:300] for column in fact.columns if column.description)]
