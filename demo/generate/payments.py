"""Charges, refunds and the fraud decision that stands before each charge."""

import random
from dataclasses import dataclass, field

from demo.generate import vocabulary as words
from demo.generate.calendar import DAY, Calendar, loaded, stamp
from demo.generate.orders import Order, settle
from demo.generate.tables import Row

METHODS = ("card", "paypal", "apple_pay", "klarna")
METHOD_SHARES = (62, 19, 12, 7)
FAILURES = ("card_declined", "insufficient_funds", "expired_card", "authentication_required")
REASONS = ("damaged", "wrong_item", "changed_mind", "late_delivery", "duplicate")
REASON_SHARES = (24, 14, 41, 16, 5)

# Curtains and rugs look different at home: some categories come back more often than others.
REFUND_ODDS = {"textiles": 0.11, "furniture": 0.09, "toys": 0.05, "stationery": 0.03}
LATE, TWICE = 0.02, 0.004


@dataclass(slots=True)
class Payments:
    charges: list[Row] = field(default_factory=list)
    refunds: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)


def settle_all(rng: random.Random, orders: list[Order], calendar: Calendar) -> Payments:
    """Pays for every order, and writes status and lifetime value back where the shop keeps them."""
    payments = Payments()
    for order in orders:
        paid_by = _pay(rng, order, payments)
        refunded_at = None
        if paid_by is not None:
            charge, paid_at, copied = paid_by
            amount, refunded_at = _maybe_refund(rng, order, charge, max(paid_at, copied), calendar, payments)
            order.user.lifetime_value += order.total - amount
            order.user.updated = order.created
        settle(order, calendar, paid_by is not None, refunded_at)
    return payments


def _pay(rng: random.Random, order: Order, payments: Payments) -> tuple[str, int, int] | None:
    """Up to two attempts: (charge, moment, moment of loading) of the one that worked."""
    moment = order.created
    for _ in range(2):
        moment += rng.randint(20, 240)
        copied = loaded(moment)
        if rng.random() < LATE:
            copied += loaded(int(rng.uniform(0.1, 1.5) * DAY))
        charge = f"ch_{len(payments.decisions) + 1}"
        blocked = _decide(rng, charge, moment, copied, payments)
        failed = "blocked_by_risk" if blocked else _failure(rng)
        _charge(rng, order, charge, moment, copied, failed, payments)
        if failed is None:
            return charge, moment, copied
        if blocked or rng.random() < 0.2:
            return None
    return None


def _failure(rng: random.Random) -> str | None:
    return rng.choice(FAILURES) if rng.random() < 0.05 else None


def _decide(rng: random.Random, charge: str, moment: int, copied: int, payments: Payments) -> bool:
    score = round(rng.random() ** 5, 4)
    decision = "block" if score > 0.97 else "review" if score > 0.8 else "approve"
    address = f"203.0.113.{rng.randrange(1, 255)}" if rng.random() < 0.5 else f"198.51.100.{rng.randrange(1, 255)}"
    payments.decisions.append(
        (
            f"frd_{len(payments.decisions) + 1}", charge, score, decision,
            "fraud-3.2" if rng.random() < 0.95 else "fraud-3.3-canary",
            int(rng.gammavariate(6, 3)) + 4, address, stamp(moment - 1), stamp(copied),
        )
    )  # fmt: skip
    return decision == "block"


def _charge(
    rng: random.Random, order: Order, charge: str, moment: int, copied: int, failed: str | None, payments: Payments
) -> None:
    card_country = order.user.country if rng.random() < 0.96 else rng.choice(words.COUNTRIES)
    row: Row = (
        charge, order.id, order.total, 30 + order.total * 29 // 1000 if failed is None else 0, "usd",
        "succeeded" if failed is None else "failed", failed,
        rng.choices(METHODS, METHOD_SHARES)[0], card_country, order.user.email, stamp(moment),
    )  # fmt: skip
    payments.charges.append((*row, stamp(copied)))
    if rng.random() < TWICE:
        # The connector delivers at least once; staging has to remove what came twice.
        payments.charges.append((*row, stamp(copied + 3_600)))


def _maybe_refund(
    rng: random.Random, order: Order, charge: str, earliest: int, calendar: Calendar, payments: Payments
) -> tuple[int, int | None]:
    """(amount, moment); only a refund in full makes the order one that was refunded."""
    if rng.random() >= REFUND_ODDS.get(order.lines[0][0].category, 0.06):
        return 0, None
    moment = earliest + int(rng.uniform(2, 26) * DAY)
    if moment >= calendar.end:
        return 0, None
    full = rng.random() < 0.7 or order.total < 1_000
    amount = order.total if full else order.total * rng.randint(15, 60) // 100
    payments.refunds.append(
        (
            f"re_{len(payments.refunds) + 1}", charge, amount, rng.choices(REASONS, REASON_SHARES)[0],
            "succeeded" if calendar.end - moment > 2 * DAY else "pending",
            stamp(moment), stamp(loaded(moment)),
        )
    )  # fmt: skip
    return amount, moment if full else None
