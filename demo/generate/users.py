"""Customers: who signs up when, whether they ever buy, and when they stop."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from demo.generate import vocabulary as words
from demo.generate.calendar import DAY, Calendar, allocate, loaded, stamp
from demo.generate.tables import Row

USERS = 11_000
BEFORE_HISTORY = 0.14  # the shop did not open on the first day of our two years

# Mean days between sign-up and the last purchase: loyal and fickle kinds of customer.
LOYALTY = {"consumer": 210, "student": 150, "business": 420, "vip": 700}


@dataclass(slots=True)
class User:
    id: str
    email: str
    name: str
    country: str
    segment: str
    channel: str
    created: int
    buys: bool
    leaves: int
    updated: int
    lifetime_value: int = 0


def people(rng: random.Random, calendar: Calendar) -> list[User]:
    """All customers, in the order in which they signed up."""
    number = calendar.scaled(USERS)
    earlier = int(number * BEFORE_HISTORY)
    moments = sorted(calendar.start - int(rng.random() * 240 * DAY) - 1 for _ in range(earlier))
    for index, count in enumerate(allocate(calendar.demand(rng, growth=0.9), number - earlier)):
        moments += calendar.moments(rng, index, count)
    return [_user(rng, place, created) for place, created in enumerate(moments, 1)]


def _user(rng: random.Random, number: int, created: int) -> User:
    first, last = rng.choice(words.FIRST_NAMES), rng.choice(words.LAST_NAMES)
    segment = rng.choices(words.SEGMENTS, words.SEGMENT_SHARES)[0]
    return User(
        id=f"usr_{number}",
        email=f"{first}.{last}.{number}@{rng.choice(words.MAIL_DOMAINS)}".lower(),
        name=f"{first} {last}",
        country=rng.choices(words.COUNTRIES, words.COUNTRY_SHARES)[0],
        segment=segment,
        channel=rng.choices(words.CHANNELS, words.CHANNEL_SHARES)[0],
        created=created,
        buys=rng.random() < 0.84,
        leaves=created + int(rng.expovariate(1 / LOYALTY[segment]) * DAY),
        updated=created,
    )


def rows(rng: random.Random, users: list[User], calendar: Calendar) -> Iterator[Row]:
    """Written after the orders, because the shop's backend keeps the lifetime value on the user."""
    for user in users:
        # What changed during the anchor day is not known yet: a row may never be newer than now.
        updated = user.created if user.created >= calendar.midnight else min(user.updated, calendar.midnight - 1)
        yield (
            user.id, user.email, user.name,
            f"+1-555-01{rng.randrange(100):02d}" if rng.random() < 0.8 else None,
            _birth_date(rng, calendar.anchor) if rng.random() < 0.7 else None,
            user.country, user.segment, user.channel, rng.random() < 0.46,
            user.lifetime_value, stamp(user.created), stamp(updated), stamp(loaded(updated)),
        )  # fmt: skip


def _birth_date(rng: random.Random, anchor: date) -> date:
    return anchor - timedelta(days=int(365.25 * rng.triangular(18, 82, 34)))
