"""Whether one value is an e-mail address, a bank account, a national id … by the libraries of each field. Pure.

No test ever raises: an exception's message could carry the value into a log.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import NamedTuple

import phonenumbers
from email_validator import validate_email
from stdnum import iban, imei, luhn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn

Test = Callable[[str], bool]


class Detector(NamedTuple):
    """``trust``: how sure the class is once all values fit; other things may have the same form."""

    pii: str
    test: Test
    trust: float = 1.0
    shape: re.Pattern[str] | None = None  # values that look so are test data rather than something else


def _quiet(test: Test) -> Test:
    def safe(value: str) -> bool:
        try:
            return test(value)
        except Exception:
            return False

    return safe


def _email(value: str) -> bool:
    if "@" not in value or " " in value:
        return False
    return bool(validate_email(value, check_deliverability=False, test_environment=True))


_PHONE = re.compile(r"\+?[\d\s()./-]{7,24}(?:\s*(?:x|ext\.?)\s*\d{1,6})?")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_OTHER_IDS = re.compile(r"\d{3}-\d{2}-\d{4}")
_REGIONS = ("US", "DE", "GB", "FR", "ES", "IT", "NL", "PL", "BR", "IN")
# Where numbers are written without a leading 0 and yet have one length; Germany's have any, and so order numbers fit
_WITHOUT_PREFIX = ("US", "ES")


def _phone(value: str) -> bool:
    """In international form, or parted as phone numbers are: bare digits are order numbers as well."""
    text = value.strip()
    if not _PHONE.fullmatch(text) or _DATE.fullmatch(text) or _OTHER_IDS.fullmatch(text):
        return False
    if text.startswith("+"):
        return phonenumbers.is_valid_number(phonenumbers.parse(text, None))
    if len(re.findall(r"\d+", text)) < 2:
        return False
    return _valid_in(text, _REGIONS if text.startswith(("0", "(")) else _WITHOUT_PREFIX)


def _bare_phone(value: str) -> bool:
    """For columns that are named like phone numbers: digits alone will do."""
    text = value.strip()
    return bool(_PHONE.fullmatch(text)) and (_phone(text) or _valid_in(text, _REGIONS))


def _valid_in(text: str, regions: Sequence[str]) -> bool:
    return any(_is_number(text, region) for region in regions)


def _is_number(text: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")


def _iban(value: str) -> bool:
    plain = value.replace(" ", "").upper()
    return bool(_IBAN.fullmatch(plain)) and iban.is_valid(plain)


_CARD = re.compile(  # the lengths that each scheme gives out
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|6(?:011|4[4-9]\d|5\d\d)\d{12}|35\d{14}|3(?:0[0-5]|[68]\d)\d{11}"
)


def _card(value: str) -> bool:
    plain = re.sub(r"[ -]", "", value)
    return bool(_CARD.fullmatch(plain)) and luhn.is_valid(plain)


def _ip(value: str) -> bool:
    text = value.strip().partition("/")[0]
    return (text.count(".") == 3 or text.count(":") >= 2) and bool(ipaddress.ip_address(text))


_MAC = re.compile(r"[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}", re.IGNORECASE)


def _mac(value: str) -> bool:
    return _MAC.fullmatch(value.strip()) is not None


def _imei(value: str) -> bool:
    plain = re.sub(r"[ -]", "", value)
    return len(plain) == 15 and plain.isdigit() and imei.is_valid(plain)


_POINT = re.compile(r"\(?\s*-?\d{1,2}\.\d{3,}\s*[,;]\s*-?\d{1,3}\.\d{3,}\s*\)?")


def _point(value: str) -> bool:
    return _POINT.fullmatch(value.strip()) is not None


def _national(form: str, module: ModuleType) -> Test:
    """A country's own check, only for values written in its form: without it, other countries' numbers would pass."""
    pattern = re.compile(form)

    def test(value: str) -> bool:
        text = value.strip().upper()
        return pattern.fullmatch(text) is not None and bool(module.is_valid(text))

    return test


_NATIONAL: Sequence[tuple[str, ModuleType]] = (
    (r"\d{3}-\d{2}-\d{4}", ssn),  # without dashes any nine digits pass
    (r"\d{3}[ -]?\d{3}[ -]?\d{4}", nhs),
    (r"[A-Z]{6}\w{2}[A-Z]\w{2}[A-Z]\w{3}[A-Z]", codicefiscale),
    (r"\d{2} ?\d{3} ?\d{3} ?\d{3}", idnr),
    (r"\d{8}-?[A-Z]", dni),
    (r"[XYZ]-?\d{7}-?[A-Z]", nie),
    (r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}", nir),
    (r"\d{9}|\d{4}\.\d{2}\.\d{3}", bsn),
    (r"\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}", nn),
    (r"\d{11}", pesel),
    (r"\d{6}[-+]\d{4}|\d{8}-?\d{4}", personnummer),
    (r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]", hetu),
    (r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", cpf),
    (r"\d{4} ?\d{4} ?\d{4}", aadhaar),
    (r"756\.?\d{4}\.?\d{4}\.?\d{2}", ahv),
    (r"\d{6} ?\d{5}", fodselsnummer),
)

# Phones last: they cost the most
_PHONES = Detector("phone", _quiet(_phone), 0.98, re.compile(r"\+[\d ().-]{6,20}|[\d(][\d ().-]*[ ().-][\d ().-]*"))
DETECTORS: tuple[Detector, ...] = (
    Detector("email", _quiet(_email), 1.0, re.compile(r"[^@\s]+@[^@\s]+")),
    Detector("iban", _quiet(_iban)),
    Detector("credit_card", _quiet(_card), 0.98, re.compile(r"(?:\d{4}[ -]?){3}\d{4}")),
    Detector("ip_address", _quiet(_ip), 0.95),
    Detector("device_id", _quiet(_mac), 0.9),
    Detector("device_id", _quiet(_imei), 0.9),
    Detector("location", _quiet(_point), 0.7),
    *(Detector("national_id", _quiet(_national(form, module)), 0.98) for form, module in _NATIONAL),
    _PHONES,
)
HINTED: dict[str, Detector] = {"phone": Detector("phone", _quiet(_bare_phone), 0.98, _PHONES.shape)}
