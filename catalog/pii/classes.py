"""The classes of personal data, and what tools call them. Pure.

A class that a source declares and that stands not in the table keeps its own word: whoever declared it meant something.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

UNSPECIFIED = "pii"


class Sensitivity(StrEnum):
    """How much harm a leak does: GDPR's special categories (art. 9), what opens accounts or names a person for good, the rest."""

    SPECIAL = "special"
    HIGH = "high"
    PERSONAL = "personal"


class PiiClass(NamedTuple):
    label: str  # "E-mail address"
    one: str  # "named like an e-mail address"
    many: str  # "48 of 50 values look like e-mail addresses"
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    aliases: tuple[
        str, ...
    ] = ()  # what dbt projects, contracts and warehouses write; Snowflake's and Presidio's categories


_HIGH, _SPECIAL = Sensitivity.HIGH, Sensitivity.SPECIAL

CLASSES: dict[str, PiiClass] = {
    "name": PiiClass(
        "Name",
        "a person’s name",
        "names of people",
        aliases=("person", "person name", "full name", "first name", "last name"),
    ),
    "email": PiiClass(
        "E-mail address",
        "an e-mail address",
        "e-mail addresses",
        aliases=("e mail", "mail", "email address", "e mail address"),
    ),
    "phone": PiiClass(
        "Phone number",
        "a phone number",
        "phone numbers",
        aliases=("phone number", "telephone", "telephone number", "mobile", "mobile phone", "fax"),
    ),
    "address": PiiClass(
        "Postal address",
        "a postal address",
        "postal addresses",
        aliases=(
            "street address",
            "postal address",
            "home address",
            "postal code",
            "postcode",
            "zip",
            "zip code",
            "city",
            "county",
        ),
    ),
    "location": PiiClass(
        "Location",
        "a person’s whereabouts",
        "coordinates",
        aliases=("latitude", "longitude", "lat long", "geolocation", "gps", "coordinates"),
    ),
    "birth_date": PiiClass(
        "Date of birth",
        "a date of birth",
        "dates of birth",
        aliases=("date of birth", "dob", "birthday", "birthdate", "year of birth", "age"),
    ),
    "gender": PiiClass("Gender", "a person’s gender", "genders", aliases=("sex",)),
    "nationality": PiiClass("Nationality", "a nationality", "nationalities", aliases=("citizenship",)),
    "marital_status": PiiClass("Marital status", "a marital status", "marital statuses"),
    "username": PiiClass(
        "User name", "a user name", "user names", aliases=("user name", "login", "handle", "screen name")
    ),
    "ip_address": PiiClass("IP address", "an IP address", "IP addresses", aliases=("ip",)),
    "device_id": PiiClass(
        "Device or cookie id",
        "the id of a device or browser",
        "ids of devices",
        aliases=("device", "imei", "mac address", "cookie", "advertising id", "vin", "license plate"),
    ),
    "national_id": PiiClass(
        "National id",
        "a national id",
        "national ids",
        _HIGH,
        (
            *("national identifier", "ssn", "us ssn", "social security number", "passport", "passport number"),
            *("drivers license", "tax id", "tax identifier", "identity card"),
        ),
    ),
    "iban": PiiClass(
        "Bank account",
        "a bank account",
        "bank accounts",
        _HIGH,
        ("bank account", "iban code", "account number", "us bank number"),
    ),
    "credit_card": PiiClass(
        "Payment card",
        "a payment card’s number",
        "payment card numbers",
        _HIGH,
        ("payment card", "credit card number", "card number", "pan"),
    ),
    "salary": PiiClass("Pay", "somebody’s pay", "amounts of pay", _HIGH, ("wage", "income", "compensation", "pay")),
    "password": PiiClass(
        "Password", "a password", "passwords", _HIGH, ("secret", "credential", "credentials", "password hash")
    ),
    "health": PiiClass(
        "Health",
        "somebody’s health",
        "facts about health",
        _SPECIAL,
        ("phi", "medical", "diagnosis", "health data", "medicare number", "medical record number", "mrn"),
    ),
    "ethnicity": PiiClass(
        "Ethnic origin", "an ethnic origin", "ethnic origins", _SPECIAL, ("race", "ethnic origin", "ethnic group")
    ),
    "religion": PiiClass("Belief", "a belief", "beliefs", _SPECIAL, ("belief", "political opinion", "trade union")),
    "sexuality": PiiClass(
        "Sexual orientation", "a sexual orientation", "sexual orientations", _SPECIAL, ("sexual orientation",)
    ),
    "biometric": PiiClass(
        "Biometric or genetic", "biometric or genetic data", "biometric data", _SPECIAL, ("genetic", "fingerprint")
    ),
    UNSPECIFIED: PiiClass(
        "Personal data",
        "personal data",
        "personal data",
        aliases=(
            "personal",
            "personal data",
            "personal information",
            "personally identifiable information",
            "quasi identifier",
        ),
    ),
}

_JOINTS = re.compile(r"[\W_]+")
_KNOWN = {
    _JOINTS.sub(" ", word.casefold()): key
    for key, known in CLASSES.items()
    for word in (known.label, key, *known.aliases)
}
_DECORATION = re.compile(r"^(?:pii|personal|personal data|contains pii|is)\s+(?=\w)")


@lru_cache(maxsize=4096)
def normal(word: str) -> str:
    """The class that a source's word means; its own word, folded, where the table knows none; "" for "".

    >>> normal("EMAIL_ADDRESS"), normal("PII: Phone"), normal("shoe size")
    ('email', 'phone', 'shoe size')
    """
    plain = _JOINTS.sub(" ", word.casefold()).strip()
    for candidate in (plain, _DECORATION.sub("", plain), plain.removesuffix("s")):
        if candidate in _KNOWN:
            return _KNOWN[candidate]
    return word.strip().lower()[:60]


def label(pii: str) -> str:
    """For people; a class that the table does not know is called as it is written."""
    known = CLASSES.get(pii) or CLASSES.get(normal(pii))
    return known.label if known else pii.replace("_", " ")[:1].upper() + pii.replace("_", " ")[1:]


def sensitivity(pii: str) -> Sensitivity:
    known = CLASSES.get(pii) or CLASSES.get(normal(pii))
    return known.sensitivity if known else Sensitivity.PERSONAL


def agree(one: str, other: str) -> bool:
    """Whether two words for a class say the same, or one of them only says that it is personal."""
    first, second = normal(one), normal(other)
    return first == second or UNSPECIFIED in (first, second)
