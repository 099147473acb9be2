from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from dinh.journal import idempotency
from dinh.journal.idempotency import KeyReused, once
from dinh.journal.models import IdempotencyKey
from dinh.journal.tests.acts import AT

pytestmark = pytest.mark.django_db


def test_the_same_key_is_answered_the_same_and_done_once() -> None:
    done: list[int] = []

    def do() -> dict[str, Any]:
        done.append(1)
        return {"number": len(done)}

    assert [once("file", "k", "d", AT, do) for _ in range(3)] == [{"number": 1}] * 3
    assert once("other scope", "k", "d", AT, do) == {"number": 2}


def test_the_same_key_for_something_else_is_refused() -> None:
    once("file", "k", "d1", AT, dict)

    with pytest.raises(KeyReused):
        once("file", "k", "d2", AT, dict)


def test_what_fails_frees_the_key() -> None:
    def fail() -> dict[str, Any]:
        raise ValueError

    with pytest.raises(ValueError):
        once("file", "k", "d", AT, fail)

    assert once("file", "k", "d", AT, lambda: {"ok": 1}) == {"ok": 1}


def test_a_key_is_kept_for_a_week_and_then_goes_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "BATCH", 2)
    for number in range(5):
        once("file", f"old {number}", "d", AT, dict)
    once("file", "young", "d", AT + timedelta(days=1), dict)
    week = AT + idempotency.KEPT

    assert idempotency.forget_old(week) == 0
    assert idempotency.forget_old(week + timedelta(seconds=1)) == 5
    assert [row.key for row in IdempotencyKey.objects.all()] == ["young"]
    assert once("file", "old 0", "something else", week, lambda: {"ok": 1}) == {"ok": 1}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "not __import__('os').environ.get('DATABASE_URL')", reason="SQLite has one writer at a time"
)
def test_the_second_of_two_at_the_same_moment_waits_for_the_answer_of_the_first() -> None:
    answers, done = [], []

    def do() -> dict[str, Any]:
        time.sleep(0.2)
        done.append(1)
        return {"number": "1"}

    def call() -> None:
        try:
            answers.append(once("file", "k", "d", AT, do))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [{"number": "1"}] * 4
    assert done == [1]
    assert IdempotencyKey.objects.count() == 1
