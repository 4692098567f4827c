"""``ContractsReader``: a folder of contracts in, facts out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from catalog.capabilities import BadInput, FileSlot, OptionSlot, SourceFile
from catalog.contracts.problems import Problem, Refused
from catalog.contracts.reading import NoContract, Read, read
from catalog.contracts.telling import Defaults, assets, key_of
from catalog.facts import AssetFact, ContractFact, ExtentFact, Fact, WarningFact

MAX_PATH = 200


class ContractsReader:
    """Files of the platform's own form, of ODCS 2.2 and 3 and of the Data Contract Specification, told apart by what they hold.
    A file of another kind is left out with a warning; a contract that cannot be read ends the run."""

    label = "Contracts"
    patterns: Sequence[str] = ("*.yaml", "*.yml", "*.json")
    files: Sequence[FileSlot] = (
        FileSlot(
            name="*.yaml", required=True, help="Contracts as YAML or JSON, one a file: own form, ODCS 2.2 or 3, or DCS."
        ),
    )
    options: Sequence[OptionSlot] = (
        OptionSlot(name="platform", help="Platform of tables whose contract names none: postgres, snowflake …"),
        OptionSlot(name="database", help="Their database."),
        OptionSlot(name="schema", help="Their schema."),
    )

    def read(self, files: Sequence[SourceFile], options: Mapping[str, str]) -> Iterator[Fact]:
        found, warnings = _gather(files)
        if files and not found:
            raise BadInput(files[0].name, "", "is no contract, and no other file is")
        defaults = Defaults(*(options.get(name, "").strip() for name in ("platform", "database", "schema")))
        told = [(file, content, one, assets(file, one.document, defaults)) for file, content, one in found]
        yield ExtentFact(assets=sum(len(facts) for *_, facts in told))
        for _, _, _, facts in told:
            yield from facts
        for file, content, one, facts in told:
            yield _contract(file, content, one, facts)
            yield from (_warning(file, one, note) for note in one.notes)
        yield from warnings


def _contract(file: str, content: bytes, one: Read, facts: Sequence[AssetFact]) -> ContractFact:
    keys = {fact.key for fact in facts}
    named = ((table.name, key_of(file, table.name)) for table in one.document.tables)
    tables = tuple((name, key) for name, key in named if key in keys)
    return ContractFact(key=file, file=file, content=content, tables=tables)


_TABLE = re.compile(r"(?:schema|models)(?:\[(\d+)\]|\.(.+))")


def _warning(file: str, one: Read, note: Problem) -> WarningFact:
    """``place`` is the key of the table that it is about: who may not see that table is not told."""
    tables = one.document.tables
    match = _TABLE.match(note.path)
    about = [table for table in tables if match and match[2] and f"{match[2]}.".startswith(f"{table.name}.")]
    if match and match[1] and int(match[1]) < len(tables):
        about = [tables[int(match[1])]]
    place = key_of(file, (about or list(tables))[0].name) if tables else ""
    return WarningFact(file=file, place=place, message=f"{note.place}: {note.message}")


def _gather(files: Sequence[SourceFile]) -> tuple[list[tuple[str, bytes, Read]], list[WarningFact]]:
    """Contracts by file, and a warning for each file that is none."""
    found: list[tuple[str, bytes, Read]] = []
    warnings: list[WarningFact] = []
    for file in files:
        if len(file.name) > MAX_PATH:
            raise BadInput(file.name[:60], "", f"its path is longer than {MAX_PATH} characters")
        content = file.load()
        try:
            found.append((file.name, content, read(content)))
        except NoContract as error:
            warnings.append(WarningFact(file=file.name, place="", message=f"left out: it {error.problems[0].message}"))
        except Refused as error:
            raise _bad(file.name, error.problems[0], len(error.problems) - 1) from error
    return found, warnings


def _bad(file: str, first: Problem, more: int) -> BadInput:
    return BadInput(file, first.place, first.message + (f" (and {more} more)" if more else ""))
