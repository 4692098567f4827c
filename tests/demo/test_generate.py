"""The generated shop: the same from the same seed, and shaped like a business."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise

from demo.generate import World, generate
from demo.generate.tables import TABLES, Value
from demo.load import encode, visible_until

ANCHOR = date(2026, 3, 18)


@cache
def world(seed: int = 7) -> World:
    return generate(seed, ANCHOR)


def column(table: str, name: str) -> list[Value]:
    position = TABLES[table].position(name)
    return [row[position] for row in world().rows[table]]


def moments(table: str, name: str) -> list[datetime]:
    return [value for value in column(table, name) if isinstance(value, datetime)]


def total(table: str, name: str) -> int:
    return sum(value for value in column(table, name) if isinstance(value, int))


def missing(table: str, name: str, parent: str) -> set[Value]:
    return set(column(table, name)) - {None, *column(parent, "id")}


def test_the_same_seed_and_anchor_make_the_same_rows() -> None:
    assert generate(7, ANCHOR, size=0.05).rows == generate(7, ANCHOR, size=0.05).rows


def test_another_seed_makes_other_rows() -> None:
    assert generate(8, ANCHOR, size=0.05).rows["orders"] != generate(7, ANCHOR, size=0.05).rows["orders"]


def test_the_platform_has_some_hundred_thousand_rows() -> None:
    assert 250_000 < world().total < 450_000


def test_every_row_fits_its_table() -> None:
    for name, table in TABLES.items():
        assert {len(row) for row in world().rows[name]} == {len(table.columns)}, name


def test_every_reference_finds_its_row() -> None:
    assert not missing("orders", "user_id", "users")
    assert not missing("orders", "product_id", "products")
    assert not missing("order_items", "order_id", "orders")
    assert not missing("stripe_charges", "order_id", "orders")
    assert not missing("stripe_refunds", "charge_id", "stripe_charges")
    assert not missing("fraud_decisions", "charge_id", "stripe_charges")
    assert not missing("web_events", "session_id", "sessions")
    assert not missing("sessions", "user_id", "users")
    assert not missing("employees", "manager_id", "employees")


def test_a_child_is_never_loaded_before_its_parent_on_the_anchor_day() -> None:
    # Otherwise a demo that starts at that moment would show a broken relationship.
    midnight = datetime(2026, 3, 18, tzinfo=UTC)
    known = dict(zip(column("orders", "id"), moments("orders", "_loaded_at"), strict=True))
    for order, loaded in zip(
        column("stripe_charges", "order_id"), moments("stripe_charges", "_loaded_at"), strict=True
    ):
        assert max(loaded, midnight) >= known[order]


def test_business_grows_from_one_year_to_the_next() -> None:
    years = Counter(moment > datetime(2025, 3, 18, tzinfo=UTC) for moment in moments("orders", "created_at"))
    assert years[True] > 1.25 * years[False]


def test_december_sells_more_than_the_january_after_it() -> None:
    months = Counter((moment.year, moment.month) for moment in moments("orders", "created_at"))
    assert months[2025, 12] > 1.3 * months[2026, 1]


def test_saturdays_sell_more_than_wednesdays() -> None:
    days = Counter(moment.weekday() for moment in moments("orders", "created_at"))
    assert days[5] > 1.2 * days[2]


def test_a_few_per_cent_of_the_money_are_refunded() -> None:
    assert 0.03 < total("stripe_refunds", "amount_cents") / total("orders", "total_amount_cents") < 0.1


def test_most_buyers_return_and_some_leave() -> None:
    orders = Counter(column("orders", "user_id"))
    returning = sum(count > 1 for count in orders.values()) / len(orders)
    latest = dict(zip(column("orders", "user_id"), moments("orders", "created_at"), strict=True))
    left = sum(moment < datetime(2025, 9, 18, tzinfo=UTC) for moment in latest.values()) / len(latest)
    assert 0.5 < returning < 0.95
    assert 0.2 < left < 0.8


def test_some_charges_arrive_twice_and_some_late() -> None:
    twice = sum(count > 1 for count in Counter(column("stripe_charges", "id")).values())
    pairs = zip(moments("stripe_charges", "created_at"), moments("stripe_charges", "_loaded_at"), strict=True)
    late = sum((loaded - created).total_seconds() > 7_200 for created, loaded in pairs)
    assert 50 < twice < 500
    assert 300 < late < 3_000


def test_orders_come_at_least_every_two_hours_so_that_a_fresh_demo_is_fresh() -> None:
    last = [moment for moment in moments("orders", "created_at") if moment.date() == ANCHOR]
    assert max((after - before).total_seconds() for before, after in pairwise(last)) < 7_200


def test_nothing_is_newer_than_the_moment_of_loading() -> None:
    noon = datetime(2026, 3, 18, 12, tzinfo=UTC)
    seen = encode(world().rows["orders"], TABLES["orders"], noon).splitlines()
    assert 0 < len(seen) < len(world().rows["orders"])


def test_a_past_anchor_day_is_seen_whole() -> None:
    assert visible_until(date(2024, 5, 1)) == datetime(2024, 5, 2, tzinfo=UTC)


def test_nothing_is_written_as_null_and_quotes_survive() -> None:
    row = ("re_1", 'a "quoted",\nword', None, None, "ok", None, datetime(2026, 1, 1, tzinfo=UTC))
    text = encode([row], TABLES["stripe_refunds"], datetime(2026, 1, 2, tzinfo=UTC))
    assert text == 're_1,"a ""quoted"",\nword",,,ok,,2026-01-01 00:00:00+00:00\n'
