"""Tickets of the help desk, most of them about an order of the last weeks."""

import random
from collections.abc import Iterator

from demo.generate.calendar import DAY, Calendar, loaded, stamp
from demo.generate.orders import Order
from demo.generate.tables import Row

TOPICS = ("delivery", "return", "payment", "product_question", "account")
TOPIC_SHARES = (38, 27, 14, 15, 6)


def rows(rng: random.Random, orders: list[Order], calendar: Calendar) -> Iterator[Row]:
    since = calendar.end - 365 * DAY
    found = []
    for order in orders:
        odds = 0.34 if order.status == "refunded" else 0.14
        asked = order.created + int(rng.uniform(0.05, 12) * DAY)
        if order.created >= since and asked < calendar.end and rng.random() < odds:
            found.append((asked, order))
    for number, (asked, order) in enumerate(sorted(found, key=lambda pair: pair[0]), 1):
        yield _ticket(rng, number, order, asked, calendar)


def _ticket(rng: random.Random, number: int, order: Order, asked: int, calendar: Calendar) -> Row:
    resolved = asked + int(rng.expovariate(1 / 1.4) * DAY) + 600
    done = resolved < calendar.midnight
    topic = "return" if order.status == "refunded" else rng.choices(TOPICS, TOPIC_SHARES)[0]
    score = rng.choices((1, 2, 3, 4, 5), (6, 7, 15, 34, 38))[0] if done and rng.random() < 0.4 else None
    return (
        f"tkt_{number}", order.user.id, order.id, order.user.email, topic,
        rng.choices(("low", "normal", "high"), (25, 60, 15))[0], "resolved" if done else "open", score,
        stamp(asked), stamp(resolved) if done else None, stamp(loaded(resolved if done else asked)),
    )  # fmt: skip
