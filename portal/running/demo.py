"""``make demo``: everything from the data folder to a portal that answers, and then its processes until Ctrl-C."""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from portal.running import commands, embedded, handle, ports, processes
from portal.running.console import SetupError, Step, paint, say
from portal.running.folder import REPO, ForeignFolderError, claim
from portal.running.stamps import is_fresh, migrations_now, static_now
from portal.running.supervisor import StoppedError, Supervisor, tail

ARTIFACTS = ("manifest.json", "catalog.json", "run_results.json", "sources.json")
FIRST_STEPS = ("platform", "people", "dbt")  # what a folder had whose marker names no steps
HEALTHY_SECONDS = 90.0
PEOPLE = (
    ("ana", "Analyst"),
    ("tom", "Analyst, leads Ana's team"),
    ("dee", "Data Engineer"),
    ("max", "ML Engineer"),
    ("lea", "Data lead"),
    ("sam", "Security"),
    ("pia", "Privacy"),
    ("stew", "Data steward"),
    ("root", "Administrator"),
)


class Demo:
    """One run of the demo on one data folder."""

    def __init__(self, supervisor: Supervisor, port: int) -> None:
        self.supervisor = supervisor
        self.port = port
        self.data = embedded.data_dir()
        self.log = embedded.log_dir() / "demo.log"
        self.marker = self.data / "demo.json"
        self.environment = {
            **os.environ,
            "DEMO": "1",
            "DATA_DIR": str(self.data),
            "DEMO_DIR": str(self.data),
            "PORT": str(port),
            "STATIC_ROOT": str(self.data / "static"),
            "SECRET_KEY": embedded.secret_key(),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def set_up(self) -> None:
        """The steps before the processes; what a former start did is kept."""
        with Step("Database and broker"):
            handle.acquire(embedded.run_dir(), embedded.log_dir())
        migrated, now = self.data / ".migrated", migrations_now(embedded.database_url())
        if not is_fresh(migrated, now):
            self._manage("Migrations", "migrate", "--no-input", counted="Applying")
            migrated.write_text(now, encoding="ascii")
        self._build()
        collected, now = self.data / "static" / ".collected", static_now()
        if not is_fresh(collected, now):
            self._manage("Static files", "collectstatic", "--no-input", "--verbosity", "0")
            collected.write_text(now, encoding="ascii")

    def _build(self) -> None:
        """Every step that this folder has not had yet, one by one: a newer portal brings new ones, and one that was broken
        off goes on where it was."""
        done = self._done()
        for name, step in self._steps().items():
            if name not in done:
                step()
                done.append(name)
                self.marker.write_text(json.dumps({"built": int(time.time()), "done": done}), encoding="ascii")

    def _done(self) -> list[str]:
        if not self.marker.exists():
            return []
        told = json.loads(self.marker.read_text(encoding="ascii"))
        return list(told.get("done", FIRST_STEPS))

    def _steps(self) -> dict[str, Callable[[], None]]:
        files = [str(self.data / "platform" / name) for name in ARTIFACTS]
        contracts = REPO / "demo" / "platform"
        warehouse = embedded.embedded_database_url("warehouse") if self._own_database() else self._beside("warehouse")
        manage, into = self._manage, ("--source", "contracts")
        return {
            "platform": self._platform,
            "people": lambda: manage("People and teams", "demo_people"),
            "sources": lambda: manage("Sources", "demo_sources", "--warehouse", warehouse),
            "dbt": lambda: manage("dbt project", "ingest", "dbt", *files, "--source", "demo-warehouse", noted=True),
            "warehouse": lambda: manage("Warehouse", "ingest", "postgres", "--source", "warehouse", noted=True),
            "events": lambda: manage("Events of Airflow and Flink", "demo_events", noted=True),
            "first contracts": lambda: manage(
                "Contracts of last month", "ingest", "contracts", str(contracts / "contracts_first"), *into, noted=True
            ),
            "contracts": lambda: manage(
                "Contracts of today", "ingest", "contracts", str(contracts / "contracts"), *into, noted=True
            ),
            "stewardship": lambda: manage("Glossary, owners, announcements", "demo_stewardship"),
        }

    def serve(self) -> None:
        """Start the processes and wait until the portal says that it is well."""
        ports.check(self.port)
        with Step("Web, workers and beat") as step:
            everything = {name: commands.here(command) for name, command in commands.PROCESSES.items()}
            self.supervisor.start(everything, self.environment, commands.WHEN_ORPHANED)
            deadline = time.monotonic() + HEALTHY_SECONDS
            answer = "no answer"
            while (answer := self._health()) != "ok":
                step.progress(0, 0, answer)
                if time.monotonic() > deadline:
                    log = tail(embedded.log_dir() / "web.log")
                    raise SetupError(f"The portal did not become healthy: {answer}. The end of the web log:\n{log}")
                self.supervisor.look()
                time.sleep(0.15)

    def keep_services(self) -> None:
        """The embedded servers have a keeper; should it be killed, start another."""
        if not handle.keeper_alive(embedded.run_dir()) and self._embedded():
            say("! The embedded database's keeper is gone; starting it again.")
            handle.release(embedded.run_dir())
            handle.acquire(embedded.run_dir(), embedded.log_dir())

    def greet(self) -> None:
        """Where the portal is, and who can sign in."""
        say()
        say(f"  {paint('Gazetteer', '1')} is at {paint(f'http://{ports.HOST}:{self.port}', '1;36')}")
        say()
        for login, role in PEOPLE:
            say(f"    {login:<6}{role}")
        say()
        say(f"  Password of everybody: {paint('demo', '1')}. Logs: {embedded.log_dir()}")
        say("  Ctrl-C ends it; the data stays for the next start (make demo-reset drops it).")
        say()

    def _own_database(self) -> bool:
        return not os.environ.get("DATABASE_URL")

    def _beside(self, database: str) -> str:
        """Another database of the server that ``DATABASE_URL`` names."""
        return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))

    def _embedded(self) -> bool:
        return not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))

    def _manage(self, title: str, *arguments: str, counted: str = "", noted: bool = False) -> None:
        lines: list[str] = []
        with Step(title) as step:

            def heard(line: str) -> None:
                if line.strip():
                    lines.append(line.strip())
                    step.progress(0, 0, line.strip())

            status = self.supervisor.run(
                commands.here(("python", "manage.py", *arguments)), self.environment, self.log, heard
            )
            if status:
                raise SetupError(
                    f"manage.py {arguments[0]} failed (status {status}). The end of {self.log}:\n{tail(self.log)}"
                )
            if counted:
                number = sum(counted in line for line in lines)
                step.note = f"{number} applied" if number else ""
            elif noted and lines:
                step.note = lines[-1]

    def _platform(self) -> None:
        url = embedded.embedded_database_url("postgres") if self._own_database() else os.environ["DATABASE_URL"]
        command = [sys.executable, "-m", "portal.running.platform_step", url, str(self.data / "platform")]
        problem = ""
        with Step("Demo platform") as step:

            def heard(line: str) -> None:
                nonlocal problem
                try:
                    told = json.loads(line)
                except ValueError:
                    return
                if not isinstance(told, dict):
                    return
                problem = told.get("error", problem)
                if "step" in told:
                    step.progress(told["done"], told["total"], told["step"])

            status = self.supervisor.run(command, self.environment, self.log, heard)
            if status:
                raise SetupError(
                    problem or f"The demo platform could not be built. The end of {self.log}:\n{tail(self.log)}"
                )

    def _health(self) -> str:
        connection = http.client.HTTPConnection(ports.HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            body = response.read(2000).decode("utf-8", "replace").strip()
        except (OSError, http.client.HTTPException):
            return "the web server does not answer yet"
        finally:
            connection.close()
        return "ok" if response.status == 200 else f"/healthz says {response.status}: {body[:200]}"


def main() -> int:
    """Set up, serve, and end all that was started; 0 after a signal."""
    _end_with_make()
    try:
        port = ports.wanted()
        ports.check(port)
        data = claim(embedded.data_dir())
        embedded.log_dir().mkdir(exist_ok=True)
        return _run(data, port)
    except (SetupError, ForeignFolderError, handle.ServicesError) as problem:
        say(f"✗ {problem}")
    except OSError as error:
        place = error.filename or embedded.data_dir()
        say(f"✗ {place}: {error.strerror}; free some space or choose another folder with DEMO_DIR=.")
    return 1


def _run(data: Path, port: int) -> int:
    try:
        with Supervisor(data / "run.json", embedded.log_dir(), cwd=REPO) as supervisor:
            demo = Demo(supervisor, port)
            began = time.monotonic()
            demo.set_up()
            demo.serve()
            say(f"{paint('✓', '32')} Ready in {time.monotonic() - began:.1f} s")
            demo.greet()
            supervisor.watch(demo.keep_services)
    except StoppedError:
        say("Ending …")
        return 0
    finally:
        if handle.held(embedded.run_dir()) and not handle.release(embedded.run_dir(), wait=30):
            say("! The embedded database stays up: another process still uses it.")
    return 0


def _end_with_make() -> None:
    """Under make, a killed make must not leave the demo running."""
    if os.environ.get("MAKELEVEL") and sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(processes.PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
