from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from catalog.events import SourceCreated
from catalog.models import Source
from portal.kernel import wiring
from portal.kernel.authz import require
from portal.kernel.events import publish


@transaction.atomic
def create_source(
    *, slug: str, title: str, kind: str, namespace: str = "", options: Mapping[str, str], by: Any
) -> Source:
    """A new source; ``by`` is None where a command on the server makes it.

    Raises:
        PermissionDenied: the person may not.
        ValidationError: the slug is taken or malformed, or no reader has this kind.
    """
    if by is not None:
        require(by, "catalog.ingest")
    validate_slug(slug)
    if kind not in wiring.names("READERS"):
        raise ValidationError(f"There is no reader “{kind}”. Known: {', '.join(sorted(wiring.names('READERS')))}.")
    if len(slug) > 80 or len(namespace) > 200:
        raise ValidationError("A slug has at most 80 characters, a platform instance at most 200.")
    try:
        with transaction.atomic():
            source = Source.objects.create(
                slug=slug,
                title=title.strip()[:200] or slug,
                kind=kind,
                namespace=namespace.strip(),
                options=dict(options),
            )
    except IntegrityError as error:
        raise ValidationError(f"There is a source “{slug}” already.") from error
    publish(SourceCreated(slug, kind), by=by, subject=f"source:{slug}")
    return source
