"""Secrets at rest: AES-256-GCM, bound to their owner, so that a blob copied to another row does not open.

A blob is ``version | key id | nonce | ciphertext``. The key id says which key sealed it: after a change of ``SECRETS_KEY``
the old one in ``SECRETS_KEY_PREVIOUS`` still opens, until ``manage.py secrets rotate`` has sealed everything anew.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
ID_BYTES = 8
NONCE_BYTES = 12
HEAD = len(VERSION) + ID_BYTES


class CannotOpen(Exception):
    """The blob was sealed by a key that is not here, for somebody else, or was tampered with."""


def seal(values: Mapping[str, str], owner: str) -> bytes:
    """``owner`` is whose secrets these are, such as ``source:17``; only with the same one they open again."""
    key = _newest()
    head = VERSION + _key_id(key)
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, msgspec.json.encode(dict(values)), head + owner.encode())


def unseal(blob: bytes, owner: str) -> dict[str, str]:
    """Raises CannotOpen."""
    blob = bytes(blob)
    head, nonce, sealed = blob[:HEAD], blob[HEAD : HEAD + NONCE_BYTES], blob[HEAD + NONCE_BYTES :]
    key = next((key for key in _keys() if VERSION + _key_id(key) == head), None)
    if key is None:
        raise CannotOpen("It was sealed by a key that is neither SECRETS_KEY nor in SECRETS_KEY_PREVIOUS.")
    try:
        return msgspec.json.decode(AESGCM(key).decrypt(nonce, sealed, head + owner.encode()), type=dict[str, str])
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("It belongs to another owner or was changed.") from error


def is_stale(blob: bytes) -> bool:
    """Whether an older key sealed it."""
    return bytes(blob)[:HEAD] != VERSION + _key_id(_newest())


def _newest() -> bytes:
    return _keys()[0]


def _keys() -> list[bytes]:
    """The key in use first. The one drawn from SECRET_KEY always opens: it sealed before anybody set SECRETS_KEY."""
    texts = [text for text in (settings.SECRETS_KEY, *settings.SECRETS_KEY_PREVIOUS) if text]
    return [_drawn(text, b"gazetteer secrets") for text in texts] + [_drawn(settings.SECRET_KEY, b"gazetteer derived")]


def _drawn(text: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(text.encode())


def _key_id(key: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"key id" + key)
    return digest.finalize()[:ID_BYTES]
