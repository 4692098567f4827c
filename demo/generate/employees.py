"""The people who work at the shop; the restricted corner of the platform."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from demo.generate import vocabulary as words
from demo.generate.calendar import Calendar, stamp
from demo.generate.tables import Row

EMPLOYEES = 190
# Department: share of the people, usual yearly salary in cents, titles from the lead down.
DEPARTMENTS = {
    "operations": (30, 4_400_000, ("Head of Operations", "Shift Lead", "Warehouse Associate")),
    "customer_care": (22, 4_100_000, ("Head of Care", "Care Specialist", "Care Agent")),
    "engineering": (20, 8_200_000, ("VP Engineering", "Senior Engineer", "Engineer")),
    "marketing": (12, 5_900_000, ("Head of Marketing", "Campaign Manager", "Content Editor")),
    "data": (9, 7_800_000, ("Head of Data", "Data Engineer", "Analyst")),
    "finance": (7, 6_600_000, ("Finance Director", "Controller", "Accountant")),
}


def rows(rng: random.Random, calendar: Calendar) -> Iterator[Row]:
    leads: dict[str, str] = {}
    shares = [share for share, _, _ in DEPARTMENTS.values()]
    for number in range(1, EMPLOYEES + 1):
        department = (
            list(DEPARTMENTS)[number - 1] if number <= len(DEPARTMENTS) else rng.choices(list(DEPARTMENTS), shares)[0]
        )
        lead = leads.setdefault(department, f"emp_{number}")
        yield _employee(rng, number, department, lead, calendar)


def _employee(rng: random.Random, number: int, department: str, lead: str, calendar: Calendar) -> Row:
    _, usual, titles = DEPARTMENTS[department]
    leads = lead == f"emp_{number}"
    first, last = rng.choice(words.FIRST_NAMES), rng.choice(words.LAST_NAMES)
    hired = calendar.anchor - timedelta(days=1_600 if leads else int(rng.triangular(3, 1_500, 200)))
    return (
        f"emp_{number}", f"{first} {last}", f"{first}.{last}.{number}@example.com".lower(),
        f"+1-555-01{rng.randrange(100):02d}", date(1960, 1, 1) + timedelta(days=rng.randrange(16_000)),
        department, titles[0] if leads else rng.choice(titles[1:]), None if leads else lead,
        int(usual * (1.9 if leads else rng.uniform(0.8, 1.35))) // 10_000 * 10_000, hired,
        None if leads else _left(rng, hired, calendar), stamp(calendar.midnight),
    )  # fmt: skip


def _left(rng: random.Random, hired: date, calendar: Calendar) -> date | None:
    left = hired + timedelta(days=30 + int(rng.expovariate(1 / 1_900)))
    return left if left < calendar.anchor else None
