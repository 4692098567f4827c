"""A restricted domain does not exist for whoever is no member: no name, no count, no other answer, anywhere.

Everybody's view is taken twice, before and after the hidden things come in. The two must be the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog.facts import CheckStatus, ColumnFact, ContractFact, EdgeFact, Fact, WarningFact
from catalog.intake.context import Intake
from catalog.intake.running import _write_warnings
from catalog.intake.running import pour as pour_facts
from catalog.models import Asset, Domain, IngestionRun, RunWarning, Source
from catalog.services import domains
from portal.accounts.models import User
from portal.kernel import wiring
from tests.catalog.facts import checked, dashboard, owned, platform
from tests.factories import SourceFactory, TeamFactory, UserFactory, pour, table
from tests.security.walk import NOISE, Walk, all_domains, answer, patterns

pytestmark = pytest.mark.django_db
CANARY = "zanzibar"
NOBODY = "00000000-0000-4000-8000-000000000000"
WORDS = [CANARY, "revenue", "orders"]


def hidden_facts() -> list[Fact]:
    """Things of every kind with the canary in every text, and words near to those that are visible."""
    salaries = table(
        f"hr.{CANARY}_salaries",
        [f"{CANARY}_id", "amount", "orders"],
        description=f"{CANARY} orders revenue",
        tags=(CANARY, "daily"),
        owners=(*owned(), *owned(f"{CANARY} team", f"{CANARY}@example.com")),
        domain="people",
        tier="gold",
        code=f"select {CANARY}",
        meta={CANARY: CANARY},
        aliases=(f"model.{CANARY}",),
    )
    mail = ColumnFact(name="mail", position=9, pii=CANARY, pii_reason=CANARY)
    salaries = replace(salaries, columns=(*salaries.columns, mail))
    people = table(f"{CANARY}.orders_2", ["id"], domain="people", platform=CANARY)
    near = [table(f"hr.revenue{letter}", key=f"near.{letter}", domain="people") for letter in "abcdefghijklmnopqrst"]
    board = dashboard(f"{CANARY} board", domain="people", owners=owned())
    assets = [salaries, people, board, *near]
    edges = [
        EdgeFact(upstream=salaries.key, downstream=people.key),
        EdgeFact(upstream=people.key, downstream=board.key),
    ]
    text = f"model: {{name: {CANARY}_salaries, description: {CANARY}, columns: [{{name: {CANARY}_id, type: text}}]}}"
    tables = ((f"{CANARY}_salaries", salaries.key),)
    contract = ContractFact(key=f"{CANARY}.yaml", file=f"{CANARY}.yaml", content=text.encode(), tables=tables)
    return [*assets, *edges, contract, *checked(salaries.key, f"{CANARY}_id", CheckStatus.FAIL)]


def pour_into(run: IngestionRun, facts: list[Fact]) -> None:
    """More facts in a run that is already there, so that no visible row but the hidden things comes to be."""
    with transaction.atomic():
        intake = Intake(run=run, source=run.source, now=timezone.now())
        sinks = [sink(intake) for sink in wiring.listed("SINKS")]
        pour_facts(facts, intake, sinks)
        for sink in sinks:
            sink.finish()
        intake.warn("manifest.json", f"nodes.{CANARY}", f"{CANARY} is odd", key=f"model.shop.{CANARY}_salaries")
        _write_warnings(intake)


@pytest.fixture
def people(db: None) -> Domain:
    domain, _ = Domain.objects.get_or_create(slug="people", defaults={"name": f"{CANARY} people", "restricted": True})
    return domain


@pytest.fixture
def world(people: Domain) -> IngestionRun:
    """What everybody may see, and a second source whose run is still empty. Returns that run."""
    first = pour(SourceFactory(slug="shop"), platform(3))
    RunWarning.objects.create(run=first, file="manifest.json", place="nodes.x", message="odd")
    other: Source = SourceFactory(slug="hr", namespace="postgres://hr")
    return pour(other, [table("hr.offices")])


def members_of(domain: Domain) -> User:
    member: User = UserFactory(username="member", role="steward")
    domains.add_member(domain=domain, name="member", by=None)
    return member


@pytest.fixture(params=["viewer", "steward who is a member elsewhere"])
def outsider(request: pytest.FixtureRequest, viewer: User) -> User:
    if request.param == "viewer":
        return viewer
    lea: User = UserFactory(username="lea", email="lea@example.com", role="steward")
    other = Domain.objects.create(slug="secret", name="Other", restricted=True)
    domains.add_member(domain=other, name="lea", by=None)
    return lea


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def test_the_walk_knows_every_url_pattern(world: IngestionRun) -> None:
    walk = Walk(WORDS, assets=list(Asset.objects.all()), domains=all_domains())
    assert {name for name, _ in patterns()} == set(walk.paths())
    assert all(walk.paths().values())


@pytest.mark.slow
def test_hidden_things_change_no_answer_at_all_and_no_answer_holds_a_hidden_name(
    world: IngestionRun, outsider: User
) -> None:
    client = signed_in(outsider)
    titles = ["revenue_2", "Board 2"] if outsider.role == "viewer" else ["revenue_2"]
    visible = list(Asset.objects.filter(title__in=titles))
    walk = Walk(WORDS, assets=visible, domains=all_domains())
    before = walk.as_(client)
    pour_into(world, [table("hr.offices"), *hidden_facts()])
    assert Asset.objects.filter(domain__slug="people").count() > 20
    after = walk.as_(client)
    # of a source that also speaks of hidden things, stewards get fewer figures: see the test of figures below
    told_apart = ("/sources/", "/api/v1/sources/hr/")
    different = [path for path in before if before[path] != after[path]]
    assert [path for path in different if outsider.role == "viewer" or not path.startswith(told_apart)] == []
    # what was asked for may be repeated in the page's own fields, so answers to questions of that name are not read
    assert [path for path, (_, body) in after.items() if CANARY in body.lower() and CANARY not in path] == []


def test_the_walk_can_see_a_difference(world: IngestionRun, viewer: User) -> None:
    walk = Walk([CANARY], assets=[], domains=[])
    told = {"catalog-api:asset-list", "shell:search", "shell:typeahead", "shell:home"}
    before = walk.as_(signed_in(viewer), only=told)
    pour_into(world, [table("hr.offices"), table(f"hr.{CANARY}")])
    after = walk.as_(signed_in(viewer), only=told)
    different = {path for path in before if before[path] != after[path]}
    assert {f"/api/v1/assets/?q={CANARY}", f"/search/?q={CANARY}", f"/search/typeahead/?q={CANARY}", "/"} <= different


def test_what_is_hidden_and_what_is_missing_get_the_same_answer(world: IngestionRun, outsider: User) -> None:
    pour_into(world, [table("hr.offices"), *hidden_facts()])
    client = signed_in(outsider)
    hidden = Asset.objects.get(title=f"{CANARY}_salaries")
    pairs = [
        (f"/datasets/{hidden.address}/", "/datasets/hr.nothing/"),
        (f"/assets/{hidden.uuid}/", f"/assets/{NOBODY}/"),
        (f"/search/peek/{hidden.uuid}/", f"/search/peek/{NOBODY}/"),
        ("/domains/people/", "/domains/nothing/"),
        (f"/api/v1/assets/{hidden.uuid}/", f"/api/v1/assets/{NOBODY}/"),
        (f"/api/v1/assets/lookup/?name={hidden.path}", "/api/v1/assets/lookup/?name=hr.nothing"),
    ]
    for secret, missing in pairs:
        for headers in ({}, {"HX-Request": "true"}):
            told = answer(client, secret, headers)
            assert told[0] == 404, secret
            assert told == answer(client, missing, headers), secret


def test_a_hidden_neighbour_is_only_said_to_be_there(world: IngestionRun, viewer: User) -> None:
    """How many there are and what they are called is told to nobody (ACCESS.md 6, item 17)."""
    pour_into(world, [table("hr.offices"), *hidden_facts()])
    client = signed_in(viewer)
    bodies = []
    for number in (1, 3):
        hidden = [table(f"hr.{CANARY}_{n}", key=f"h{n}", domain="people") for n in range(number)]
        edges: list[Fact] = [EdgeFact(upstream="model.shop.offices", downstream=fact.key) for fact in hidden]
        pour_into(world, [table("hr.offices"), *hidden, *edges])
        bodies.append(client.get("/datasets/hr.offices/?tab=lineage").content.decode())
    assert "may not see" in bodies[0]
    assert CANARY not in bodies[0] + bodies[1]
    assert NOISE.sub("", bodies[0]) == NOISE.sub("", bodies[1])


def test_a_member_sees_it_all(world: IngestionRun, people: Domain) -> None:
    pour_into(world, [table("hr.offices"), *hidden_facts()])
    client = signed_in(members_of(people))
    hidden = Asset.objects.get(title=f"{CANARY}_salaries")
    for path in (
        hidden.get_absolute_url(),
        "/domains/people/",
        f"/search/?q={CANARY}",
        f"/search/typeahead/?q={CANARY}",
        f"/api/v1/assets/{hidden.uuid}/",
        f"/api/v1/assets/?tag={CANARY}",
    ):
        assert f"{CANARY}_" in client.get(path).content.decode().replace("<wbr>", "").replace("<mark>", "").replace(
            "</mark>", ""
        ), path


@pytest.mark.parametrize("leave", ["removed", "team", "closed"])
def test_sight_ends_with_membership(world: IngestionRun, people: Domain, viewer: User, leave: str) -> None:
    pour_into(world, [table("hr.offices"), *hidden_facts()])
    team = TeamFactory(slug="hr-team")
    team.user_set.add(viewer)
    domains.add_member(domain=people, name="hr-team", by=None)
    client = signed_in(viewer)
    assert client.get("/domains/people/").status_code == 200
    if leave == "removed":
        domains.remove_member(domain=people, name="hr-team", by=None)
    elif leave == "team":
        team.user_set.remove(viewer)
    else:
        team.delete()
    assert client.get("/domains/people/").status_code == 404
    assert client.get(f"/api/v1/assets/?q={CANARY}").json()["results"] == []


def test_a_global_permission_opens_no_domain(world: IngestionRun, viewer: User, people: Domain) -> None:
    viewer.user_permissions.add(Permission.objects.get(codename="view_domain"))
    assert User.objects.get(pk=viewer.pk).has_perm("catalog.view_domain")
    assert signed_in(viewer).get("/domains/people/").status_code == 404


def test_figures_of_a_run_do_not_count_what_its_reader_may_not_see(
    people: Domain, steward: User, bearer: Callable[..., dict[str, str]]
) -> None:
    source = SourceFactory(slug="shop")
    run = pour(source, [table("marts.orders"), *hidden_facts()])
    client = signed_in(steward)
    told = client.get(f"/api/v1/sources/shop/ingestions/{run.uuid}/").json()["figures"]
    assert told["created"] == 1
    assert told.get("columns", 1) <= 1
    (listed,) = client.get("/api/v1/sources/shop/ingestions/").json()["results"]
    assert listed["figures"] == told
    for path in (run.get_absolute_url(), "/sources/shop/", "/sources/"):
        shown = client.get(path).context
        runs = [shown.get("run"), *(shown.get("runs") or []), *(last for _, last in shown.get("sources") or [])]
        figures = [found.figures for found in runs if isinstance(found, IngestionRun)]
        assert figures, path
        assert all(found["created"] == 1 for found in figures), path


def test_a_member_is_told_all_figures(people: Domain) -> None:
    run = pour(SourceFactory(slug="shop"), [table("marts.orders"), *hidden_facts()])
    told = signed_in(members_of(people)).get(f"/api/v1/sources/shop/ingestions/{run.uuid}/").json()["figures"]
    assert told == run.figures


def test_a_warning_about_a_hidden_thing_is_not_shown(world: IngestionRun, steward: User) -> None:
    pour_into(world, [table("hr.offices"), *hidden_facts()])
    assert RunWarning.objects.filter(message__contains=CANARY, asset__isnull=False).exists()
    client = signed_in(steward)
    for path in (world.get_absolute_url(), f"/api/v1/sources/hr/ingestions/{world.uuid}/"):
        assert CANARY not in client.get(path).content.decode()


def test_facts_of_the_test_reach_every_room() -> None:
    kinds = {type(fact) for fact in hidden_facts()} | {WarningFact}
    assert len(kinds) >= 6
