from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.events import SourceChanged, SourceCreated, SourceRemoved
from catalog.models import IngestionRun, Source
from catalog.services import connections, credentials
from catalog.services.runs import request_run
from portal.kernel import wiring
from portal.kernel.authz import require
from portal.kernel.events import publish
from portal.kernel.sealing import CannotOpen

MAX_OPTION = 2000
RESERVED = frozenset({"new"})  # pages beside the sources' own


@transaction.atomic
def create_source(
    *,
    slug: str,
    title: str,
    kind: str,
    namespace: str = "",
    options: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
    by: Any,
) -> Source:
    """A new source; ``by`` is None where a command on the server makes it. One that was removed comes back with its
    history. A live source lives where its options point, unless ``namespace`` says otherwise.

    Raises:
        PermissionDenied: the person may not.
        ValidationError: the slug is taken or malformed, no reader has this kind, or an option makes no sense.
    """
    if by is not None:
        require(by, "catalog.ingest")
    validate_slug(slug)
    if kind not in wiring.names("READERS"):
        raise ValidationError(f"There is no reader “{kind}”. Known: {', '.join(sorted(wiring.names('READERS')))}.")
    if len(slug) > 80 or len(namespace) > 200:
        raise ValidationError("A slug has at most 80 characters, a platform instance at most 200.")
    if slug in RESERVED:
        raise ValidationError(f"“{slug}” is the name of a page. Choose another.")
    chosen = checked(kind, options)
    values = {
        "title": title.replace("\0", "").strip()[:200] or slug,
        "namespace": namespace.replace("\0", "").strip()
        or connections.instance(kind, {**chosen, **(secrets or {})})[:200],
        "options": chosen,
    }
    source = _revived(slug, kind, values) or _new(slug, kind, values)
    credentials.store(source, secrets or {})
    publish(SourceCreated(slug, kind), by=by, subject=f"source:{slug}")
    return source


@transaction.atomic
def update_source(
    *,
    source: Source,
    title: str | None = None,
    namespace: str | None = None,
    options: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    clear: Collection[str] = (),
    by: Any,
) -> Source:
    """Changes what is given; of ``secrets`` those that are named, and forgets those in ``clear``.

    Raises:
        PermissionDenied: the person may not.
        ValidationError: an option makes no sense, or stored secrets would go to a place that they were not given for.
    """
    if by is not None:
        require(by, "catalog.ingest", source)
    row = Source.objects.select_for_update(no_key=True).get(pk=source.pk, removed_at=None)
    before = {"title": row.title, "namespace": row.namespace, "options": row.options}
    after: dict[str, Any] = {
        "title": before["title"] if title is None else title.replace("\0", "").strip()[:200] or row.slug,
        "namespace": before["namespace"] if namespace is None else namespace.replace("\0", "").strip()[:200],
        "options": before["options"] if options is None else checked(row.kind, options),
    }
    _stays_with_its_secrets(row, after["options"], secrets or {}, clear)
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=list(after))
    given, forgotten = credentials.store(row, secrets or {}, clear)
    changed = [name for name in after if after[name] != before[name]]
    if changed or given or forgotten:
        event = SourceChanged(row.slug, tuple(changed), tuple(given), tuple(forgotten))
        publish(event, by=by, subject=f"source:{row.slug}")
    return row


@transaction.atomic
def remove_source(*, source: Source, by: Any) -> IngestionRun | None:
    """Takes a source out of the lists. A last run, returned, retires what it reported and nobody else does; the history
    stays. One that never reported anything goes altogether.

    Raises:
        PermissionDenied: the person is no administrator.
    """
    require(by, "catalog.administer", source)
    row = Source.objects.select_for_update().get(pk=source.pk, removed_at=None)
    publish(SourceRemoved(row.slug, row.kind), by=by, subject=f"source:{row.slug}")
    if not row.runs.exists():
        row.delete()
        return None
    last = request_run(source=row, files=[], options={}, by=by)
    row.secrets, row.schedule, row.next_run_at, row.removed_at = None, "", None, timezone.now()
    row.save(update_fields=["secrets", "schedule", "next_run_at", "removed_at"])
    return last


def checked(kind: str, options: Mapping[str, str]) -> dict[str, str]:
    """Plain options that the reader knows, without those that say nothing. Raises ValidationError."""
    known = {slot.name: slot for slot in credentials.slots(kind)}
    for name, value in options.items():
        if name not in known:
            raise ValidationError(f"“{name[:60]}” is no option; there are: {', '.join(sorted(known))}.")
        if known[name].secret:
            raise ValidationError(f"“{name}” is a secret: it is sealed with the source, never an option like others.")
        if "\0" in value or len(value) > MAX_OPTION:
            raise ValidationError(f"“{name}” has a NUL character or more than {MAX_OPTION} characters.")
    return {name: value.strip() for name, value in options.items() if value.strip()}


def _new(slug: str, kind: str, values: Mapping[str, Any]) -> Source:
    try:
        with transaction.atomic():
            return Source.objects.create(slug=slug, kind=kind, **values)
    except IntegrityError as error:
        raise ValidationError(f"There is a source “{slug}” already.") from error


def _revived(slug: str, kind: str, values: Mapping[str, Any]) -> Source | None:
    """A removed source of the same kind, unless its last run is still to come."""
    row = Source.objects.select_for_update().filter(slug=slug, kind=kind, removed_at__isnull=False).first()
    if row is None or row.runs.filter(finished_at=None).exists():
        return None
    for name, value in {**values, "removed_at": None, "paused": False}.items():
        setattr(row, name, value)
    row.save()
    return row


def _stays_with_its_secrets(
    source: Source, options: Mapping[str, str], secrets: Mapping[str, str], clear: Collection[str]
) -> None:
    """Whoever may change the host must not have the stored password sent to it."""
    try:
        stored = credentials.opened(source)
    except CannotOpen:
        return
    given = {name: value for name, value in secrets.items() if value}
    kept = {name: value for name, value in stored.items() if name not in given and name not in clear}
    before = connections.place(source.kind, {**source.options, **stored})
    if kept and before != connections.place(source.kind, {**options, **kept, **given}):
        names = ", ".join(f"“{name}”" for name in sorted(kept))
        raise ValidationError(f"The connection leads elsewhere now. Give {names} again, or clear it.")
