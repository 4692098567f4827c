"""The API keeps what its OpenAPI document promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from catalog.models import Asset, IngestionRun
from catalog.tasks import ingest as ingest_task
from portal.accounts.models import User
from tests.catalog.facts import platform
from tests.factories import SourceFactory, pour

OPERATIONS = [
    "GET /api/v1/assets/",
    "GET /api/v1/assets/{id}/",
    "GET /api/v1/assets/lookup/",
    "GET /api/v1/assets/{id}/contract/",
    "PUT /api/v1/assets/{id}/contract/",
    "POST /api/v1/contracts/check/",
    "GET /api/v1/assets/{id}/annotations/",
    "PATCH /api/v1/assets/{id}/annotations/",
    "POST /api/v1/assets/{id}/suggestions/",
    "POST /api/v1/assets/{id}/merge/",
    "POST /api/v1/merges/{id}/undo/",
    "GET /api/v1/suggestions/",
    "POST /api/v1/suggestions/{id}/decision/",
    "GET /api/v1/glossary/",
    "GET /api/v1/glossary/{slug}/",
    "GET /api/v1/audit/",
    "POST /api/v1/lineage",
    "GET /api/v1/jobs/",
    "GET /api/v1/jobs/{id}/",
    "GET /api/v1/jobs/{id}/runs/",
    "POST /api/v1/lineage/sql/",
    "GET /api/v1/sources/",
    "POST /api/v1/sources/",
    "PATCH /api/v1/sources/{slug}/",
    "DELETE /api/v1/sources/{slug}/",
    "POST /api/v1/sources/{slug}/test/",
    "GET /api/v1/sources/{slug}/",
    "GET /api/v1/sources/{slug}/ingestions/",
    "POST /api/v1/sources/{slug}/ingestions/",
    "GET /api/v1/sources/{slug}/ingestions/{id}/",
    "GET /api/v1/lineage/coverage/",
    "GET /api/v1/lineage/graph/",
    "GET /api/v1/lineage/impact/",
    "GET /api/v1/pii/findings/",
    "POST /api/v1/lineage/edges/",
    "POST /api/v1/lineage/edges/lift/",
    "POST /api/v1/lineage/edges/reject/",
    "POST /api/v1/pii/decisions/",
]


def document() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def test_the_document_is_valid_openapi() -> None:
    validate_schema(document())


def test_the_document_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn")
    assert "openapi: 3" in capsys.readouterr().out


def test_the_document_names_every_operation() -> None:
    paths = document()["paths"]
    found = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(OPERATIONS) == {name for name in found if "/api/v1/" in name}


def test_every_operation_says_how_to_sign_in_and_what_a_problem_looks_like() -> None:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items() if path.startswith("/api/v1/") else ():
            assert {"token", "session"} <= {name for each in operation["security"] for name in each}, (method, path)
            assert "application/problem+json" in operation["responses"]["403"]["content"], (method, path)


@pytest.mark.django_db
def test_the_document_and_its_pages_are_for_people_who_are_signed_in(client: Client, as_viewer: Client) -> None:
    for path in ("/api/schema/", "/api/docs/"):
        assert client.get(path).status_code in {302, 401, 403}, path
        assert as_viewer.get(path).status_code == 200, path


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, transactional_db: None, steward: User) -> dict[str, Any]:
    """Values of path parameters that lead to something."""
    monkeypatch.setattr(ingest_task, "apply_async", lambda **_: None)
    source = SourceFactory(slug="shop")
    run = pour(source, platform(3))
    return {"slug": "shop", "asset": str(Asset.objects.earliest("id").uuid), "run": str(run.uuid)}


@pytest.fixture
def _connections_are_the_tests_own() -> Iterator[None]:
    """The application runs in the test's own thread; its end of a request must not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    connections.close_all()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_request_gets_a_server_error_or_an_answer_outside_the_document(
    operation: str,
    shop: dict[str, Any],
    steward: User,
    bearer: Callable[..., dict[str, str]],
    _connections_are_the_tests_own: None,
) -> None:
    headers = bearer(steward, "read", "ingest", "write")
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    method, path = operation.split()
    one = schema[path][method]

    # that two files of one upload have different names, what a contract is, or a selection, is nothing that a schema can say
    unstated = [positive_data_acceptance] if method != "GET" or path == "/api/v1/lineage/graph/" else []

    @settings(
        max_examples=20,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(case=one.as_strategy())
    def check(case: Any) -> None:
        if case.path_parameters and len(str(case.path_parameters)) % 2:
            real = shop["run"] if "ingestions" in path else shop["asset"]
            case.path_parameters |= {name: shop["slug"] if name == "slug" else real for name in case.path_parameters}
        case.call_and_validate(headers=headers, excluded_checks=unstated)

    check()
    assert IngestionRun.objects.exists()
