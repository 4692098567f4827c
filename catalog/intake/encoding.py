"""Facts as JSON, for storing what a source said and for telling whether it says the same again."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from catalog.facts import AssetFact

# Part of every digest: raise it when the same facts shall be written differently, and the next run rewrites all.
RULES = b"1"

_encoder = msgspec.json.Encoder()


def encode(fact: AssetFact) -> bytes:
    return _encoder.encode(fact)


def digest(payload: bytes, namespace: str) -> str:
    """32 hexadecimal digits over what was said and the place that it was said of."""
    hashed = blake2b(payload, digest_size=16, key=RULES)
    hashed.update(namespace.encode())
    return hashed.hexdigest()
