"""Invents the compiled SQL of a dbt project, and says of each column what it is made of.

Three layers in the shapes that people write: staging (a CTE over the source, a CTE that renames and casts), intermediate
(joins of staging models, the last row of each key by a window, flags), marts (common tables, aggregates, conditions,
unions, ``select *`` over them). The same size always gives the same text.
"""

# ruff: noqa: S608 - the SQL is the product; nothing runs it

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

DATABASE = "analytics"
WORDS = (
    "customer", "order", "payment", "product", "store", "session", "event", "invoice", "refund", "shipment", "ticket",
    "campaign", "account", "plan", "coupon", "device",
)  # fmt: skip
FIELDS = (
    "status", "amount_cents", "currency", "created_at", "updated_at", "country", "city", "channel", "email", "quantity",
    "unit_price", "discount", "tax", "score", "region", "segment", "source", "medium", "referrer", "notes", "priority",
    "weight", "height", "rating", "balance", "fee",
)  # fmt: skip

Edges = dict[str, set[tuple[str, str]]]  # column -> (table, column)


@dataclass(frozen=True, slots=True)
class Model:
    name: str  # in full
    sql: str
    edges: Edges
    reads: tuple[str, ...]


@dataclass(slots=True)
class Project:
    schema: dict[str, dict[str, str]] = field(default_factory=dict)  # of every table and model
    models: list[Model] = field(default_factory=list)

    def needed(self, model: Model) -> dict[str, dict[str, str]]:
        """The schemas of what the model reads."""
        return {name: self.schema[name] for name in model.reads}


def project(models: int, columns: int = 24, seed: int = 7) -> Project:
    """``models`` models: four of ten staging, four intermediate, two marts."""
    chance = random.Random(seed)
    made = Project()
    staging = [_staging(made, number, columns, chance) for number in range(max(2, models * 4 // 10))]
    middle = [_intermediate(made, number, staging, chance) for number in range(max(2, models * 4 // 10))]
    for number in range(models - len(staging) - len(middle)):
        _mart(made, number, middle, chance)
    return made


def _keep(made: Project, name: str, sql: str, edges: Edges, reads: list[str]) -> Model:
    model = Model(name, sql, edges, tuple(dict.fromkeys(reads)))
    made.models.append(model)
    made.schema[name] = dict.fromkeys(edges, "text")
    return model


def _staging(made: Project, number: int, columns: int, chance: random.Random) -> Model:
    word = WORDS[number % len(WORDS)]
    source = f"raw.{word}_{number}.{word}s"
    fields = [f"{chance.choice(FIELDS)}_{place}" for place in range(columns - 2)]
    made.schema[source] = dict.fromkeys(["id", f"{word}_key", *fields, "_loaded_at"], "text")
    edges: Edges = {f"{word}_id": {(source, "id")}, "natural_key": {(source, f"{word}_key")}}
    items = [f"id as {word}_id", f"lower(trim({word}_key)) as natural_key"]
    for name in fields:
        edges[name] = {(source, name)}
        items.append(
            chance.choice(
                (name, name, name, f"cast({name} as varchar) as {name}", f"nullif(trim({name}), '') as {name}",
                 f"coalesce({name}, 'unknown') as {name}")
            )
        )  # fmt: skip
    edges["is_recent"] = {(source, "_loaded_at")}
    items.append("case when _loaded_at > dateadd(day, -7, current_date) then true else false end as is_recent")
    sql = (
        f"with source as (\n    select * from {source}\n),\n\nrenamed as (\n    select\n        "
        + ",\n        ".join(items)
        + "\n    from source\n    where id is not null\n)\n\nselect * from renamed"
    )
    return _keep(made, f"{DATABASE}.staging.stg_{word}_{number}", sql, edges, [source])


def _intermediate(made: Project, number: int, staging: list[Model], chance: random.Random) -> Model:
    left, right = chance.sample(staging, 2)
    left_columns, right_columns = list(left.edges), list(right.edges)[2:14]
    key = left_columns[0]
    edges: Edges = {name: {(left.name, name)} for name in left_columns}
    picked = []
    for name in right_columns:
        edges[f"r_{name}"] = {(right.name, name)}
        picked.append(f"b.{name} as r_{name}")
    edges["value_sum"] = {(left.name, left_columns[2]), (right.name, right_columns[0])}
    edges["row_place"] = {(left.name, key), (left.name, left_columns[3])}
    sql = f"""with base as (
    select * from {left.name}
),
other as (
    select * from {right.name}
),
ranked as (
    select
        base.*,
        row_number() over (partition by {key} order by {left_columns[3]} desc) as row_place
    from base
),
latest as (
    select * from ranked where row_place = 1
),
joined as (
    select
        a.*,
        {", ".join(picked)},
        try_to_number(a.{left_columns[2]}) + coalesce(try_to_number(b.{right_columns[0]}), 0) as value_sum
    from latest as a
    left join other as b
        on a.{key} = b.natural_key
        and b.is_recent
)
select * from joined"""
    found = _keep(made, f"{DATABASE}.intermediate.int_{number}", sql, edges, [left.name, right.name])
    order = [*left_columns, "row_place", *(f"r_{name}" for name in right_columns), "value_sum"]
    made.schema[found.name] = dict.fromkeys(order, "text")
    return found


def _mart(made: Project, number: int, middle: list[Model], chance: random.Random) -> Model:
    one, two = chance.sample(middle, 2)
    first, second = list(made.schema[one.name]), list(made.schema[two.name])
    key, other_key = first[0], second[0]
    numbers, others = first[2:10], second[2:10]
    edges: Edges = {
        "entity_id": {(one.name, key), (two.name, other_key)},
        "day": {(one.name, first[4]), (two.name, second[4])},
    }
    sums, unions = [], []
    for place, (mine, yours) in enumerate(zip(numbers, others, strict=True)):
        edges[f"total_{place}"] = {
            (one.name, mine),
            (two.name, yours),
            (one.name, "value_sum"),
            (two.name, "value_sum"),
        }
        sums.append(f"sum(case when value_sum > {place} then measure_{place} else 0 end) as total_{place}")
        unions.append((f"{mine} as measure_{place}", f"{yours} as measure_{place}"))
    edges["entities"] = {(one.name, "natural_key"), (two.name, "natural_key")}
    edges["share"] = {
        (one.name, "value_sum"), (two.name, "value_sum"), (one.name, numbers[0]), (two.name, others[0]),
        (one.name, key), (two.name, other_key),
    }  # fmt: skip
    sql = f"""with one as (
    select {key} as entity_id, date_trunc('day', {first[4]}) as day, natural_key, value_sum,
        {", ".join(mine for mine, _ in unions)}
    from {one.name}
    where row_place = 1
),
two as (
    select {other_key} as entity_id, date_trunc('day', {second[4]}) as day, natural_key, value_sum,
        {", ".join(yours for _, yours in unions)}
    from {two.name}
    where {second[5]} in ('a', 'b') and is_recent
),
unioned as (
    select * from one
    union all
    select * from two
),
aggregated as (
    select
        entity_id,
        day,
        {", ".join(sums)},
        count(distinct natural_key) as entities
    from unioned
    group by 1, 2
    having count(*) > 1
),
final as (
    select
        *,
        total_0 / nullif(sum(total_0) over (partition by entity_id), 0) as share
    from aggregated
)
select * from final"""
    return _keep(made, f"{DATABASE}.marts.fct_{number}", sql, edges, [one.name, two.name])


def flat(edges: Edges) -> Iterator[tuple[str, str, str]]:
    for column, sources in edges.items():
        for table, name in sources:
            yield column, table, name
