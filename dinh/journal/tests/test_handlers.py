from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dinh.journal import handlers, sealer
from dinh.journal.models import Entry, HandlerFailure
from dinh.journal.testing import settle
from dinh.journal.tests import acts
from dinh.journal.tests.acts import make
from dinh.lib.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget() -> None:
    acts.remembered.clear()


def run_ready() -> None:
    """What the worker does with each ready task."""
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="test", excluded_queue_names=[],
    )  # fmt: skip
    for row in DBTaskResult.objects.ready():
        row.claim("test")
        worker.run_task(row)


def test_settling_seals_and_runs_the_handlers(settings: Any) -> None:
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:REMEMBERING"
    make()

    assert settle() == 1
    assert acts.remembered == [Entry.objects.get().pk]
    assert settle() == 0


def test_settling_raises_what_a_handler_raises(settings: Any) -> None:
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:FAILING"
    make()

    with pytest.raises(Refused, match="not_today"):
        settle()


def test_a_failing_handler_is_kept_and_tried_again_later_and_names_no_person(settings: Any) -> None:
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:FAILING"
    make()
    sealer.seal_once()

    run_ready()

    failure = HandlerFailure.objects.get()
    assert (failure.tries, failure.error) == (1, "dinh.lib.errors.Refused things.not_today")
    again = DBTaskResult.objects.exclude(status="SUCCESSFUL").get()
    assert again.run_after == failure.next_at
    assert again.queue_name == "papers"
    assert timedelta(seconds=3) < again.run_after - timezone.now() <= timedelta(seconds=5)
    assert not DBTaskResult.objects.ready().exists()


def test_a_handler_that_recovers_leaves_no_failure(settings: Any, monkeypatch: Any) -> None:
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:FAILING"
    make()
    sealer.seal_once()
    run_ready()
    DBTaskResult.objects.exclude(status="SUCCESSFUL").update(run_after=timezone.now())
    run_ready()
    assert HandlerFailure.objects.get().tries == 2
    monkeypatch.setattr(acts, "fail", acts.remember)
    DBTaskResult.objects.exclude(status="SUCCESSFUL").update(run_after=timezone.now())

    run_ready()

    assert not HandlerFailure.objects.exists()
    assert len(acts.remembered) == 1
    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 10), (5, 80), (11, 3600), (500, 3600)])
def test_waiting_doubles_up_to_an_hour(tries: int, seconds: int) -> None:
    assert handlers.wait_after(tries) == timedelta(seconds=seconds)


def test_a_handler_names_kinds_or_whole_packages() -> None:
    handler = handlers.Handler(kinds=("things.made", "other.*"), task="x")

    assert [handler.wants(kind) for kind in ("things.made", "things.renamed", "other.any", "others.any")] == [
        True, False, True, False
    ]  # fmt: skip
