"""``manage.py token USER --scope read,ingest``: prints a new API token."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import services
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Create an API token for a person and print it once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--scope", default="read", help="comma-separated: read, ingest, write")
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--name", default="command line")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"there is no active user {options['user']!r}", returncode=2)
        scopes = [scope.strip() for scope in options["scope"].split(",") if scope.strip()]
        try:
            token, secret = services.create_token(
                user=user, name=options["name"], scopes=scopes, days=options["days"], by=user
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        answer = {"token": secret, "scopes": token.scopes, "expires_at": token.expires_at.isoformat()}
        self.stdout.write(json.dumps(answer) if options["json"] else secret)
