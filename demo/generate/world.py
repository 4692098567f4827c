"""One shop from one seed: the nouns are generated in the order in which they cause each other."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from demo.generate import (
    employees,
    inventory,
    marketing,
    orders,
    payments,
    products,
    subscriptions,
    support,
    users,
    web,
)
from demo.generate.calendar import Calendar
from demo.generate.tables import TABLES, Row


@dataclass(frozen=True)
class World:
    """Rows by table, for the whole anchor day; a loader leaves out what has not happened yet."""

    calendar: Calendar
    rows: dict[str, list[Row]]

    @property
    def total(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


def generate(seed: int, anchor: date, size: float = 1.0) -> World:
    calendar = Calendar(anchor, size=size)

    def dice(noun: str) -> random.Random:
        # A noun has its own dice, so that a change to one leaves the rows of the others alone.
        return random.Random(f"{seed}:{noun}")

    people = users.people(dice("people"), calendar)
    assortment = products.assortment(dice("assortment"), calendar)
    history = orders.history(dice("orders"), people, assortment, calendar)
    paid = payments.settle_all(dice("payments"), history, calendar)
    visits = web.visits(dice("web"), people, assortment, history, calendar)
    made: dict[str, Iterable[Row]] = {
        "users": users.rows(dice("users"), people, calendar),
        "products": products.rows(dice("products"), assortment, calendar),
        "orders": orders.rows(history),
        "order_items": orders.item_rows(history),
        "stripe_charges": paid.charges,
        "stripe_refunds": paid.refunds,
        "fraud_decisions": paid.decisions,
        "subscriptions": subscriptions.rows(dice("subscriptions"), people, calendar),
        "sessions": visits.sessions,
        "web_events": visits.events,
        "support_tickets": support.rows(dice("support"), history, calendar),
        "inventory_events": inventory.rows(dice("inventory"), history, calendar),
        "employees": employees.rows(dice("employees"), calendar),
        "marketing_spend": marketing.rows(dice("marketing"), calendar),
    }
    return World(calendar, {name: list(made[name]) for name in TABLES})
