"""What is known of lineage and what is not, as a page and as a sheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineage.queries import coverage as queries
from lineage.queries import testimony
from lineage.queries.coverage import PAGE, WORDS, Known
from portal.kernel.authz import ask
from portal.kernel.http import signed_in

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would carry out


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    schema = _schema(request)
    by_schema = queries.shares(user)
    shown = queries.together([one for one in by_schema if schema is None or one.schema == schema])
    known = _known(request, shown)
    count = getattr(shown, known)
    last = max(1, -(-count // PAGE))
    number = min(_number(request), last)
    not_read = testimony.unread(user, schema)
    context: dict[str, Any] = {
        "shares": by_schema,
        "whole": shown,
        "schema": schema,
        "known": known,
        "choices": [(one, WORDS[one], getattr(shown, one)) for one in Known],
        "rows": queries.listed(user, [known], schema, offset=(number - 1) * PAGE),
        "count": count,
        "number": number,
        "last": last,
        "unread_count": not_read.count(),
        "unread": testimony.not_read(user, list(not_read[: testimony.SHOWN])),
        "witnesses": testimony.witnesses(user) if ask(user, "catalog.see_source") else None,
        "waiting": testimony.waiting(user),
        "may_merge": bool(ask(user, "catalog.merge")),
        "retired": testimony.retired(user),
        "verdicts": testimony.verdicts(user),
    }
    return render(request, "lineage/coverage.html", context)


@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponseBase:
    """Every asset that the person sees, with what is known of it."""
    user = signed_in(request)
    headers = {"Content-Disposition": 'attachment; filename="lineage-coverage.csv"'}
    return StreamingHttpResponse(
        _lines(user, _schema(request)), content_type="text/csv; charset=utf-8", headers=headers
    )


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(user: Any, schema: str | None) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["asset", "kind", "platform", "schema", "lineage", "link"])
    for row in queries.every(user, schema):
        found = row.asset
        cells = (found.path, found.kind, found.platform, found.schema, row.known, found.get_absolute_url())
        yield writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in map(str, cells)])


def _schema(request: HttpRequest) -> str | None:
    return request.GET["schema"].replace("\0", "")[:500] if "schema" in request.GET else None


def _known(request: HttpRequest, shown: queries.Share) -> Known:
    """What is asked for, else what there is most to do about."""
    wanted = request.GET.get("show", "")
    if wanted in set(Known):
        return Known(wanted)
    return next((known for known in (Known.NONE, Known.TABLES, Known.COLUMNS) if getattr(shown, known)), Known.NONE)


def _number(request: HttpRequest) -> int:
    wanted = request.GET.get("page", "")
    return max(1, int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 8 else 1
