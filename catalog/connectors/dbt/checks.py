"""Tests as promises: what each is about, which column, what it demands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from catalog.connectors.dbt.columns import IDENTIFIER_MAX, unquoted
from catalog.connectors.dbt.marks import META_MAX, NAME_MAX, tags
from catalog.connectors.dbt.mending import decode
from catalog.connectors.dbt.nodes import TESTS, merged_meta
from catalog.connectors.dbt.notes import short
from catalog.connectors.dbt.project import Project, clipped
from catalog.connectors.dbt.shapes import DataTest, DataTestConfig, UnitTest
from catalog.facts import CheckFact

EXPRESSION_MAX = 20_000
_REF = re.compile(
    r"""ref\(\s*['"]([^'"]+)['"](?:\s*,\s*['"]([^'"]+)['"])?"""  # one name, or package and name
    r"""(?:\s*,\s*v(?:ersion)?\s*=\s*['"]?([\w.]+))?"""
)
_SOURCE = re.compile(r"""source\(\s*['"]([^'"]+)['"]\s*,\s*['"]([^'"]+)['"]""")
_JINJA = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_NO_CONFIG = DataTestConfig()


def checks(members: Mapping[str, msgspec.Raw], project: Project) -> Iterator[CheckFact]:
    """A check for each test that is about an asset of this read."""
    for key, raw in members.items():
        if key.partition(".")[0] not in TESTS:
            continue
        test = decode(DataTest, raw, project.file, f"nodes.{key}", project.notes)
        if test is None or (test.config and test.config.enabled is False):
            continue
        if project.misnamed(key, project.note_at(f"nodes.{short(key)}"), test.name, test.column_name):
            continue
        asset = _subject(test, project)
        if asset:
            yield _check(key, asset, test, project)
        else:
            _note_orphan(key, [test.attached_node or "", *_depends_on(test)], project, "nodes")


def unit_tests(members: Mapping[str, msgspec.Raw], project: Project) -> Iterator[CheckFact]:
    for key, raw in members.items():
        test = decode(UnitTest, raw, project.file, f"unit_tests.{key}", project.notes)
        if test is None or (test.config and test.config.enabled is False):
            continue
        note = project.note_at(f"unit_tests.{short(key)}")
        if project.misnamed(key, note, test.name):
            continue
        depends_on = (test.depends_on and test.depends_on.nodes) or []
        asset = next((node for node in depends_on if node in project.assets), None)
        if asset is None:
            _note_orphan(key, depends_on, project, "unit_tests")
            continue
        ours = {"package": test.package_name, "path": test.original_file_path, "version": test.version}
        yield CheckFact(
            key=key,
            asset=asset,
            kind="unit_test",
            title=test.name or key,
            description=clipped(test.description, "description", note),
            expression=_rendered({"given": test.given, "expect": test.expect}),
            meta=merged_meta(note, ours),
        )


def _check(key: str, asset: str, test: DataTest, project: Project) -> CheckFact:
    note = project.note_at(f"nodes.{short(key)}")
    config = test.config or _NO_CONFIG
    ours = {
        "package": test.package_name,
        "path": test.original_file_path,
        "where": config.where,
        "tags": list(tags(note, test.tags, config.tags)),
    }
    return CheckFact(
        key=key,
        asset=asset,
        kind=_kind(test),
        title=test.name or key,
        column=_column(asset, test, project),
        severity="warn" if (config.severity or "").strip().lower() == "warn" else "error",
        description=clipped(test.description, "description", note),
        expression=_expression(test),
        meta=merged_meta(note, ours, config.meta, test.meta),
    )


def _kind(test: DataTest) -> str:
    """dbt's own four by their name, a package's with the package before it, hand-written SQL as custom."""
    generic = test.test_metadata
    if generic is None or not generic.name:
        return "custom"
    foreign = generic.namespace and generic.namespace != "dbt"
    return (f"{generic.namespace}.{generic.name}" if foreign else generic.name)[:NAME_MAX]


def _kwargs(test: DataTest) -> Mapping[str, Any]:
    return (test.test_metadata and test.test_metadata.kwargs) or {}


def _depends_on(test: DataTest) -> list[str]:
    return (test.depends_on and test.depends_on.nodes) or []


def _subject(test: DataTest, project: Project) -> str | None:
    """The asset that a test is about. Before v9 nobody says so, and a relationships test depends on two."""
    if test.attached_node:
        return test.attached_node if test.attached_node in project.assets else None
    candidates = _depends_on(test)
    model = _kwargs(test).get("model")
    if isinstance(model, str):
        named = [key for key in candidates if _names(model[:META_MAX], key)]
        if named:
            return next((key for key in named if key in project.assets), None)
    return next((key for key in candidates if key in project.assets), None)


def _names(jinja: str, key: str) -> bool:
    """Whether ``{{ ref('orders') }}`` or ``{{ source('shop', 'orders') }}`` can mean the node of this key."""
    _, _, path = key.partition(".")
    ref = _REF.search(jinja)
    if ref:
        package, name = (ref[1], ref[2]) if ref[2] else ("", ref[1])
        tail = path.partition(".")[2]
        versioned = tail == f"{name}.v{ref[3]}" if ref[3] else tail == name or tail.startswith(f"{name}.v")
        return versioned and (not package or path.startswith(f"{package}."))
    source = _SOURCE.search(jinja)
    return bool(source) and path.endswith(f".{source[1]}.{source[2]}") if source else False


def _column(asset: str, test: DataTest, project: Project) -> str:
    """The tested column as the asset shows it."""
    named = test.column_name or _kwargs(test).get("column_name")
    if not isinstance(named, str) or not named.strip() or len(named) > IDENTIFIER_MAX:
        return ""
    jinja = _JINJA.fullmatch(named.strip())
    name = unquoted((jinja[1].strip("'") if jinja else named).strip())
    return project.renamed.get(asset, {}).get(name, name)


def _expression(test: DataTest) -> str:
    if test.test_metadata is None:
        sql = test.compiled_code or test.compiled_sql or test.raw_code or test.raw_sql or ""
        return sql.strip()[:EXPRESSION_MAX]
    return _rendered({key: value for key, value in _kwargs(test).items() if key not in ("model", "column_name")})


def _rendered(arguments: Mapping[str, Any]) -> str:
    """Arguments as people read them, one a line."""
    lines = []
    for key, value in arguments.items():
        if value not in (None, "", [], {}):
            lines.append(f"{key}: {value if isinstance(value, str) else _json(value)}")
    return "\n".join(lines)[:EXPRESSION_MAX]


def _json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except (OverflowError, RecursionError, ValueError):
        return "…"


def _note_orphan(key: str, about: list[str], project: Project, section: str) -> None:
    project.left_out.add(key)
    if not any(node in project.left_out for node in about):
        disabled = any(node in project.disabled for node in about)
        reason = "tests what is disabled" if disabled else "tests nothing that the manifest holds"
        project.notes.add(project.file, f"{section}.{short(key)}", f"{reason}; left out")
