"""Invented things for the style guide, so that every component can be seen in every state."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone

from portal.kernel.slots import Badge, Tab

BADGES = [
    Badge(word="Healthy", tone="good", icon="circle-check", title="12 checks passed", slot="health"),
    Badge(word="Warning", tone="attention", icon="alert-triangle", title="Data is late", slot="health"),
    Badge(word="Failing", tone="bad", icon="circle-x", title="1 check failed", slot="health"),
    Badge(word="PII", tone="info", icon="shield-lock", title="Personal data: email"),
    Badge(word="Retired", tone="quiet", icon="archive", title="No source reports it any more"),
]
TEXT = """Orders with their **users and products**, one row an order.

- refreshed hourly by `dbt`
- money is in cents, see [the style guide](https://example.com)
"""


class ExampleForm(forms.Form):
    name = forms.CharField(help_text="What people call it.")
    kind = forms.ChoiceField(choices=[("dbt", "dbt"), ("airflow", "Airflow")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    scopes = forms.MultipleChoiceField(
        choices=[("read", "Read the catalog"), ("ingest", "Send metadata")], widget=forms.CheckboxSelectMultiple
    )
    restricted = forms.BooleanField(label="Only members see it", required=False)


def all_of_them(user: Any) -> dict[str, Any]:
    now = timezone.now()
    tabs = [
        Tab(name=name, label=label, icon=icon, template="", context=dict, count=count)
        for name, label, icon, count in (
            ("schema", "Schema", "columns", 40),
            ("lineage", "Lineage", "git-branch", None),
            ("quality", "Quality", "heartbeat", 12),
        )
    ]
    return {
        "badges": BADGES,
        "tabs": tabs,
        "person": user,
        "looks": [
            SimpleNamespace(label="Table", icon="table"),
            SimpleNamespace(label="Dashboard", icon="layout-dashboard"),
        ],
        "text": TEXT,
        "just_now": now,
        "an_hour_ago": now - timedelta(hours=1, minutes=4),
        "long_ago": now - timedelta(days=200),
        "form": ExampleForm({"kind": "dbt"}),
        "tones": ["good", "attention", "bad", "info", "quiet"],
        "colours": [
            *("paper", "surface", "surface-sunk", "surface-raised", "line", "line-strong"),
            *(
                "ink",
                "ink-soft",
                "ink-faint",
                "accent",
                "accent-wash",
                "signal",
                "signal-wash",
                "proven",
                "proven-wash",
            ),
            *("contour", "mark"),
        ],
        "facet": SimpleNamespace(
            label="Kind",
            values=[
                SimpleNamespace(label="Tables", count=37, chosen=True, url="#"),
                SimpleNamespace(label="Views", count=18, chosen=False, url="#"),
            ],
        ),
        "sorts": [("relevance", "Relevance"), ("name", "Name")],
    }
