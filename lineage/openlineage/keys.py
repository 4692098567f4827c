"""What jobs and datasets are called among events: one string, which is also their key as facts of the source."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
LONGEST = 600  # of a sighting's key
JOB, DATASET = "job", "dataset"


class Name(NamedTuple):
    kind: str  # JOB or DATASET
    namespace: str
    name: str

    @property
    def key(self) -> str:
        """The same for the same, another for any other; long ones end in a digest.

        >>> Name(DATASET, "postgres://shop", "shop.public.orders").key
        'dataset\\tpostgres://shop\\tshop.public.orders'
        """
        return _key(self)


@lru_cache(maxsize=20_000)
def _key(name: Name) -> str:
    text = "\t".join(name)
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 33] + "\t" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=5_000)
def job(namespace: str, name: str) -> Name:
    return Name(JOB, _clean(namespace), _clean(name))


@lru_cache(maxsize=20_000)
def dataset(namespace: str, name: str) -> Name:
    return Name(DATASET, _clean(namespace), _clean(name))


def _clean(text: str) -> str:
    return CONTROLS.sub(" ", text).strip() if not text.isprintable() or text[:1] == " " or text[-1:] == " " else text
