"""``manage.py demo_people``: the people, teams and offices of the demo. Refuses to run anywhere else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from catalog.models import Domain
from catalog.services import domains
from portal.accounts.models import OfficeHolder, Team, User
from portal.accounts.states import Office, Role

PEOPLE = [
    # user name, first and last name, job, role
    ("ana", "Ana", "Ortiz", "Analyst", Role.VIEWER),
    ("tom", "Tom", "Becker", "Team lead, Finance analytics", Role.VIEWER),
    ("dee", "Dee", "Okafor", "Data Engineer", Role.VIEWER),
    ("max", "Max", "Lindqvist", "ML Engineer", Role.VIEWER),
    ("lea", "Lea", "Marchetti", "Data lead", Role.STEWARD),
    ("sam", "Sam", "Whitfield", "Security", Role.VIEWER),
    ("pia", "Pia", "Novak", "Privacy", Role.VIEWER),
    ("stew", "Stew", "Laghari", "Data steward", Role.STEWARD),
    ("root", "Robin", "Root", "Administrator", Role.ADMINISTRATOR),
]
TEAMS = [
    # slug, name, lead, members
    ("finance-analytics", "Finance analytics", "tom", ["ana", "tom"]),
    ("commerce-data", "Commerce data", "dee", ["dee"]),
    ("growth", "Growth", "tom", ["ana"]),
    ("data-platform", "Data platform", "lea", ["dee", "lea", "stew"]),
    ("ml-platform", "ML platform", "max", ["max"]),
    ("people-ops", "People operations", "pia", ["pia"]),
]
DOMAINS = [
    ("finance", "Finance", "Money in and out: charges, refunds, subscriptions and the revenue that is reported."),
    ("commerce", "Commerce", "Orders, products and stock: what is sold, to whom, and what is left of it."),
    ("growth", "Growth", "Where customers come from, what they do on the site, and whether they come back."),
    ("ml", "Machine learning", "Features that models are trained on and served with, and the models' own decisions."),
    ("people", "People", "Who works here. For the people team alone."),
]
OFFICES = [(Office.DATA_LEAD, "lea"), (Office.SECURITY, "sam"), (Office.PRIVACY, "pia")]


class Command(BaseCommand):
    help = "Create the demo's people and teams (demo only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo people have a known password; they are made with DEMO=1 only", returncode=2)
        with transaction.atomic():
            people = {name: self._person(name, *rest) for name, *rest in PEOPLE}
            for slug, name, lead, members in TEAMS:
                self._team(slug, name, people[lead], [people[member] for member in members])
            for office, name in OFFICES:
                OfficeHolder.objects.get_or_create(office=office, user=people[name])
            for slug, name, description in DOMAINS:
                Domain.objects.get_or_create(slug=slug, defaults={"name": name, "description": description})
            self._restrict_people()
        self.stdout.write(f"{len(PEOPLE)} people, {len(TEAMS)} teams")

    def _person(self, username: str, first: str, last: str, job: str, role: str) -> User:
        user, created = User.objects.get_or_create(
            username=username,
            defaults={
                "first_name": first,
                "last_name": last,
                "email": f"{username}@example.com",
                "job_title": job,
                "role": role,
            },
        )
        if created:
            user.set_password("demo")
            user.save(update_fields=["password"])
        return user

    def _team(self, slug: str, name: str, lead: User, members: list[User]) -> None:
        team, _ = Team.objects.get_or_create(
            slug=slug, defaults={"name": name, "lead": lead, "email": f"{slug}@example.com"}
        )
        team.user_set.add(*members)

    def _restrict_people(self) -> None:
        """Personnel data is for the people team alone: what is in this domain does not exist for anybody else."""
        domain = Domain.objects.get(slug="people")
        domains.set_restricted(domain=domain, restricted=True, by=None)
        for name in ("people-ops", "lea"):
            domains.add_member(domain=domain, name=name, by=None)
