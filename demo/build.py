"""Builds the demo platform: `python -m demo.build --database-url URL --out DIR`."""

import argparse
import shutil
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from demo import dbt, load, readers
from demo.errors import DemoError
from demo.generate import generate
from demo.report import Report

ARTIFACTS = ("manifest.json", "catalog.json", "run_results.json", "sources.json")
__all__ = ["ARTIFACTS", "DemoError", "build", "main"]


def build(url: str, out: Path, *, seed: int = 7, anchor: date | None = None, report: Report) -> None:
    """Fills the warehouse and leaves dbt's four artifacts in `out`."""
    out = out.resolve()
    day = anchor or datetime.now(UTC).date()
    _prepare(out)
    report("create the warehouse", 0, 1)
    parameters = load.create_warehouse(url)
    report("create the warehouse", 1, 1)
    report("generate raw rows", 0, 1)
    world = generate(seed, day)
    report("generate raw rows", 1, 1)
    load.load_raw(parameters, world, report)
    _run_dbt(out, parameters, day, report)
    readers.read(parameters, report)


def _prepare(out: Path) -> None:
    """No artifact of an earlier build may pass for one of this build, should it fail half-way."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in ARTIFACTS:
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise DemoError(f"{out} cannot be written: {error.strerror}") from error


def _run_dbt(out: Path, parameters: dict[str, str], day: date, report: Report) -> None:
    def run(*command: str, step: str, allowed: frozenset[int] = frozenset({0})) -> None:
        anchor = ["--vars", f"{{anchor_date: '{day}'}}"]
        dbt.run([*command, *anchor], step=step, out=out, parameters=parameters, report=report, allowed=allowed)

    run("build", step="dbt build")
    # Kept now, because the next two commands write these files anew: with every test a "success".
    _keep(out, "manifest.json", "run_results.json")
    # Exit status 1 only says that a source is stale, and one of them is, on purpose.
    run("source", "freshness", step="dbt source freshness", allowed=frozenset({0, 1}))
    _keep(out, "sources.json")
    run("docs", "generate", "--no-compile", step="dbt docs generate")
    _keep(out, "catalog.json")


def _keep(out: Path, *names: str) -> None:
    for name in names:
        try:
            shutil.copyfile(out / "target" / name, out / name)
        except FileNotFoundError as error:
            raise DemoError(f"dbt wrote no {name}") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="demo.build", description="Build the demo platform.")
    parser.add_argument("--database-url", required=True, help="the server's maintenance database")
    parser.add_argument("--out", required=True, type=Path, help="folder for the artifacts of dbt")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--anchor", type=date.fromisoformat, help="the last day (default: today)")
    words = parser.parse_args(arguments)
    try:
        build(words.database_url, words.out, seed=words.seed, anchor=words.anchor, report=_print_steps())
    except DemoError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    return 0


def _print_steps() -> Report:
    """One line a step when it ends, with its time."""
    started: dict[str, float] = {}

    def report(step: str, done: int, total: int) -> None:
        begun = started.setdefault(step, time.monotonic())
        if total and done >= total:
            sys.stdout.write(f"{step}: {done} in {time.monotonic() - begun:.1f} s\n")
            sys.stdout.flush()

    return report


if __name__ == "__main__":
    raise SystemExit(main())
