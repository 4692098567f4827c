"""An invented dbt project: models in layers, with the words, columns and habits of a real one. Pure, same for same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

PACKAGE = "shop"
DATABASE = "analytics"
LAYERS = ("staging", "intermediate", "marts", "reporting")
SHARES = (0.35, 0.60, 0.85, 1.0)  # where each layer ends, as a part of all models
PREFIX = {"staging": "stg", "intermediate": "int", "marts": "fct", "reporting": "rpt"}
TEAMS = ("finance", "growth", "logistics", "platform", "risk", "support")
TAGS = ("daily", "hourly", "core", "finance", "pii", "experimental", "gdpr", "kpi")

_THINGS: tuple[str, ...] = (
    "order",
    "payment",
    "refund",
    "invoice",
    "customer",
    "session",
    "shipment",
    "product",
    "campaign",
    "ticket",
)
_THINGS += (
    "subscription",
    "supplier",
    "warehouse",
    "basket",
    "voucher",
    "review",
    "device",
    "visit",
    "contract",
    "quote",
)
_ASPECTS = (
    "daily",
    "enriched",
    "history",
    "summary",
    "lifetime",
    "by_country",
    "by_channel",
    "latest",
    "scored",
    "monthly",
)
_MEASURES = ("amount", "quantity", "discount", "tax", "margin", "cost", "score", "duration", "weight", "balance")
_VERBS = ("created", "updated", "shipped", "cancelled", "paid", "opened", "closed", "expired", "confirmed", "returned")
_PERSONAL = (("customer_email", "email"), ("phone_number", "phone"), ("full_name", "name"), ("ip_address", "ip"))
_SENTENCES = (
    "Amounts are in the smallest unit of the currency and never negative.",
    "One row for each event; late events replace earlier ones.",
    "Filled by the nightly job; the last three days may still change.",
    "Taken over from the operational system without changes.",
    "Null where the customer has not agreed to be measured.",
    "Joined on the surrogate key, see the modelling guide for the reasons.",
    "Test accounts and internal orders are left out.",
)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    description: str = ""
    pii: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    layer: str
    description: str
    columns: tuple[Column, ...]
    parents: tuple[str, ...]  # names of models; empty for staging, which reads ``source``
    reads: tuple[str, ...]  # for each column the one of the first parent that it is made of
    keys: tuple[str, ...]  # of the parents
    source: str
    tags: tuple[str, ...]
    group: str
    owner: str
    materialized: str

    @property
    def key(self) -> str:
        return f"model.{PACKAGE}.{self.name}"

    @property
    def schema(self) -> str:
        return f"{self.layer}_{self.group}"


def models(count: int, columns: int, seed: int = 7) -> Iterator[Model]:
    """``count`` models of ``columns`` columns each; every model reads only models of the layers before it, or of its own
    before it."""
    names: list[str] = []
    columns_of: dict[str, tuple[str, ...]] = {}
    for number in range(count):
        # A generator of its own for each model: changing one leaves all others as they are
        rng = random.Random(f"{seed}:{number}")
        layer = next(name for name, end in zip(LAYERS, SHARES, strict=True) if number < end * count)
        thing, aspect = rng.choice(_THINGS), rng.choice(_ASPECTS)
        name = f"{PREFIX[layer]}_{thing}_{aspect}_{number:05d}"
        staging = layer == "staging" or not names
        parents = () if staging else tuple(dict.fromkeys(rng.choice(names) for _ in range(rng.randint(1, 4))))
        own = tuple(_columns(rng, thing, columns))
        columns_of[name] = tuple(column.name for column in own)
        yield Model(
            name=name,
            layer=layer,
            description=_prose(rng, f"{thing.capitalize()}s, {aspect.replace('_', ' ')}.", 4),
            columns=own,
            parents=parents,
            reads=columns_of[parents[0] if parents else name],
            keys=tuple(columns_of[parent][0] for parent in parents) or (own[0].name,),
            source=f"raw_{thing}s_{number:05d}" if staging else "",
            tags=tuple(rng.sample(TAGS, rng.randint(0, 2))),
            group=rng.choice(TEAMS),
            owner=f"person{rng.randrange(40)}@example.com" if rng.random() < 0.3 else "",
            materialized="view" if layer in ("staging", "intermediate") else "table",
        )
        names.append(name)


def changed(model: Model) -> Model:
    """The model after somebody worked on it: another description, one column documented, one retyped."""
    first, second, *rest = model.columns
    first = replace(first, description=f"{first.description} Reviewed.".strip())
    second = replace(second, type="NUMERIC(38,9)")
    return replace(model, description=f"{model.description} Reviewed this week.", columns=(first, second, *rest))


def _columns(rng: random.Random, thing: str, count: int) -> Iterator[Column]:
    yield Column(f"{thing}_id", "BIGINT", f"Key of the {thing}.")
    for place in range(1, count):
        dice = rng.random()
        if dice < 0.04:
            name, pii = rng.choice(_PERSONAL)
            yield Column(f"{name}_{place}", "TEXT", f"Personal data of the {thing}'s customer.", pii)
        elif dice < 0.3:
            yield Column(f"{rng.choice(_VERBS)}_at_{place}", "TIMESTAMP", _sometimes(rng, "When it happened, in UTC."))
        elif dice < 0.7:
            measure = rng.choice(_MEASURES)
            tags = ("kpi",) if rng.random() < 0.05 else ()
            yield Column(f"{measure}_{place}", "NUMERIC(18,2)", _sometimes(rng, f"The {measure}."), tags=tags)
        elif dice < 0.85:
            yield Column(f"{rng.choice(_THINGS)}_id_{place}", "BIGINT", _sometimes(rng, "Key of what it belongs to."))
        else:
            yield Column(f"is_{rng.choice(_VERBS)}_{place}", "BOOLEAN", _sometimes(rng, "Whether that is the case."))


def _sometimes(rng: random.Random, opening: str) -> str:
    """Six of ten columns are described in a project that is cared for."""
    return _prose(rng, opening, 1) if rng.random() < 0.6 else ""


def _prose(rng: random.Random, opening: str, most: int) -> str:
    return " ".join((opening, *rng.sample(_SENTENCES, rng.randint(0, most))))


def raw_sql(model: Model) -> str:
    return _sql(model, lambda name: f"{{{{ ref('{name}') }}}}", f"{{{{ source('raw', '{model.source}') }}}}")


def compiled_sql(model: Model, relations: dict[str, str]) -> str:
    return _sql(model, relations.__getitem__, f'"{DATABASE}"."raw"."{model.source}"')


def _sql(model: Model, ref: Callable[[str], str], source: str) -> str:
    """The shape that most models have: import, rename and compute in one step, join, select."""
    reads = [ref(parent) for parent in model.parents] or [source]
    parts = [f"source_{place} as (\n\n    select * from {read}\n\n)" for place, read in enumerate(reads)]  # noqa: S608 - SQL that nobody runs
    lines = []
    for column, read in zip(model.columns, model.reads, strict=True):
        if column.type.startswith("NUMERIC"):
            lines.append(f"coalesce(source_0.{read}, 0)::numeric(18, 2) as {column.name}")
        elif column.type == "BOOLEAN":
            lines.append(f"source_0.{read} is not distinct from 'true' as {column.name}")
        else:
            lines.append(f"source_0.{read} as {column.name}")
    key = model.keys[0]
    joins = "".join(
        f"\n    left join source_{place} on source_0.{key} = source_{place}.{other}"
        for place, other in enumerate(model.keys[1:], 1)
    )
    body = ",\n        ".join(lines)
    parts.append(
        f"final as (\n\n    select\n        {body}\n    from source_0{joins}\n    where source_0.{key} is not null\n\n)"
    )
    return "with " + ",\n\n".join(parts) + "\n\nselect * from final\n"
