"""Text without the secrets that it may repeat. Pure.

Drivers put what they were given into their errors, sometimes encoded for a URL; what reaches a person, a row or a log goes
through here first.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "•••"
SHORT = 4  # a mask in the place of each "a" would spell the secret out


def scrub(text: str, secrets: Iterable[str]) -> str:
    """
    >>> scrub("password s3cret! refused for s3cret%21", ["s3cret!"])
    'password ••• refused for •••'
    """
    for form in sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True):
        if form not in text:
            continue
        if len(form) < SHORT:
            return "It failed, with words that would give a secret away."
        text = text.replace(form, MASK)
    return text


def _forms(secret: str) -> Iterable[str]:
    """As it is, as in a URL, as Python writes it, and line by line: a key of many lines is quoted in parts."""
    for part in {secret, *(line for line in secret.splitlines() if len(line) > 2 * SHORT)}:
        if part.strip():
            yield from (part, quote(part, safe=""), quote_plus(part), repr(part)[1:-1])
