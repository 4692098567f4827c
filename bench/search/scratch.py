"""A portal on a data folder of its own, in this process: an empty database, migrated, dropped at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OUR_OWN = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "DATA_DIR")


@contextmanager
def portal(work: Path, *, keep: bool = False) -> Iterator[None]:
    """``keep`` leaves the folder as it is, for the next start."""
    data = work / "portal"
    if not keep:
        shutil.rmtree(data, ignore_errors=True)
    for name in OUR_OWN:
        os.environ.pop(name, None)
    os.environ |= {"DEMO_DIR": str(data), "DEMO": "1", "DJANGO_SETTINGS_MODULE": "bench.search.settings"}
    import django  # noqa: PLC0415 - the environment above decides where the database is

    from portal.running import embedded  # noqa: PLC0415

    embedded.ensure_services(["bench"])
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    try:
        yield
    finally:
        _let_go(embedded)
        if not keep:
            shutil.rmtree(data, ignore_errors=True)


def _let_go(embedded: Any) -> None:
    from django.db import connections  # noqa: PLC0415 - needs the settings

    connections.close_all()
    embedded.handle.release(embedded.run_dir(), wait=60)


def pour(facts: Iterable[Any], slug: str, namespace: str) -> dict[str, int]:
    """Facts through the sinks of the real intake; which key became which asset."""
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from catalog.intake.context import Intake  # noqa: PLC0415
    from catalog.intake.running import pour as pour_facts  # noqa: PLC0415
    from catalog.models import IngestionRun, Source  # noqa: PLC0415
    from catalog.states import RunState  # noqa: PLC0415
    from portal.kernel import wiring  # noqa: PLC0415

    source = Source.objects.create(slug=slug, title=slug, kind="dbt", namespace=namespace)
    now = timezone.now()
    run = IngestionRun.objects.create(source=source, state=RunState.SUCCEEDED, finished_at=now, inline=True)
    with transaction.atomic():
        intake = Intake(run=run, source=source, now=now)
        sinks = [sink(intake) for sink in wiring.listed("SINKS")]
        pour_facts(facts, intake, sinks)
        for sink in sinks:
            sink.finish()
    return intake.assets
