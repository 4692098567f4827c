"""``python -m bench.explorer``: the map in a real Chromium, with 300 assets and their columns: what the page's own thread
does while somebody pans, zooms and walks it.

A machine without a graphics card draws in software, so frames a second say nothing here. What our own code costs shows on
the page's main thread: a frame is late by our fault where one task there takes longer than a frame has.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench import measure, report
from bench.search import clients, scratch

ASSETS, EDGES, COLUMNS = 3_000, 9_000, 90_000
FRAME = 1000 / 60  # milliseconds
ASKED = "/lineage/?asset={}&grain=column&up=5&down=4&width=6"
STEPS = 90
CATEGORIES = ("toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline")
TASKS = ("RunTask", "ThreadControllerImpl::RunTask")
DRAWN = ".lin-card:not(.lin-stub)"
RESTING = 3000  # milliseconds, so that nothing of the drawing is counted as moving
TURNED = """async ([steps, turn]) => {
  const stage = document.querySelector("[data-stage]");
  for (let step = 0; step < steps; step += 1) {
    const back = step < steps / 2 ? 1 : -1;
    const by = turn === "pan" ? { deltaX: 17 * back, deltaY: 9.5 * back } : { deltaY: -40 * back };
    stage.dispatchEvent(new WheelEvent("wheel", { ...by, clientX: 700, clientY: 500, bubbles: true, cancelable: true }));
    await new Promise(requestAnimationFrame);
  }
}"""
TOLD = """() => {
  const { graph, scene, world } = document.querySelector("[data-graph]").explorer;
  const [nodes, wires, parts] = [graph.nodes.size, scene.plan.wires.length, world.querySelectorAll("*").length];
  return { nodes, wires, parts, took: performance.now() };
}"""


class Work(NamedTuple):
    """Processor milliseconds of each task of the page's main thread, ascending, and how many steps they are of."""

    tasks: Sequence[float]
    steps: int

    @property
    def a_step(self) -> float:
        return sum(self.tasks) / self.steps

    @property
    def late(self) -> int:
        return sum(1 for took in self.tasks if took > FRAME)


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bench-explorer-"))
    try:
        with scratch.portal(folder):
            asset, cookie = _filled()
            with clients.served(folder) as portal, _window(portal.port, cookie) as page:
                opened = _opened(page, asset)
                did = {name: _watched(page, act) for name, act in ACTS.items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        "{nodes:,} assets, {wires:,} wires, {parts:,} elements; {took:,.0f} ms from the address to the map\n".format(
            **opened
        )
    )
    rows = [
        [
            name,
            f"{work.a_step:.1f}",
            f"{work.tasks[int(len(work.tasks) * 0.99)]:.1f}",
            f"{work.tasks[-1]:.1f}",
            f"{work.late}",
        ]
        for name, work in did.items()
    ]
    print(report.table(["main thread, ms", "a step", "task p99", "longest", "tasks over a frame"], rows))
    print(report.ratios({f"{name.split()[0]}_step_over_frame": work.a_step / FRAME for name, work in did.items()}))
    return 0


def _filled() -> tuple[str, str]:
    """(id of the asset in the middle, cookie of somebody who sees everything)."""
    from django.test import Client  # noqa: PLC0415 - needs the portal's settings

    from bench.lineage import world  # noqa: PLC0415
    from catalog.models import Asset, Domain  # noqa: PLC0415
    from portal.accounts.models import User  # noqa: PLC0415

    world.domains()
    Domain.objects.update(restricted=False)
    world.fill(world.Size("map", ASSETS, EDGES, COLUMNS))
    client = Client()
    client.force_login(User.objects.create(username="bench"))
    return str(Asset.objects.get(pk=ASSETS // 2).uuid), client.cookies["sessionid"].value


@contextmanager
def _window(port: int, cookie: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the tests' dependencies

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=f"http://127.0.0.1:{port}")
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": f"http://127.0.0.1:{port}"}])
        yield context.new_page()
        browser.close()


def _opened(page: Any, asset: str) -> Mapping[str, float]:
    page.goto(ASKED.format(asset))
    page.wait_for_selector(DRAWN)
    found: Mapping[str, float] = page.evaluate(TOLD)
    page.wait_for_timeout(RESTING)
    return found


def _watched(page: Any, act: Callable[[Any], None]) -> Work:
    page.context.browser.start_tracing(page=page, categories=list(CATEGORIES))
    act(page)
    page.wait_for_timeout(RESTING / 10)
    told = json.loads(page.context.browser.stop_tracing())["traceEvents"]
    main_threads = {
        (one["pid"], one["tid"])
        for one in told
        if one.get("name") == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        one["tdur"] / 1000
        for one in told
        if one.get("name") in TASKS
        and "tdur" in one
        and one.get("ph") == "X"
        and (one["pid"], one["tid"]) in main_threads
    ]
    if not tasks:
        raise measure.RunError("Chromium told of no task of the page's main thread.")
    return Work(sorted(tasks), STEPS)


def _wheel(page: Any, turn: str) -> None:
    """One event a frame, as a wheel or a touch pad sends them; sent one by one from here they come too slowly."""
    page.mouse.move(700, 500)
    page.evaluate(TURNED, [STEPS, turn])


def _pan(page: Any) -> None:
    _wheel(page, "pan")


def _zoom(page: Any) -> None:
    _wheel(page, "zoom")


def _drag(page: Any) -> None:
    page.mouse.move(700, 500)
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(700 + 6 * min(step, STEPS - step), 500 + 2 * min(step, STEPS - step))
    page.mouse.up()


def _hover(page: Any) -> None:
    for step in range(STEPS):
        page.mouse.move(200 + 11 * step, 300 + 4 * step)


ACTS = {"pan by wheel": _pan, "drag": _drag, "zoom": _zoom, "hover over cards": _hover}

if __name__ == "__main__":
    sys.exit(main())
