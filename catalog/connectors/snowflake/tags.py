"""Tags of tables and columns, and what they declare about personal data. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Snowflake's own classification writes SEMANTIC_CATEGORY; words that the house has another name for
_SEMANTIC = {
    "date_of_birth": "birth_date",
    "ip_address": "ip_address",
    "national_identifier": "national_id",
    "us_ssn": "national_id",
    "payment_card": "credit_card",
    "phone_number": "phone",
    "street_address": "address",
    "us_street_address": "address",
    "lat_long": "location",
    "latitude": "location",
    "longitude": "location",
    "salary": "salary",
}
_CLASS_TAGS = frozenset(
    {"pii", "pii_type", "pii_class", "pii_category", "personal_data", "personal", "contains_pii", "is_pii", "has_pii"}
)
_LEVEL_TAGS = frozenset({"sensitivity", "classification", "data_classification", "data_sensitivity"})
_NO = frozenset({"", "0", "false", "no", "none", "n", "null", "public", "internal"})
_YES = frozenset({"1", "true", "yes", "y", "pii", "personal", "personal_data", "sensitive"})
_PERSONAL = re.compile(r"(?:pii|personal(?:[ _-]data)?)(?:[:_\-./= ]+(.+))?", re.IGNORECASE)


@dataclass(slots=True)
class Tagged:
    words: list[str] = field(default_factory=list)
    pii: str = ""
    pii_reason: str = ""


Place = tuple[str, str, str]  # database, schema, table


def by_place(rows: Sequence[Mapping[str, Any]]) -> dict[Place, dict[str, Tagged]]:
    """Tags of a table under "", of its columns under their names."""
    found: dict[Place, dict[str, Tagged]] = {}
    for row in rows:
        place = (row["OBJECT_DATABASE"] or "", row["OBJECT_SCHEMA"] or "", row["OBJECT_NAME"] or "")
        tagged = found.setdefault(place, {}).setdefault(row["COLUMN_NAME"] or "", Tagged())
        tag, value = str(row["TAG_NAME"] or ""), str(row["TAG_VALUE"] or "")
        word = f"{tag}: {value}".strip(": ").lower()[:200]
        if word and word not in tagged.words:
            tagged.words.append(word)
        declared = declared_class(tag, value)
        # a class says more than that there is one
        if declared and (not tagged.pii or tagged.pii == "pii"):
            tagged.pii = declared
            tagged.pii_reason = f"declared by Snowflake tag {tag} = {value}".strip(" =")[:300]
    return found


def declared_class(tag: str, value: str) -> str:
    """The class of personal data that a tag declares, "" where it is about something else.

    >>> declared_class("SEMANTIC_CATEGORY", "PHONE_NUMBER"), declared_class("PII", "false"), declared_class("cost", "pii")
    ('phone', '', '')
    """
    name, word = tag.strip().lower(), value.strip().lower()
    if name == "semantic_category":
        return "" if word in _NO else _SEMANTIC.get(word, word)[:60]
    if name == "privacy_category":
        return "" if word in _NO else "pii"
    if name in _CLASS_TAGS:
        return "" if word in _NO - {""} else "pii" if word in _YES or not word else _SEMANTIC.get(word, word)[:60]
    if name in _LEVEL_TAGS and (match := _PERSONAL.fullmatch(word)):
        return _SEMANTIC.get(match[1] or "pii", match[1] or "pii")[:60]
    return ""
