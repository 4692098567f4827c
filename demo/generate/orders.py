"""Orders and their lines: who buys what on which day, new customers and returning ones."""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from demo.generate.calendar import DAY, Calendar, allocate, loaded, stamp
from demo.generate.products import Product, Shelf
from demo.generate.tables import Row
from demo.generate.users import User

ORDERS = 44_000
FREE_SHIPPING_FROM = 6_000
COUPONS = ("WELCOME10", "SPRING15", "FRIEND5", "SORRY20")


@dataclass(slots=True)
class Order:
    id: str
    user: User
    lines: list[tuple[Product, int]]
    created: int
    channel: str
    coupon: str | None
    subtotal: int
    discount: int
    shipping: int
    status: str = "placed"
    updated: int = 0

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.shipping


class Crowd:
    """Customers who may buy at a moment: first those who just signed up, else one who returns."""

    def __init__(self, users: list[User]) -> None:
        self._arrivals = deque(user for user in users if user.buys)
        self._active: list[User] = []

    def next_buyer(self, rng: random.Random, moment: int) -> User:
        arrived = self._arrivals and self._arrivals[0].created < moment
        if arrived and (not self._active or rng.random() < 0.3):
            user = self._arrivals.popleft()
            self._active.append(user)
            return user
        return self._returning(rng, moment)

    def _returning(self, rng: random.Random, moment: int) -> User:
        while len(self._active) > 1:
            place = rng.randrange(len(self._active))
            user = self._active[place]
            if user.leaves > moment:
                return user
            # Churned: the last one takes the place, so that leaving costs no search.
            self._active[place] = self._active[-1]
            self._active.pop()
        return self._active[0]


def history(rng: random.Random, users: list[User], products: list[Product], calendar: Calendar) -> list[Order]:
    shelf, crowd = Shelf(products, calendar), Crowd(users)
    orders: list[Order] = []
    for index, count in enumerate(allocate(calendar.demand(rng), calendar.scaled(ORDERS))):
        for moment in calendar.moments(rng, index, count):
            buyer = crowd.next_buyer(rng, moment)
            orders.append(_order(rng, len(orders) + 1, buyer, shelf, index, moment))
    return orders


def _order(rng: random.Random, number: int, user: User, shelf: Shelf, index: int, moment: int) -> Order:
    kinds = rng.choices((1, 2, 3, 4), (64, 23, 9, 4))[0]
    # One line a product, as in any basket.
    chosen = dict.fromkeys(shelf.draw(rng, index, kinds))
    most = 6 if user.segment == "business" else 2
    lines = [(product, rng.randint(1, most) if rng.random() < 0.25 else 1) for product in chosen]
    subtotal = sum(product.price * quantity for product, quantity in lines)
    coupon = rng.choice(COUPONS) if rng.random() < 0.14 else None
    return Order(
        id=f"ord_{number}",
        user=user,
        lines=lines,
        created=moment,
        channel=rng.choices(("web", "app", "marketplace"), (58, 33, 9))[0],
        coupon=coupon,
        subtotal=subtotal,
        discount=subtotal * int(coupon.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) // 100 if coupon else 0,
        shipping=0 if subtotal >= FREE_SHIPPING_FROM else 490,
        updated=moment,
    )


def settle(order: Order, calendar: Calendar, paid: bool, refunded_at: int | None) -> None:
    """The status that the shop's backend shows at the start of the anchor day."""
    age = calendar.midnight - order.created
    if age <= 0:
        order.status = "paid" if paid else "canceled"
        return
    steps = ((6 * DAY, "completed", 6 * DAY), (2 * DAY, "shipped", 2 * DAY), (0, "paid", 60))
    status, took = next((status, took) for least, status, took in steps if age >= least)
    if not paid:
        status, took = "canceled", 3_600
    order.status, order.updated = status, min(order.created + took, calendar.midnight - 1)
    if refunded_at is not None and refunded_at < calendar.midnight:
        order.status, order.updated = "refunded", refunded_at


def rows(orders: list[Order]) -> Iterator[Row]:
    for order in orders:
        yield (
            order.id, order.user.id, order.lines[0][0].id, order.status, order.channel, "usd",
            order.subtotal, order.discount, order.shipping, order.total, order.user.country,
            order.coupon, stamp(order.created), stamp(order.updated), stamp(loaded(order.updated)),
        )  # fmt: skip


def item_rows(orders: list[Order]) -> Iterator[Row]:
    number = 0
    for order in orders:
        created, copied = stamp(order.created), stamp(loaded(order.created))
        for product, quantity in order.lines:
            number += 1
            yield f"itm_{number}", order.id, product.id, quantity, product.price, created, copied
