"""Stock movements at the two sites: single ones of late, older ones rolled up by month."""

import random
from collections import Counter
from collections.abc import Iterator

from demo.generate import vocabulary as words
from demo.generate.calendar import DAY, Calendar, loaded, stamp
from demo.generate.orders import Order
from demo.generate.tables import Row

LIVE_DAYS = 14
Movement = tuple[str, str, str, int, int]  # product, site, kind, change, moment


def rows(rng: random.Random, orders: list[Order], calendar: Calendar) -> Iterator[Row]:
    movements = [*_live(orders, calendar), *_rolled_up(orders, calendar)]
    movements += _received(rng, movements, calendar)
    movements += _counted(rng, movements, calendar)
    movements.sort(key=lambda movement: movement[4])
    for number, (product, site, kind, change, moment) in enumerate(movements, 1):
        yield f"inv_{number}", product, site, kind, change, stamp(moment), stamp(loaded(moment))


def _site(order: Order) -> str:
    return "us-west" if order.user.country in words.NORTH_AMERICA else "eu-central"


def _live(orders: list[Order], calendar: Calendar) -> Iterator[Movement]:
    since = calendar.end - LIVE_DAYS * DAY
    for order in orders:
        if order.created >= since and order.status != "canceled":
            for product, quantity in order.lines:
                yield product.id, _site(order), "shipped", -quantity, order.created


def _rolled_up(orders: list[Order], calendar: Calendar) -> Iterator[Movement]:
    since = calendar.end - LIVE_DAYS * DAY
    sums: Counter[tuple[str, str, int]] = Counter()
    for order in orders:
        if order.created < since and order.status != "canceled":
            month = (order.created - calendar.start) // (30 * DAY)
            for product, quantity in order.lines:
                sums[product.id, _site(order), month] += quantity
    for (product_id, site, month), quantity in sums.items():
        moment = min(calendar.start + (month + 1) * 30 * DAY, since) - 1
        yield product_id, site, "shipped", -quantity, moment


def _received(rng: random.Random, shipped: list[Movement], calendar: Calendar) -> Iterator[Movement]:
    """Each quarter brings what the quarter will need and a little more, so stock stays above zero."""
    needs: Counter[tuple[str, str, int]] = Counter()
    for product, site, _, change, moment in shipped:
        needs[product, site, (moment - calendar.start) // (91 * DAY)] -= change
    for (product, site, quarter), need in needs.items():
        moment = calendar.start + quarter * 91 * DAY - rng.randint(1, 5 * DAY)
        yield product, site, "received", int(need * rng.uniform(1.02, 1.12)) + 4, moment


def _counted(rng: random.Random, movements: list[Movement], calendar: Calendar) -> Iterator[Movement]:
    places = sorted({(product, site) for product, site, *_ in movements})
    for product, site in places:
        for _ in range(2):
            moment = calendar.start + int(rng.random() * (calendar.midnight - calendar.start))
            yield product, site, "adjusted", rng.choice((-2, -1, -1, 1, 2)), moment
