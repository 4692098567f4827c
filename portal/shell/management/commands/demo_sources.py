"""``manage.py demo_sources --warehouse URL``: where the demo's metadata comes from. Refuses to run anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from catalog.models import Source
from catalog.services import schedules, sources
from portal.accounts.models import User

INSTANCE = "postgres://warehouse"
EVERY = "*/5 * * * *"


class Command(BaseCommand):
    help = "Create the demo's sources (demo only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--warehouse", required=True, metavar="URL", help="connection string of the warehouse")

    def handle(self, *args: Any, warehouse: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo sources are made with DEMO=1 only", returncode=2)
        with transaction.atomic():
            self._source("demo-warehouse", "Warehouse (dbt)", "dbt", {})
            named = {"platform": "postgres", "database": "warehouse"}
            self._source("contracts", "Contracts in git", "contracts", named)
            live = {"samples": "50", "instance": INSTANCE}
            source = self._source("warehouse", "Warehouse (PostgreSQL)", "postgres", live, {"dsn": warehouse})
            schedules.set_schedule(source=source, schedule=EVERY, by=User.objects.get(username="root"))
        self.stdout.write("3 sources")

    def _source(
        self, slug: str, title: str, kind: str, options: Mapping[str, str], secrets: Mapping[str, str] | None = None
    ) -> Source:
        """As it was made before, where it is there: what people changed since stays."""
        found = Source.objects.filter(slug=slug).first()
        return found or sources.create_source(
            slug=slug, title=title, kind=kind, namespace=INSTANCE, options=options, secrets=secrets, by=None
        )
