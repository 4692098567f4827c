"""``manage.py demo_events``: what Airflow and Flink have sent in the last two weeks. Refuses to run anywhere else."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.events import AIRFLOW_URL, events
from lineage.models import QueuedEvent
from lineage.openlineage.accepting import accepted
from lineage.services import events as machine
from lineage.services.receiving import receive
from lineage.services.telling_catalog import source_of_events
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Send the demo's OpenLineage events (demo only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo events are sent with DEMO=1 only", returncode=2)
        sent = list(events(timezone.now().date()))
        receive(bodies=accepted(json.dumps(sent).encode()), by=User.objects.get(username="root"))
        while machine.take_in():
            pass
        if QueuedEvent.objects.filter(failed_at__isnull=False).exists():
            raise CommandError("an event of the demo was set aside")
        source = source_of_events()
        source.options = {"airflow": AIRFLOW_URL, "flink": "https://flink.example.com", **source.options}
        source.save(update_fields=["options"])
        self.stdout.write(f"{len(sent)} events")
