from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Asset
from portal.kernel.slots import Panel
from quality import queries


def last_checks(request: HttpRequest, asset: Asset) -> Panel | None:
    """Freshness against its promise, and how the newest checks came out."""
    checks = queries.checks_of(asset)
    reading = queries.newest_readings([asset.pk]).first()
    if not (checks or reading):
        return None
    counts: dict[str, int] = {}
    for check in checks:
        counts[check.status or "skipped"] = counts.get(check.status or "skipped", 0) + 1
    context = {"counts": counts, "total": len(checks), "reading": reading, "worst": checks[:3]}
    return Panel(title="Quality", template="quality/panels/last_checks.html", context=context, rank=20)
