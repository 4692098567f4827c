"""``manage.py demo_stewardship``: what the demo's people wrote over what its sources say. Refuses to run anywhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from catalog.models import Announcement, Asset, Edit, Suggestion, Term
from catalog.services import announcements, glossary, owner_rules, personal, suggestions
from catalog.services.curation import Line, annotate
from catalog.services.glossary import Wording
from portal.accounts.models import User

TERMS = [
    # slug, name, definition, synonyms, domain, relations
    ("revenue", "Revenue", "What customers paid, **before** anything is given back.", ["turnover", "sales"], "finance", []),
    ("net-revenue", "Net revenue", "Revenue less refunds, on the day of the refund. The board's figure.", [],
     "finance", [("broader", "revenue")]),
    ("gross-revenue", "Gross revenue", "Revenue with shipping, after coupons, before refunds and fees.", [],
     "finance", [("broader", "revenue")]),
    ("refund", "Refund", "Money given back for an order that was paid.", ["chargeback"], "finance", [("related", "revenue")]),
    ("mrr", "Monthly recurring revenue", "What running subscriptions bring in a month, at their current price.", ["MRR"],
     "finance", [("broader", "revenue")]),
    ("customer", "Customer", "Somebody who has **paid** for an order at least once. Who only signed up is a user.",
     ["client", "buyer"], "commerce", []),
    ("active-customer", "Active customer", "A customer with a paid order in the last 90 days.", ["active user"], "commerce",
     [("broader", "customer")]),
    ("churn", "Churn", "A customer who was active and has not paid for 90 days.", ["attrition"], "growth",
     [("related", "active-customer")]),
    ("order", "Order", "A basket that was sent off, paid or not.", ["purchase"], "commerce", []),
    ("order-line", "Order line", "One product in an order, with its quantity and price.", ["line item"], "commerce",
     [("part", "order")]),
    ("cohort", "Cohort", "Customers by the month of their first paid order.", [], "growth", [("part", "customer")]),
    ("conversion", "Conversion", "The share of sessions that end in an order.", ["conversion rate", "CVR"], "growth",
     [("related", "order")]),
]  # fmt: skip
USES = {
    "marts.revenue_by_day": ["revenue", "net-revenue"],
    "marts.mrr_by_month": ["mrr"],
    "marts.refunds_by_reason": ["refund"],
    "marts.customers": ["customer", "active-customer"],
    "marts.churn": ["churn"],
    "marts.orders_enriched": ["order"],
    "marts.cohort_retention": ["cohort"],
    "marts.conversion_funnel_by_day": ["conversion"],
}
COLUMNS = {("marts.revenue_by_day", "gross_revenue_cents"): ["gross-revenue"]}
DESCRIBED = (
    "One row a day (UTC): what customers paid, what was given back, and what is left.\n\n"
    "- **Use it** for everything that is shown outside the company.\n"
    "- **Do not** add up `order_count` over months: orders with two attempts count on the day of the first.\n\n"
    "Reconciled with the ledger on the second working day of each month."
)
RULES = "# whoever nobody else names\n*.* data-platform\nmarts.* finance-analytics\nml_features.* ml-platform"


class Command(BaseCommand):
    help = "Write the demo's glossary, edits, announcements and suggestions (demo only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the demo's words are written with DEMO=1 only", returncode=2)
        self.people = {user.username: user for user in User.objects.all()}
        self.assets = {asset.path: asset for asset in Asset.objects.live()}
        if not {"stew", "ana"} <= self.people.keys() or "marts.revenue_by_day" not in self.assets:
            raise CommandError("run demo_people and the ingestion of the demo's dbt project first", returncode=1)
        with transaction.atomic():
            self._glossary()
            if not Edit.objects.exists():
                self._edits()
            owner_rules.save(text=RULES, by=self.people["stew"])
            self._announcements()
            self._suggestions()
            self._personal()
        self.stdout.write(f"{Term.objects.count()} terms, {Edit.objects.count()} edits")

    def _glossary(self) -> None:
        new = [entry for entry in TERMS if not Term.objects.filter(slug=entry[0]).exists()]
        wordings = [
            (None, slug, Wording(name, definition, synonyms, domain, relations))
            for slug, name, definition, synonyms, domain, relations in new
        ]
        if wordings:
            glossary.save_terms(wordings=wordings, by=self.people["stew"])

    def _edits(self) -> None:
        stew = self.people["stew"]
        used = [self._line(path, "terms", {"add": slugs}) for path, slugs in USES.items() if path in self.assets]
        used += [
            self._line(path, "terms", {"add": slugs}, column)
            for (path, column), slugs in COLUMNS.items()
            if path in self.assets and self.assets[path].columns.filter(name=column, retired_at=None).exists()
        ]
        annotate(lines=used, by=stew, summary="Glossary terms of the marts")
        annotate(lines=[self._line("marts.revenue_by_day", "description", DESCRIBED)], by=stew)
        note = {"note": "Reconciled with the ledger every month."}
        annotate(lines=[self._line("marts.revenue_by_day", "certified", note)], by=stew)
        if "marts.customers_v1" in self.assets and "marts.customers" in self.assets:
            successor = str(self.assets["marts.customers"].uuid)
            value = {"date": "2031-12-31", "successor": successor, "note": "Version 2 has one row a customer."}
            annotate(lines=[self._line("marts.customers_v1", "deprecation", value)], by=self.people["lea"])

    def _line(self, path: str, field: str, value: Any, column: str = "") -> Line:
        return Line(self.assets[path].pk, column, field, value)

    def _announcements(self) -> None:
        if Announcement.objects.exists() or "marts.orders_enriched" not in self.assets:
            return
        announcements.announce(
            asset=self.assets["marts.orders_enriched"],
            title="Moves to Snowflake",
            text="Both copies are kept for two weeks. Nothing to do for dashboards; notebooks change their connection.",
            begins_at=timezone.now() + timedelta(days=9),
            ends_at=timezone.now() + timedelta(days=30),
            by=self.people["stew"],
        )

    def _suggestions(self) -> None:
        ana = self.people["ana"]
        asset = self.assets.get("marts.product_performance")
        if asset is None or Suggestion.objects.filter(by=ana).exists():
            return
        text = (
            "Sales, stock and returns by product, one row a product. *Returned* counts only what came back undamaged."
        )
        suggestions.suggest(
            line=Line(asset.pk, "", "description", text), note="I asked the warehouse how they count returns.", by=ana
        )
        tag = Line(asset.pk, "", "tags", {"add": ["returns"]})
        suggestions.suggest(line=tag, note="", by=ana)

    def _personal(self) -> None:
        for name, paths in {
            "ana": ["marts.churn", "marts.orders_enriched", "marts.conversion_funnel_by_day"],
            "stew": ["marts.revenue_by_day", "marts.orders_enriched"],
        }.items():
            for path in paths:
                if path in self.assets:
                    personal.favour(asset=self.assets[path], on=True, by=self.people[name])
                    personal.follow(asset=self.assets[path], on=True, by=self.people[name])
