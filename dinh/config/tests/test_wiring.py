"""What is named by a path exists."""

from __future__ import annotations

import inspect
import json
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from dinh.config import cli, periodic, run, serving
from dinh.config.handlers import HANDLERS
from dinh.config.metrics import SOURCES
from dinh.journal import idempotency
from dinh.journal.models import IdempotencyKey


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.task)
def test_every_handler_takes_an_entry(handler: object) -> None:
    module, _, name = handler.task.partition(":")  # type: ignore[attr-defined]
    function = getattr(import_module(module), name)

    assert list(inspect.signature(function).parameters) == ["entry"]
    assert handler.queue in {"default", "papers"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("due", periodic.SCHEDULE, ids=lambda due: due.path)
def test_everything_periodic_can_be_called_without_arguments(due: periodic.Due) -> None:
    required = [
        parameter
        for parameter in inspect.signature(periodic.function(due.path)).parameters.values()
        if parameter.default is parameter.empty
    ]
    assert required == []


@pytest.mark.parametrize("path", [*serving.PRELOADED, *(s[::-1].replace(".", ":", 1)[::-1] for s in SOURCES)])
def test_everything_preloaded_or_measured_exists(path: str) -> None:
    assert callable(periodic.function(path))


@pytest.mark.django_db
def test_keys_of_callers_are_forgotten_every_day() -> None:
    long_ago = timezone.now() - idempotency.KEPT - timedelta(minutes=1)
    idempotency.once("file", "old", "d", long_ago, dict)
    idempotency.once("file", "young", "d", timezone.now(), dict)
    [due] = [one for one in periodic.SCHEDULE if one.path.endswith(":forget_old_keys")]

    periodic.function(due.path)()

    assert due.every == periodic.DAY
    assert [row.key for row in IdempotencyKey.objects.all()] == ["young"]


def test_one_that_fails_does_not_stop_the_others() -> None:
    schedule = (
        periodic.Due("dinh.config.tests.test_wiring:fail", 100),
        periodic.Due("dinh.lib.ids:uuid7", 100),
    )
    clock = periodic.Periodic(schedule, first_after=0)

    assert clock.run_due() == 2
    assert clock.run_due() == 0


def fail() -> None:
    raise ValueError


@pytest.mark.parametrize(
    "words",
    ["init", "run --port 1", "journal verify --json", "journal seal", "backup X", "restore X --recovery-key Y", "upgrade", "doctor"],
)  # fmt: skip
def test_every_command_is_known_and_says_what_it_is_for(words: str) -> None:
    assert callable(cli.parser().parse_args(words.split()).run)
    assert words.split()[0] in cli.parser().format_help()


def test_a_demonstration_tells_who_may_sign_in(tmp_path: Path) -> None:
    told = {
        "title": "All synthetic.",
        "accounts": [{"username": "lan", "does": "receives"}],
        "notes": ["Codes on screen."],
    }
    (tmp_path / "demo.json").write_text(json.dumps(told))

    said = run.welcome("http://127.0.0.1:8000", tmp_path / "demo.json")

    assert said.splitlines() == [
        f"dinh is ready: http://127.0.0.1:8000/vi/  (Ctrl-C stops it; the data are in {settings.DINH_HOME})", "", "All synthetic.", "  lan  receives", "Codes on screen."
    ]  # fmt: skip
    assert run.welcome("http://127.0.0.1:8000", tmp_path / "no.json").count("\n") == 1
