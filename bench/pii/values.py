"""Invented samples of values, by what they are: every class that a validator knows, and what only looks like one.

The same seed always gives the same values, and nobody's data is among them. Numbers get valid check digits: it is the
detector that is measured.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from stdnum import luhn

SIZE = 60
ROUNDS = 5  # samples of each kind
Make = Callable[[random.Random], str]

_FIRST = ("anna", "jörg", "li", "maria", "omar", "piotr", "sven", "yuki", "zoë", "carlos")
_LAST = ("schmidt", "o'neil", "van-dijk", "kowalski", "garcia", "tanaka", "müller", "rossi")


class Sample(NamedTuple):
    what: str
    column: str  # "c7" says nothing; another name is part of the case
    pii: str  # "" = not personal
    values: list[str]


def _digits(r: random.Random, count: int) -> str:
    return "".join(r.choices("0123456789", k=count))


def _mail(r: random.Random) -> str:
    return f"{r.choice(_FIRST)}.{r.choice(_LAST)}{r.randrange(1000)}@{r.choice(('mail', 'post', 'web'))}.example"


def _card(r: random.Random) -> str:
    body = r.choice(("4", "51", "55", "2221")).ljust(15, "0")
    body = body[:4].replace("0", str(r.randrange(1, 9))) + _digits(r, 11)
    return body + luhn.calc_check_digit(body)


def _iban(r: random.Random) -> str:
    account = _digits(r, 18)
    check = 98 - int(account + "131400") % 97  # DE as digits, then 00
    return f"DE{check:02d}{account}"


def _ssn(r: random.Random) -> str:
    return f"{r.choice([*range(1, 666), *range(667, 900)]):03d}-{r.randrange(1, 100):02d}-{r.randrange(1, 10000):04d}"


def _dni(r: random.Random) -> str:
    number = r.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _pesel(r: random.Random) -> str:
    born = date(1940, 1, 1) + timedelta(days=r.randrange(21_000))
    body = f"{born:%y%m%d}{_digits(r, 4)}"
    total = sum(int(d) * w for d, w in zip(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True))
    return body + str(-total % 10)


def _imei(r: random.Random) -> str:
    body = "35" + _digits(r, 12)
    return body + luhn.calc_check_digit(body)


def _mac(r: random.Random) -> str:
    return ":".join(f"{r.randrange(256):02x}" for _ in range(6))


def _ip4(r: random.Random) -> str:
    return f"{r.randrange(1, 224)}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(1, 255)}"


def _ip6(r: random.Random) -> str:
    return "2001:db8:" + ":".join(f"{r.randrange(65536):x}" for _ in range(6))


def _birth(r: random.Random) -> str:
    return str(date(1938, 1, 1) + timedelta(days=r.randrange(25_000)))


def _recent(r: random.Random) -> str:
    return str(date(2024, 1, 1) + timedelta(days=r.randrange(700)))


def _gender(r: random.Random) -> str:
    return r.choice(("male", "female", "unknown"))


def _phone_de(r: random.Random) -> str:
    return f"+49 30 {r.randrange(200, 999)} {r.randrange(10_000, 99_999)}"


def _phone_us(r: random.Random) -> str:
    area = r.choice(("212", "415", "617", "312", "206"))
    return f"({area}) {r.randrange(220, 990)}-{r.randrange(1000, 10000)}"


def _hash(r: random.Random) -> str:
    return hashlib.sha256(r.randbytes(8)).hexdigest()


PERSONAL: dict[str, tuple[str, str, Make]] = {
    "e-mail addresses": ("c7", "email", _mail),
    "e-mail, one in ten broken": (
        "c7",
        "email",
        lambda r: _mail(r) if r.random() > 0.1 else r.choice(("n/a", "-", "none@")),
    ),
    "phone, international": ("c7", "phone", _phone_de),
    "phone, american": ("c7", "phone", _phone_us),
    "phone, bare digits, named so": ("mobile_number", "phone", lambda r: f"415{r.randrange(2_000_000, 9_999_999)}"),
    "IBAN": ("c7", "iban", _iban),
    "payment cards": ("c7", "credit_card", _card),
    "american SSN": ("c7", "national_id", _ssn),
    "spanish DNI": ("c7", "national_id", _dni),
    "polish PESEL": ("c7", "national_id", _pesel),
    "IPv4": ("c7", "ip_address", _ip4),
    "IPv6": ("c7", "ip_address", _ip6),
    "MAC addresses": ("c7", "device_id", _mac),
    "IMEI": ("c7", "device_id", _imei),
    "dates of birth, named so": ("dob", "birth_date", _birth),
    "dates of birth, nameless": ("c7", "birth_date", _birth),
    "genders": ("c7", "gender", _gender),
    "hashed e-mail, named so": ("email_sha256", "email", _hash),
}

OTHERS: dict[str, tuple[str, Make]] = {
    "order numbers of ten digits": ("c7", lambda r: f"30{_digits(r, 8)}"),
    "order numbers like phones": ("c7", lambda r: f"415-{_digits(r, 3)}-{_digits(r, 2)}"),
    "tracking numbers of sixteen digits": ("c7", lambda r: "4" + _digits(r, 15)),
    "EAN codes": ("c7", lambda r: "40" + _digits(r, 11)),
    "eleven digits": ("c7", lambda r: _digits(r, 11)),
    "nine digits": ("c7", lambda r: _digits(r, 9)),
    "fifteen digits": ("c7", lambda r: _digits(r, 15)),
    "hashes": ("c7", _hash),
    "UUIDs": ("c7", lambda r: str(uuid.UUID(bytes=r.randbytes(16), version=4))),
    "amounts": ("c7", lambda r: f"{r.uniform(1, 5000):.2f}"),
    "coordinates of one axis": ("c7", lambda r: f"{r.uniform(-90, 90):.6f}"),
    "versions": ("c7", lambda r: f"{r.randrange(1, 20)}.{r.randrange(40)}.{r.randrange(30)}"),
    "versions of four parts": (
        "c7",
        lambda r: f"{r.randrange(90, 130)}.0.{r.randrange(4000, 7000)}.{r.randrange(200)}",
    ),
    "days of orders": ("c7", _recent),
    "moments": ("c7", lambda r: f"{_recent(r)}T{r.randrange(24):02d}:{r.randrange(60):02d}:00Z"),
    "times of day": ("c7", lambda r: f"{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}"),
    "handles": ("c7", lambda r: f"@{r.choice(_FIRST)}{r.randrange(999)}"),
    "web addresses": ("c7", lambda r: f"https://shop.example/p/{r.randrange(9999)}?ref=a@b"),
    "SKUs": ("c7", lambda r: f"{r.choice('ABCDEF')}{r.choice('GHJK')}{_digits(r, 2)}{_digits(r, 12)}"),
    "statuses": ("c7", lambda r: r.choice(("paid", "open", "unknown", "other"))),
    "sizes": ("c7", lambda r: r.choice(("S", "M", "L", "XL"))),
    "counts": ("c7", lambda r: str(r.randrange(500))),
    "numbers in a column named e-mail": ("email", lambda r: f"TPL-{r.randrange(999)}"),
}


def samples(seed: int) -> Iterator[Sample]:
    """``ROUNDS`` samples of each kind."""
    for turn in range(ROUNDS):
        r = random.Random(f"{seed}/{turn}")
        for what, (column, pii, make) in PERSONAL.items():
            yield Sample(what, column, pii, [make(r) for _ in range(SIZE)])
        for what, (column, make) in OTHERS.items():
            yield Sample(what, column, "", [make(r) for _ in range(SIZE)])
