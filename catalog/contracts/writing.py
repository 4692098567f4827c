"""A document that was read, in a form."""

from __future__ import annotations

from catalog.contracts import odcs, to_odcs, to_own
from catalog.contracts.dumping import dump
from catalog.contracts.reading import Read

WRITTEN = ("own", "odcs")


def write(read: Read, content: bytes, form: str) -> str:
    """``content`` is what was read: where it is in the wanted form already, it comes back byte for byte."""
    document = read.document
    if form == "own":
        return content.decode("utf-8-sig") if document.form == "own" else dump(to_own.build(document))
    if document.form != "odcs":
        return dump(to_odcs.build(document))
    if document.form_version == odcs.NEWEST and "apiVersion" in read.loaded.value:
        return content.decode("utf-8-sig")
    return dump(to_odcs.upgrade(document, read.loaded.value))
