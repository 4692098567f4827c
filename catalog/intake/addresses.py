"""The part of a page's URL that names an asset: as short as people say it, and unique."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q

from catalog.intake.identity import Identity, is_plain
from catalog.models import Asset


def addresses(wanted: Sequence[tuple[Identity, str]]) -> list[str]:
    """For each (identity, section): ``schema.table``, else ``database.schema.table``, else that with its namespace.

    Addresses are given once and stay: who came first keeps the short one. Names that cannot stand in a URL get an
    opaque one.
    """
    taken = _taken(wanted)
    chosen = []
    for identity, section in wanted:
        for candidate in (identity.path, identity.name, f"{identity.name}@{identity.namespace.replace('/', '')}"):
            if is_plain(candidate) and (section, candidate) not in taken:
                break
        else:
            candidate = f"~{uuid.uuid4().hex}"
        taken.add((section, candidate))
        chosen.append(candidate)
    return chosen


def _taken(wanted: Sequence[tuple[Identity, str]]) -> set[tuple[str, str]]:
    texts = {text for identity, _ in wanted for text in (identity.path, identity.name)}
    exact = Q(address__in=texts)
    long = Q(address__in=[f"{i.name}@{i.namespace.replace('/', '')}" for i, _ in wanted])
    return set(Asset.objects.filter(exact | long).values_list("section", "address"))
