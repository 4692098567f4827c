"""Events that wait or could not be taken in, for those who send them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lineage.queries.events import queue
from lineage.services.receiving import retry_failed
from lineage.tasks import wake_events
from portal.kernel.authz import require


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    require(request.user, "lineage.send_events")
    return render(request, "lineage/events.html", {"queue": queue(request.user)})


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    count = retry_failed(by=request.user)
    wake_events()
    messages.success(request, f"{count} event{'' if count == 1 else 's'} will be tried again.")
    return redirect("lineage:events")
