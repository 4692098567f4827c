"""The range of the shop: what is sold, since when, and which of it sells in which month."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from demo.generate import vocabulary as words
from demo.generate.calendar import DAY, Calendar, stamp
from demo.generate.tables import Row

THINGS = {
    "kitchen": ("Kettle", "Pan", "Knife", "Board", "Grinder", "Bowl"),
    "garden": ("Spade", "Planter", "Hose", "Trellis", "Shears"),
    "outdoor": ("Tent", "Lantern", "Backpack", "Stove", "Hammock"),
    "lighting": ("Lamp", "Pendant", "Sconce", "Spotlight"),
    "textiles": ("Blanket", "Cushion", "Towel", "Rug", "Curtain"),
    "furniture": ("Chair", "Table", "Shelf", "Stool"),
    "toys": ("Puzzle", "Blocks", "Kite", "Train"),
    "stationery": ("Notebook", "Pen", "Planner"),
}


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: str
    category: str
    brand: str
    price: int
    cost: int
    popularity: float
    launched: int
    retired: int | None


def assortment(rng: random.Random, calendar: Calendar) -> list[Product]:
    products: list[Product] = []
    for category, (count, price, _) in words.CATEGORIES.items():
        for _ in range(count):
            products.append(_product(rng, calendar, len(products) + 1, category, price))
    return products


def _product(rng: random.Random, calendar: Calendar, number: int, category: str, usual: int) -> Product:
    brand = rng.choice(words.BRANDS)
    price = max(490, round(usual * rng.lognormvariate(0, 0.45) / 100) * 100 - 10)
    new, old = rng.random() < 0.25, rng.random() < 0.06
    span = calendar.midnight - calendar.start
    return Product(
        id=f"prd_{number}",
        name=f"{brand} {rng.choice(THINGS[category])} {rng.randrange(10, 99)}",
        category=category,
        brand=brand,
        price=price,
        cost=int(price * rng.uniform(0.42, 0.68)),
        popularity=rng.paretovariate(1.3),
        launched=calendar.start + int(span * rng.uniform(0.05, 0.9)) if new else calendar.start - 90 * DAY,
        retired=calendar.start + int(span * rng.uniform(0.5, 0.97)) if old and not new else None,
    )


class Shelf:
    """Draws products as customers would on a given day; the odds change once a month."""

    def __init__(self, products: list[Product], calendar: Calendar) -> None:
        self._products = products
        self._calendar = calendar
        self._odds = cache(self._odds_of_month)

    def draw(self, rng: random.Random, index: int, count: int) -> list[Product]:
        first = index - self._calendar.day(index).day + 1
        return rng.choices(self._products, cum_weights=self._odds(first), k=count)

    def _odds_of_month(self, first: int) -> list[float]:
        opens, month = self._calendar.start_of(first), self._calendar.day(first).month
        return list(accumulate(self._odd(product, opens, month) for product in self._products))

    def _odd(self, product: Product, opens: int, month: int) -> float:
        gone = product.retired is not None and product.retired < opens + 31 * DAY
        if product.launched > opens or gone:
            return 0.0
        return product.popularity * (1.8 if month in words.CATEGORIES[product.category][2] else 1.0)


def rows(rng: random.Random, products: list[Product], calendar: Calendar) -> Iterator[Row]:
    for product in products:
        # A price review once in the last year, unless the product came or went after it.
        reviewed = calendar.midnight - int(rng.uniform(5, 360) * DAY)
        updated = product.retired or max(product.launched, reviewed)
        yield (
            product.id, f"{product.category[:3].upper()}-{product.id[4:]:0>4}", product.name,
            product.category, product.brand, product.price, product.cost, product.retired is None,
            stamp(product.launched), stamp(updated), stamp(calendar.midnight),
        )  # fmt: skip
