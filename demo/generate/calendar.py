"""Time in the demo shop: two years that end with the anchor day, and how busy each day is."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

DAY = 86_400
QUARTER = 900
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Monday to Sunday: people shop at weekends.
WEEKDAYS = (1.0, 0.94, 0.93, 0.98, 1.1, 1.28, 1.18)

# By hour, UTC. The shop sells on two continents, so its nights are quiet but never empty;
# an empty night would make source freshness fail for who starts the demo at four in the morning.
HOURS = (
    0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 1.0, 1.1, 1.1, 1.1,
    1.2, 1.2, 1.1, 1.1, 1.2, 1.4, 1.6, 1.8, 1.8, 1.5, 1.2, 1.0,
)  # fmt: skip
_CUMULATIVE = tuple(accumulate(HOURS))


def stamp(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def loaded(seconds: int) -> int:
    """The loader runs every quarter of an hour and stamps what it finds."""
    return -(-seconds // QUARTER) * QUARTER


def allocate(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to the weights, with exactly this total."""
    scale = total / sum(weights)
    edges = [round(edge * scale) for edge in accumulate(weights)]
    return [edge - before for before, edge in zip([0, *edges], edges, strict=False)]


def _second_of_day(share: float) -> int:
    """The second by which this share of a day's business is done."""
    goal, before = share * _CUMULATIVE[-1], 0.0
    for hour, edge in enumerate(_CUMULATIVE):
        if goal < edge:
            return int(3600 * (hour + (goal - before) / HOURS[hour]))
        before = edge
    return DAY - 1


@dataclass(frozen=True)
class Calendar:
    anchor: date
    days: int = 730
    size: float = 1.0  # of the business; tests are content with a small shop

    @property
    def midnight(self) -> int:
        """The start of the anchor day; nightly copies are taken at this moment."""
        return self.start_of(self.days - 1)

    @property
    def end(self) -> int:
        return self.start_of(self.days)

    @property
    def start(self) -> int:
        return self.start_of(0)

    def scaled(self, number: int) -> int:
        return int(number * self.size)

    def start_of(self, index: int) -> int:
        day = self.anchor - timedelta(days=self.days - 1 - index)
        return (day - date(1970, 1, 1)).days * DAY

    def day(self, index: int) -> date:
        return self.anchor - timedelta(days=self.days - 1 - index)

    def demand(self, rng: random.Random, growth: float = 1.4) -> list[float]:
        """How much business each day sees: growth, year, week and a little luck."""
        return [
            (1 + growth * index / self.days)
            * _season(self.day(index))
            * WEEKDAYS[self.day(index).weekday()]
            * rng.uniform(0.92, 1.08)
            for index in range(self.days)
        ]

    def moments(self, rng: random.Random, index: int, count: int) -> list[int]:
        """Ordered moments of one day, one in each equal share of its business: no long gaps."""
        start = self.start_of(index)
        return [start + _second_of_day((n + rng.random()) / count) for n in range(count)]


def _season(day: date) -> float:
    """Quiet in January and August, and a peak from late November to the week before Christmas."""
    of_year = day.timetuple().tm_yday
    wave = 1 - 0.08 * math.sin(2 * math.pi * (of_year - 140) / 365)
    if (day.month == 12 and day.day >= 22) or day.month == 1:
        return 0.84 * wave
    if (day.month == 11 and day.day >= 20) or day.month == 12:
        return 1.5 * wave
    return wave
