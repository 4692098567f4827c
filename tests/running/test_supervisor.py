"""The supervisor and the embedded servers with real processes: nothing is left, whichever way they went."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portal.running import processes, supervisor
from portal.running.console import SetupError
from portal.running.supervisor import Supervisor, leftovers

REPO = Path(__file__).resolve().parents[2]

# A child with a child of its own, as gunicorn and Celery have them; the grandchild does not listen to SIGTERM
FAMILY = """
import os, signal, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(300)
"""
SERVE = """
import sys
from pathlib import Path
from portal.running.supervisor import StoppedError, Supervisor
data = Path(sys.argv[1])
try:
    with Supervisor(data / "run.json", data, cwd=data, patience=1) as runs:
        runs.start({name: [sys.executable, "-c", sys.argv[2]] for name in ("web", "worker")}, {})
        print("serving", flush=True)
        runs.watch()
except StoppedError:
    sys.exit(0)
"""
HOLD = """
import sys, time
from portal.running.embedded import ensure_services
ensure_services(["migrate"])
print("holding", flush=True)
time.sleep(300)
"""


def started(*arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", *arguments],
        cwd=REPO,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() in {"serving", "holding"}
    return process


def of_folder(folder: Path) -> list[psutil.Process]:
    """Every process that works in ``folder`` or names it."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and (
                process.cwd() == str(folder) or str(folder) in " ".join(process.cmdline())
            ):
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def gone(folder: Path, seconds: float = 15) -> bool:
    return processes.wait_until(lambda: not of_folder(folder), seconds)


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's: every session that starts closes those to the user that the database runs as under root
    with tempfile.TemporaryDirectory() as root:
        data = Path(root) / "data"
        data.mkdir()
        yield data
        processes.end(of_folder(data), patience=0.1)


def twice(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)


@pytest.mark.slow
@pytest.mark.parametrize(
    "end",
    [lambda p: p.terminate(), lambda p: p.send_signal(signal.SIGHUP), twice],
    ids=["SIGTERM", "SIGHUP", "two Ctrl-C"],
)
def test_a_signal_ends_children_and_their_children(folder: Path, end: Callable[[subprocess.Popen[str]], None]) -> None:
    with started(SERVE, str(folder), FAMILY) as process:
        assert processes.wait_until(lambda: len(of_folder(folder)) == 5, 5)
        end(process)
        assert process.wait(10) == 0
    assert of_folder(folder) == []
    assert not (folder / "run.json").exists()


@pytest.mark.slow
def test_what_a_killed_supervisor_left_is_ended_by_the_next(folder: Path) -> None:
    with started(
        SERVE, str(folder), "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
    ) as first:
        time.sleep(0.5)
        left = leftovers(folder / "run.json")
        first.kill()
    assert len(left) == 2
    assert all(process.is_running() for process in left)  # deaf to the signal that the kernel sent them
    with Supervisor(folder / "run.json", folder, cwd=folder):
        assert not any(process.is_running() for process in left)


@pytest.mark.slow
def test_the_kernel_ends_the_children_of_a_killed_supervisor(folder: Path) -> None:
    with started(SERVE, str(folder), "import time; time.sleep(300)") as process:
        process.kill()
    assert gone(folder, 5)


def test_a_process_that_got_a_noted_number_later_is_not_ours(folder: Path) -> None:
    me = psutil.Process()
    entry = {"name": "web", "pid": me.pid, "created": me.create_time() - 60}
    (folder / "run.json").write_text(json.dumps({"children": [entry, {"pid": "x"}, {}]}))
    assert leftovers(folder / "run.json") == []


@pytest.mark.parametrize("text", ["", "[]", '{"children": 7', "{}"])
def test_a_broken_note_of_a_former_run_names_nobody(folder: Path, text: str) -> None:
    (folder / "run.json").write_text(text)
    assert leftovers(folder / "run.json") == []


def test_a_second_demo_on_the_same_folder_is_told_so(folder: Path) -> None:
    one = Supervisor(folder / "run.json", folder, cwd=folder)
    one._take_lock()
    with pytest.raises(SetupError, match="already serves"):
        Supervisor(folder / "run.json", folder, cwd=folder)._take_lock()


def test_a_child_that_keeps_dying_is_given_up_with_its_last_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.0)
    runs = Supervisor(folder / "run.json", folder, cwd=folder)
    runs.start({"web": [sys.executable, "-c", "import sys; sys.exit('the reason')"]}, {})
    with pytest.raises(SetupError, match=r"giving up(?s:.*)the reason"):
        runs.watch()
    assert "starting it again" in capsys.readouterr().out


@pytest.mark.slow
def test_the_embedded_servers_end_with_their_last_user(folder: Path) -> None:
    folder.rmdir()
    env = {"DEMO_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
    with started(HOLD, env=env) as first, started(HOLD, env=env) as second:
        first.kill()
        first.wait()
        time.sleep(1)
        assert (folder / "postgres" / "postmaster.pid").exists()
        second.kill()
    assert gone(folder)


@pytest.mark.slow
def test_the_embedded_database_recovers_from_being_killed(folder: Path) -> None:
    folder.rmdir()
    env = {"DEMO_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
    with started(HOLD, env=env) as first:
        for process in [*of_folder(folder), psutil.Process(first.pid)]:
            process.kill()
    (folder / "postgres" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{folder / 'postgres'}\n"
    )  # a number in use again
    with started(HOLD, env=env) as second:
        second.terminate()
    assert gone(folder)
