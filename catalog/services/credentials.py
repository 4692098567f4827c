"""Secret options of sources: sealed where they are kept, opened only where a reader is about to use them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.capabilities import OptionSlot
from catalog.models import Source
from portal.kernel import sealing, wiring

MAX_SECRET = 20_000  # a private key of 16,384 bits has 13,000 characters


def slots(kind: str) -> list[OptionSlot]:
    """What a reader of this kind wants to know. Raises KeyError where there is none."""
    return list(wiring.named("READERS", kind).options)


def secret_names(kind: str) -> frozenset[str]:
    return frozenset(slot.name for slot in slots(kind) if slot.secret)


def parted(kind: str, options: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(plain, secret) of options that came in one heap, as on a command line."""
    secret = secret_names(kind)
    plain = {name: value for name, value in options.items() if name not in secret}
    return plain, {name: value for name, value in options.items() if name in secret}


def opened(source: Source) -> dict[str, str]:
    """For the reader alone: never for a page, a row, a message of a task or a log. Raises sealing.CannotOpen."""
    return sealing.unseal(bytes(source.secrets), _owner(source)) if source.secrets else {}


def stored_names(source: Source) -> frozenset[str]:
    """Which secrets there are; none where they cannot be opened any more."""
    try:
        return frozenset(opened(source))
    except sealing.CannotOpen:
        return frozenset()


def values(source: Source) -> list[str]:
    """What must not be repeated to anybody, for ``scrub``."""
    try:
        return list(opened(source).values())
    except sealing.CannotOpen:
        return []


def store(source: Source, new: Mapping[str, str], clear: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Sets and forgets secrets of a locked, saved source; what is in neither stays. Returns the names (set, forgotten).

    Raises:
        ValidationError: a name is no secret of this kind, or a value cannot be kept.
    """
    known = secret_names(source.kind)
    for name, value in new.items():
        if name not in known:
            raise ValidationError(f"“{name[:60]}” is no secret of {source.kind} sources.")
        if "\0" in value or len(value) > MAX_SECRET:
            raise ValidationError(f"The value of “{name}” has a NUL character or more than {MAX_SECRET} characters.")
    given = {name: value for name, value in new.items() if value}
    before = _kept(source)
    after = {name: value for name, value in (before | given).items() if name not in clear}
    source.secrets = sealing.seal(after, _owner(source)) if after else None
    Source.objects.filter(pk=source.pk).update(secrets=source.secrets)
    return sorted(given.keys() & after.keys()), sorted(before.keys() - after.keys())


@transaction.atomic
def rotate() -> tuple[int, int]:
    """Seals everything anew with the newest key. Returns how many sources it changed, and how many cannot be opened."""
    changed = lost = 0
    for source in Source.objects.select_for_update(no_key=True).filter(secrets__isnull=False).order_by("pk"):
        if not sealing.is_stale(bytes(source.secrets or b"")):
            continue
        try:
            found = opened(source)
        except sealing.CannotOpen:
            lost += 1
            continue
        Source.objects.filter(pk=source.pk).update(secrets=sealing.seal(found, _owner(source)))
        changed += 1
    return changed, lost


def _kept(source: Source) -> dict[str, str]:
    """What cannot be opened is lost already; new values may take its place."""
    try:
        return opened(source)
    except sealing.CannotOpen:
        return {}


def _owner(source: Source) -> str:
    return f"source:{source.pk}"
