"""The shop's membership: three plans, monthly churn, reasons for leaving."""

import random
from collections.abc import Iterator

from demo.generate.calendar import DAY, Calendar, stamp
from demo.generate.tables import Row
from demo.generate.users import User

PLANS = {"basic": 499, "plus": 999, "pro": 1_999}
PLAN_SHARES = (55, 33, 12)
REASONS = ("too_expensive", "not_used", "moved_away", "service", None)


def rows(rng: random.Random, users: list[User], calendar: Calendar) -> Iterator[Row]:
    number = 0
    for user in users:
        odds = 0.5 if user.segment in {"vip", "business"} else 0.2
        started = user.created + int(rng.expovariate(1 / 40) * DAY)
        if not user.buys or rng.random() > odds or started >= calendar.midnight:
            continue
        number += 1
        yield _subscription(rng, number, user, started, calendar)


def _subscription(rng: random.Random, number: int, user: User, started: int, calendar: Calendar) -> Row:
    plan = rng.choices(tuple(PLANS), PLAN_SHARES)[0]
    canceled = started + int(rng.expovariate(1 / (260 if plan == "basic" else 420)) * DAY) + 1
    ended = canceled < calendar.midnight
    status = "canceled" if ended else "past_due" if rng.random() < 0.03 else "active"
    return (
        f"sub_{number}", user.id, plan, status, PLANS[plan], stamp(started),
        stamp(canceled) if ended else None, rng.choice(REASONS) if ended else None,
        stamp(canceled if ended else started), stamp(calendar.midnight),
    )  # fmt: skip
