"""How often something may be done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from dinh.directory.limits import TooMany, address, check, clear, limit, rate
from dinh.directory.models import Attempt
from dinh.directory.tests.cast import MONDAY_MORNING as AT

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.django_db


def test_as_many_as_allowed_pass_and_one_more_is_refused_until_the_span_ends() -> None:
    left = [limit("check", "10.0.0.7", "3/1m", AT + n * SECOND) for n in range(3)]

    with pytest.raises(TooMany) as refused:
        limit("check", "10.0.0.7", "3/1m", AT + 59 * SECOND)

    assert left == [2, 1, 0]
    assert refused.value.again_at == AT + 60 * SECOND
    assert refused.value.status == 429
    assert "08:01" in str(refused.value.message)


def test_after_the_span_the_count_begins_anew() -> None:
    for _ in range(3):
        limit("check", "a", "3/1m", AT)

    assert limit("check", "a", "3/1m", AT + 60 * SECOND) == 2


def test_other_keys_and_other_scopes_are_counted_apart() -> None:
    limit("check", "a", "1/1m", AT)

    assert limit("check", "b", "1/1m", AT) == 0
    assert limit("upload", "a", "1/1m", AT) == 0


def test_checking_counts_nothing() -> None:
    for _ in range(5):
        check("sign_in", "a", "1/1m", AT)

    limit("sign_in", "a", "1/1m", AT)
    with pytest.raises(TooMany):
        check("sign_in", "a", "1/1m", AT)
    check("sign_in", "a", "1/1m", AT + 61 * SECOND)


def test_a_success_clears_what_was_counted() -> None:
    limit("sign_in", "a", "1/1m", AT)
    clear("sign_in", "a")

    check("sign_in", "a", "1/1m", AT)


def test_neither_address_nor_name_is_kept() -> None:
    limit("check", "203.0.113.9", "3/1m", AT)

    assert "203.0.113.9" not in str(Attempt.objects.values_list().get())


def test_rows_that_ended_are_swept() -> None:
    for n in range(300):
        limit("check", f"old {n}", "3/1s", AT)
    for n in range(300):
        limit("check", f"new {n}", "3/1s", AT + 10 * SECOND)

    assert Attempt.objects.filter(until__lt=(AT + 5 * SECOND).timestamp()).count() == 0


@pytest.mark.parametrize("wrong", ["", "5", "5/", "x/1m", "5/1w", "5/m"])
def test_a_rate_that_cannot_be_read_is_a_fault_of_ours(wrong: str) -> None:
    with pytest.raises((ValueError, KeyError, IndexError)):
        rate(wrong)


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxied", "expected"),
    [
        ("203.0.113.9", "", False, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", False, "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", True, "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "", False, "203.0.113.9"),
        ("127.0.0.1", "::ffff:198.51.100.1", True, "198.51.100.1"),
        ("", "", False, "0.0.0.0"),  # noqa: S104
    ],
)
def test_the_address_of_a_client(
    settings: Any, remote: str, forwarded: str, proxied: bool, expected: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proxied else None
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert address(request) == expected


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs connections of several threads")
def test_several_processes_count_together() -> None:
    def tries(_worker: int) -> int:
        passed = 0
        for _ in range(6):
            try:
                limit("check", "a", "20/1m", AT)
                passed += 1
            except TooMany:
                continue
        connection.close()
        return passed

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(tries, range(8))) == 20
