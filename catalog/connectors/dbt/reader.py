"""``DbtReader``: the files of a dbt project in, facts out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from catalog.capabilities import BadInput, FileSlot, OptionSlot, SourceFile
from catalog.connectors.dbt import checks, nodes, resources, results
from catalog.connectors.dbt.artifacts import Artifact, Bundle, gather
from catalog.connectors.dbt.notes import Notes
from catalog.connectors.dbt.owners import Groups
from catalog.connectors.dbt.project import Project, disabled_keys
from catalog.connectors.dbt.tables import Tables
from catalog.facts import CheckFact, ExtentFact, Fact, InputFact

SECTIONS = ("nodes", "sources", *resources.SECTIONS, "unit_tests", "groups")


class DbtReader:
    """Files are told apart by what they hold, so their names do not matter; each may be gzipped."""

    label = "dbt"
    files: Sequence[FileSlot] = (
        FileSlot(name="manifest.json", required=True, help="The project: written by every dbt command into target/."),
        FileSlot(name="catalog.json", required=False, help="What the warehouse shows of it: dbt docs generate."),
        FileSlot(name="run_results.json", required=False, help="Outcomes of dbt build or dbt test; several are fine."),
        FileSlot(name="sources.json", required=False, help="Freshness of the sources: dbt source freshness."),
    )
    options: Sequence[OptionSlot] = (
        OptionSlot(name="project", help="Only what this dbt package defines; empty takes all packages of the project."),
    )

    def read(self, files: Sequence[SourceFile], options: Mapping[str, str]) -> Iterator[Fact]:
        notes = Notes()
        bundle = gather(files, notes)
        yield InputFact(digest=bundle.digest())
        sections = {name: bundle.manifest.members(name) for name in SECTIONS}
        if "nodes" not in bundle.manifest.sections:
            raise BadInput(bundle.manifest.name, "nodes", "is missing")
        if bundle.manifest.is_newer and not (sections["nodes"] or sections["sources"]):
            raise BadInput(
                bundle.manifest.name,
                "metadata.dbt_schema_version",
                "is newer than this reader, which finds nothing in it",
            )
        project = _project(bundle, options, notes)
        yield _extent(sections)

        for section in ("nodes", "sources"):
            yield from nodes.assets(sections[section], section, project)
        for section in resources.SECTIONS:
            yield from resources.assets(sections[section], section, project)
        project.tables.note_if_foreign()
        project.semantics.settle()
        yield from project.edges()

        promised: list[str] = []
        for found in (checks.checks(sections["nodes"], project), checks.unit_tests(sections["unit_tests"], project)):
            yield from _remembered(found, promised)
        yield from results.results(bundle.run_results, promised, project)
        yield from results.freshness(bundle.sources, project)
        yield from notes.facts()


def _project(bundle: Bundle, options: Mapping[str, str], notes: Notes) -> Project:
    manifest: Artifact = bundle.manifest
    return Project(
        file=manifest.name,
        platform=(manifest.metadata.adapter_type or "").strip().lower()[:60] or "unknown",
        quoting=manifest.metadata.quoting,
        only=options.get("project", "").strip(),
        notes=notes,
        groups=Groups(manifest.members("groups"), manifest.name, notes),
        tables=Tables(bundle.catalog, notes),
        disabled=disabled_keys(manifest, notes),
    )


def _extent(sections: Mapping[str, Mapping[str, object]]) -> ExtentFact:
    """By the ids alone; what is disabled or not understood is counted too, a progress bar can bear that."""
    built = sum(key.startswith(("model.", "seed.", "snapshot.", "analysis.")) for key in sections["nodes"])
    return ExtentFact(assets=built + sum(len(sections[name]) for name in ("sources", *resources.SECTIONS)))


def _remembered(found: Iterator[CheckFact], keys: list[str]) -> Iterator[CheckFact]:
    for check in found:
        keys.append(check.key)
        yield check
