"""docker-compose.yml and the Dockerfile run what ``make demo`` runs, and hold no secret."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.running import commands

REPO = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((REPO / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (REPO / "Dockerfile").read_text(encoding="utf-8")
OURS = {"migrate": commands.MIGRATE, **commands.PROCESSES}


@pytest.mark.parametrize("name", OURS)
def test_a_container_runs_the_command_of_the_demo(name: str) -> None:
    assert tuple(COMPOSE["services"][name]["command"]) == OURS[name]


def test_nothing_runs_in_compose_that_the_demo_does_not_know() -> None:
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "redis"}


def test_the_image_serves_the_web_by_itself() -> None:
    (command,) = re.findall(r"(?m)^CMD (\[.*\])$", DOCKERFILE)
    assert tuple(json.loads(command)) == commands.WEB


def test_every_secret_must_be_given() -> None:
    text = (REPO / "docker-compose.yml").read_text(encoding="utf-8")
    for secret in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert re.findall(rf"(?<!\$)\$\{{{secret}(?!:\?)", text) == []
        assert f"${{{secret}:?" in text


def test_the_image_runs_as_a_user_without_rights() -> None:
    assert re.findall(r"(?m)^USER (.*)$", DOCKERFILE)[-1] not in {"root", "0"}


def test_the_processes_wait_for_the_migrations() -> None:
    for name in commands.PROCESSES:
        assert COMPOSE["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_workers_hear_every_queue_that_a_task_is_routed_to() -> None:
    assert set(commands.QUEUES.split(",")) == {"ingest", "checks", "access", "default"}
