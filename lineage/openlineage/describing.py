"""What the catalog is told: a job and a dataset as facts, out of all that was heard of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.facts import AssetFact, ColumnFact, FormerNameFact, Kind, NameFact, OwnerFact, Relation
from catalog.identity.naming import PARTS, PATHS, normalise, platform_of, split
from lineage.openlineage.adding import RENAMED
from lineage.openlineage.keys import Name
from lineage.openlineage.reading import RUN_SAYS
from lineage.openlineage.times import written

KINDS = {
    "TABLE": Kind.TABLE,
    "VIEW": Kind.VIEW,
    "MATERIALIZED_VIEW": Kind.MATERIALIZED_VIEW,
    "TOPIC": Kind.TOPIC,
    "STREAM": Kind.TOPIC,
    "FILE": Kind.FILE,
    "FOLDER": Kind.FILE,
    "MODEL": Kind.ML_MODEL,
    "DASHBOARD": Kind.DASHBOARD,
    "ENDPOINT": Kind.ENDPOINT,
}
MOST_COLUMNS = 10_000
LINKS = ("http://", "https://")
Facets = Mapping[str, Any]


def job_fact(name: Name, facets: Facets) -> AssetFact:
    """``facets`` as they hold, see ``adding.values``."""
    kind, engine = _dict(facets, "jobType"), _dict(facets, RUN_SAYS + "processing_engine")
    sql, code = _text(facets, "sql", "query"), _text(facets, "sourceCode", "sourceCode")
    location = _text(facets, "sourceCodeLocation", "url")
    meta = {
        "schedule": schedule(facets),
        "type": _string(kind.get("jobType")).lower(),
        "processing": _string(kind.get("processingType")).lower(),
        "engine": " ".join(part for part in (_string(engine.get("name")), _string(engine.get("version"))) if part),
        "source code": location,
    }
    return AssetFact(
        key=name.key,
        kind=Kind.JOB,
        title=name.name,
        platform=_string(kind.get("integration") or engine.get("name")).lower() or "openlineage",
        namespace=name.namespace,
        address=name.name,
        description=_text(facets, "documentation", "description"),
        tags=tuple(tag for tag, column in _tags(facets) if not column),
        owners=tuple(_owners(facets)),
        url=location if location.startswith(LINKS) else "",
        language="sql" if sql else _text(facets, "sourceCode", "language").lower(),
        code=sql or code,
        meta={key: value for key, value in meta.items() if value},
    )


def schedule(facets: Facets) -> str:
    """In the words of Airflow, which is who tells."""
    for name in ("airflow", "airflowDagRun"):
        dag = _dict(_dict(facets, RUN_SAYS + name), "dag")
        timetable = _dict(dag, "timetable")
        for told in (timetable.get("expression"), dag.get("schedule_interval"), dag.get("timetable_summary")):
            if isinstance(told, str) and told and told != "None":
                return told
    return ""


def dataset_fact(name: Name, facets: Facets) -> AssetFact:
    """A name that a tool gives: what is known of it elsewhere counts more. Topics, files and endpoints have nobody else
    who would describe them, unless they are said to be a table's."""
    space, folded = normalise(name.namespace, name.name)
    platform = platform_of(space)
    kind, links = _kind(platform, facets), tuple(_names(facets))
    placed = _relation(name.name, folded) if platform in PARTS else None
    tags = _tags(facets)
    storage = _dict(facets, "storage")
    meta = {"storage": _string(storage.get("storageLayer")), "file format": _string(storage.get("fileFormat"))}
    return AssetFact(
        key=name.key,
        kind=kind,
        title=placed.identifier if placed else name.name,
        platform=platform,
        namespace=space,
        relation=placed,
        address="" if placed else folded,
        names=links,
        former_names=tuple(_former(facets)),
        mention=bool(links) or not (platform in PATHS or kind is Kind.ENDPOINT),
        description=_text(facets, "documentation", "description"),
        tags=tuple(tag for tag, column in tags if not column),
        owners=tuple(_owners(facets)),
        columns=tuple(_columns(_list(_dict(facets, "schema").get("fields")), tags)),
        meta={key: value for key, value in meta.items() if value},
    )


def _kind(platform: str, facets: Facets) -> Kind:
    told = _text(facets, "datasetType", "datasetType").upper().replace(" ", "_")
    if told in KINDS:
        return KINDS[told]
    if platform == "kafka":
        return Kind.TOPIC
    return Kind.FILE if platform in PATHS else Kind.TABLE


def _relation(written: str, folded: str) -> Relation:
    """Parts as they are written where all are there, else as they follow from the namespace."""
    parts, full = split(written), split(folded)
    *above, identifier = (parts if len(parts) == len(full) else full) or [folded]
    return Relation(
        database=".".join(above[:-1]), schema=above[-1] if above else "", identifier=identifier, quoted=False
    )


def _names(facets: Facets) -> Iterator[NameFact]:
    for one in _list(_dict(facets, "symlinks").get("identifiers")):
        if one["name"]:
            yield NameFact(namespace=one["namespace"][:300], name=one["name"])


def _former(facets: Facets) -> Iterator[FormerNameFact]:
    """In the order in which it was renamed from them."""
    told = sorted((value["at"], name) for name, value in facets.items() if name.startswith(RENAMED))
    for at, name in told:
        one = facets[name]
        yield FormerNameFact(namespace=one["namespace"], name=one["name"], at=written(at))


def _columns(fields: Sequence[Any], tags: Sequence[tuple[str, str]]) -> Iterator[ColumnFact]:
    seen: set[str] = set()
    for at, (path, field) in enumerate(_flat(fields, ""), 1):
        name = path[:500]
        if name in seen or not name or at > MOST_COLUMNS:
            continue
        seen.add(name)
        yield ColumnFact(
            name=name,
            position=at,
            data_type=_string(field.get("type")),
            description=_string(field.get("description")),
            tags=tuple(tag for tag, column in tags if column == path),
        )


def _flat(fields: Sequence[Any], above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Fields of a struct come after it, called by their way."""
    for field in fields:
        path = f"{above}{field['name']}"
        yield path, field
        yield from _flat(_list(field.get("fields")), f"{path}.")


def _owners(facets: Facets) -> Iterator[OwnerFact]:
    """``team:data-eng`` and ``user:ana@example.com`` are OpenLineage's own way of writing them."""
    for owner in _list(_dict(facets, "ownership").get("owners")):
        kind, colon, rest = _string(owner["name"]).partition(":")
        name = rest if colon and kind in {"team", "user", "application"} else _string(owner["name"])
        if name.strip():
            yield OwnerFact(name=name.strip(), email=name.strip() if "@" in name else "", is_team=kind == "team")


def _tags(facets: Facets) -> list[tuple[str, str]]:
    """(tag, column or ""); a value that is more than yes is part of it."""
    found = []
    for tag in _list(_dict(facets, "tags").get("tags")):
        value = tag.get("value")
        plain = value in (None, "", True) or str(value).lower() == "true"
        found.append((tag["key"] if plain else f"{tag['key']}:{value}", _string(tag.get("field"))))
    return list(dict.fromkeys(found))


def _dict(value: Facets, name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(facets: Facets, name: str, part: str) -> str:
    return _string(_dict(facets, name).get(part))


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
