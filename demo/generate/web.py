"""Visits to the shop: the consented sample of sessions, and what happened in each."""

import random
from dataclasses import dataclass, field

from demo.generate import vocabulary as words
from demo.generate.calendar import DAY, Calendar, allocate, loaded, stamp
from demo.generate.orders import Order
from demo.generate.products import Product, Shelf
from demo.generate.tables import Row
from demo.generate.users import User

SESSIONS = 30_000
KEPT_DAYS = 120  # raw web data is kept for four months only
CONSENTED = 0.15
LATE = 0.03
SOURCES = ("google", "instagram", "newsletter", "partner", "(direct)")
LANDINGS = ("/", "/sale", "/new", "/c/kitchen", "/c/outdoor")
BROWSERS = ("chrome", "safari", "firefox", "edge")


@dataclass(slots=True)
class Web:
    sessions: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


def visits(
    rng: random.Random, users: list[User], products: list[Product], orders: list[Order], calendar: Calendar
) -> Web:
    web, shelf = Web(), Shelf(products, calendar)
    first = calendar.days - KEPT_DAYS
    since = calendar.start_of(first)
    for order in orders:
        if order.created >= since and order.channel != "marketplace" and rng.random() < CONSENTED:
            _buying_visit(rng, web, order)
    # Visitors on the anchor day may have signed up on any day before it, never on it.
    known = [user for user in users if user.created < since]
    demand = calendar.demand(rng)[first:]
    for offset, count in enumerate(allocate(demand, calendar.scaled(SESSIONS) - len(web.sessions))):
        for moment in calendar.moments(rng, first + offset, count):
            _browsing_visit(rng, web, rng.choice(known) if rng.random() < 0.35 else None, shelf, first + offset, moment)
    return web


def _buying_visit(rng: random.Random, web: Web, order: Order) -> None:
    started = order.created - rng.randint(180, 1_500)
    session = _session(rng, web, order.user, started, order.created + 30)
    product = order.lines[0][0].id
    steps = (("page_view", None, None), ("product_view", product, None), ("add_to_cart", product, None),
             ("checkout", None, None), ("purchase", None, order.id))  # fmt: skip
    pace = (order.created - started) // len(steps)
    for place, (kind, seen, bought) in enumerate(steps):
        moment = order.created if bought else started + place * pace
        _event(rng, web, session, kind, seen, bought, moment)


def _browsing_visit(rng: random.Random, web: Web, user: User | None, shelf: Shelf, index: int, moment: int) -> None:
    length = min(1 + int(rng.expovariate(1 / 3.1)), 14)
    session = _session(rng, web, user, moment, moment + length * 40)
    _event(rng, web, session, "page_view", None, None, moment)
    for step, product in enumerate(shelf.draw(rng, index, length - 1), 1):
        kind = rng.choices(("product_view", "page_view", "add_to_cart", "search", "checkout"), (52, 30, 8, 8, 2))[0]
        seen = product.id if kind in {"product_view", "add_to_cart"} else None
        _event(rng, web, session, kind, seen, None, moment + step * 40)


def _session(rng: random.Random, web: Web, user: User | None, started: int, ended: int) -> tuple[str, int]:
    name = f"ses_{len(web.sessions) + 1}"
    device = rng.choices(("mobile", "desktop", "tablet"), (57, 36, 7))[0]
    country = user.country if user else rng.choices(words.COUNTRIES, words.COUNTRY_SHARES)[0]
    web.sessions.append(
        (
            name, user.id if user else None, f"{rng.getrandbits(64):016x}", f"192.0.2.{rng.randrange(1, 255)}",
            device, rng.choice(BROWSERS), country, rng.choice(SOURCES), rng.choice(LANDINGS),
            stamp(started), stamp(ended), stamp(loaded(ended)),
        )
    )  # fmt: skip
    # A session is sent when it ends; its customer is known by then.
    return name, loaded(ended)


PATHS = {"page_view": "/", "search": "/search", "checkout": "/checkout", "purchase": "/thanks", "add_to_cart": "/cart"}


def _event(
    rng: random.Random,
    web: Web,
    session: tuple[str, int],
    kind: str,
    product: str | None,
    order: str | None,
    moment: int,
) -> None:
    # Phones without a network send their events later.
    copied = loaded(moment) + (loaded(int(rng.random() * DAY / 4)) if rng.random() < LATE else 0)
    path = f"/p/{product}" if kind == "product_view" else PATHS[kind]
    number, copied = len(web.events) + 1, max(copied, session[1])
    web.events.append((f"evt_{number}", session[0], kind, path, product, order, stamp(moment), stamp(copied)))
