"""What the agency spent on advertising, from the file that it sends by hand."""

import random
from collections.abc import Iterator

from demo.generate.calendar import DAY, Calendar, stamp
from demo.generate.tables import Row

# Usual cost of a day in cents at the start, and the cost of a click.
CAMPAIGNS = {
    ("paid_search", "brand"): (9_000, 45),
    ("paid_search", "generic"): (24_000, 120),
    ("paid_social", "prospecting"): (21_000, 80),
    ("paid_social", "retargeting"): (8_000, 55),
    ("affiliate", "partners"): (6_000, 70),
    ("email", "newsletter"): (1_500, 9),
}
# The newest file is three days old: the demo has one source that is late on purpose.
BEHIND_DAYS = 3


def rows(rng: random.Random, calendar: Calendar) -> Iterator[Row]:
    demand = calendar.demand(rng, growth=1.1)
    for index in range(calendar.days - 1 - BEHIND_DAYS):
        copied = stamp(calendar.start_of(index) + DAY + 6 * 3_600)
        for (channel, campaign), (usual, click) in CAMPAIGNS.items():
            cost = int(usual * demand[index] * rng.uniform(0.8, 1.2))
            clicks = int(cost / click * rng.uniform(0.85, 1.15)) + 1
            shown = clicks * rng.randint(28, 60)
            yield calendar.day(index), channel, campaign, cost, shown, clicks, copied
