"""Habits of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.house.source import REPO, ROOMS, imported, name, python, tree

CODE = python(*ROOMS)
FIRST_PARTY = tuple(f"{room}." for room in ROOMS)
MARKED_SAFE = {"portal/kernel/markdown.py", "portal/kernel/templatetags/ui.py"}
DEFERRED: set[str] = set()


def where(pattern: str, *, but: Collection[str] = ()) -> list[str]:
    """Places in the code that match."""
    expression = re.compile(pattern)
    return [
        f"{name(path)}:{number}"
        for path in CODE
        if name(path) not in but
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if expression.search(line)
    ]


def modules(start: str, *, but: Collection[str] = ()) -> list[str]:
    return [
        f"{name(path)}:{line} {module}"
        for path in CODE
        if name(path) not in but
        for module, line, _ in imported(path)
        if module.startswith(start)
    ]


def test_the_rules_see_the_code() -> None:
    assert len(CODE) > 80
    assert where("^from __future__")
    assert modules("django.db")


def test_guardian_is_asked_through_one_door() -> None:
    models = "catalog/models/domains.py"  # its abstract models with direct keys
    assert modules("guardian", but={"portal/kernel/rights.py", models}) == []
    assert {module for module, _, _ in imported(REPO / models) if module.startswith("guardian")} <= {
        "guardian.models.GroupObjectPermissionBase",
        "guardian.models.UserObjectPermissionBase",
    }


def test_the_door_never_lets_global_rights_through() -> None:
    calls = [
        node
        for node in ast.walk(tree(REPO / "portal/kernel/rights.py"))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_objects_for_user"
    ]
    assert calls
    for call in calls:
        given = {word.arg: word.value.value for word in call.keywords if isinstance(word.value, ast.Constant)}
        assert given["accept_global_perms"] is False
        assert given["with_superuser"] is False


def test_no_view_is_exempt_from_csrf() -> None:
    assert where("csrf_exempt") == []


def test_nothing_is_marked_safe_but_where_it_is_listed() -> None:
    assert where(r"mark_safe|SafeString\((?!\")", but=MARKED_SAFE) == [] == where(r"format_html\(f['\"]")


def test_there_are_no_model_signals() -> None:
    signals = r"\b(pre|post)_(save|delete|init|migrate)\b|m2m_changed|class_prepared|@receiver"
    assert where(signals) == []


def test_there_are_no_generic_foreign_keys() -> None:
    assert where("GenericForeignKey|GenericRelation|ContentType\\b") == []


def test_imports_stand_at_the_top() -> None:
    found = {
        f"{name(path)} {module}"
        for path in CODE
        for module, _, inner in imported(path)
        if inner and module.startswith(FIRST_PARTY)
    }
    assert found == DEFERRED


def test_keys_of_tenants_to_assets_leave_no_name_on_the_asset() -> None:
    for path in python("lineage", "quality", "access", "models_registry"):
        if path.name == "models.py":
            for line in path.read_text().splitlines():
                if '"catalog.Asset"' in line or '"catalog.Source"' in line:
                    assert 'related_name="+"' in line, f"{name(path)}: {line.strip()}"


def test_nothing_names_a_machine_or_a_registry() -> None:
    """Addresses of package registries and absolute paths of somebody's machine stay out."""
    listed = run("git", "ls-files").stdout.split()
    texts = [path for path in listed if not path.endswith((".png", ".woff2", ".ico", ".gz"))]
    host = re.compile(r"https?://[\w.-]*(p[y]pi|np[m]js|artifactory|nexus|registry)[\w.-]*|/(home|Users)/\w+/")
    found = []
    for path in texts:
        content = (REPO / path).read_text(encoding="utf-8", errors="replace") if (REPO / path).is_file() else ""
        found += [f"{path}: {match[0]}" for match in host.finditer(content) if path != name(Path(__file__))]
    assert found == []


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for(room: str) -> None:
    for path in python(room):
        if (
            path.name not in {"__init__.py", "apps.py", "urls.py", "forms.py", "nav.py"}
            and len(path.read_text()) > 1500
        ):
            assert ast.get_docstring(tree(path)) or path.name in {"tabs.py", "sources.py"}, name(path)
