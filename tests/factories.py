"""Rows for tests, and facts that become rows through the real intake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import factory
from django.db import transaction
from django.utils import timezone

from catalog.facts import AssetFact, ColumnFact, Fact, Kind, Relation
from catalog.intake.context import Intake
from catalog.intake.running import pour as pour_facts
from catalog.models import Asset, Domain, IngestionRun, Source
from catalog.states import RunState
from portal.accounts.models import Team, User
from portal.kernel import wiring

if TYPE_CHECKING:  # factory-boy's classes are called, and give rows; its types do not say so
    UserFactory: Callable[..., User]
    TeamFactory: Callable[..., Team]
    DomainFactory: Callable[..., Domain]
    SourceFactory: Callable[..., Source]
else:

    class UserFactory(factory.django.DjangoModelFactory[User]):
        class Meta:
            model = User

        username = factory.Sequence(lambda number: f"person{number}")
        email = factory.LazyAttribute(lambda person: f"{person.username}@example.com")

    class TeamFactory(factory.django.DjangoModelFactory[Team]):
        class Meta:
            model = Team

        slug = factory.Sequence(lambda number: f"team-{number}")
        name = factory.LazyAttribute(lambda team: team.slug)

    class DomainFactory(factory.django.DjangoModelFactory[Domain]):
        class Meta:
            model = Domain

        slug = factory.Sequence(lambda number: f"domain-{number}")
        name = factory.LazyAttribute(lambda domain: domain.slug.title())

    class SourceFactory(factory.django.DjangoModelFactory[Source]):
        class Meta:
            model = Source

        slug = factory.Sequence(lambda number: f"source-{number}")
        title = factory.LazyAttribute(lambda source: source.slug)
        kind = "dbt"
        namespace = "postgres://test"


def table(name: str = "marts.orders", columns: Sequence[str] = ("id",), **changes: Any) -> AssetFact:
    """A table of the warehouse ``db``; ``name`` is schema.table."""
    schema, _, identifier = name.rpartition(".")
    values: dict[str, Any] = {
        "key": f"model.shop.{identifier}",
        "kind": Kind.TABLE,
        "title": identifier,
        "platform": "postgres",
        "relation": Relation(database="db", schema=schema, identifier=identifier),
        "columns": tuple(ColumnFact(name=column, position=place) for place, column in enumerate(columns, 1)),
        "materialized": "table",
    }
    return AssetFact(**values | changes)


def pour(source: Source, facts: Iterable[Fact]) -> IngestionRun:
    """What a run does with its facts, without files and reader: the whole of what the source says now."""
    run = IngestionRun.objects.create(source=source, state=RunState.SUCCEEDED, finished_at=timezone.now(), inline=True)
    with transaction.atomic():
        intake = Intake(run=run, source=source, now=timezone.now())
        sinks = [sink(intake) for sink in wiring.listed("SINKS")]
        pour_facts(facts, intake, sinks)
        for sink in sinks:
            run.figures |= sink.finish()
        run.save()
    return run


def asset(name: str = "marts.orders", **changes: Any) -> Asset:
    """A table that a source of its own reports."""
    fact = table(name, **changes)
    pour(SourceFactory(), [fact])
    return Asset.objects.get(path=name)
