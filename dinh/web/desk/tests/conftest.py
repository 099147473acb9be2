"""Fixtures of the desk's tests: somebody at the desk, dossiers at every stage, and for browsers a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, make_data_officer
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier
from dinh.journal.testing import settle
from dinh.verification.models import Finding
from dinh.web.desk.tests.browsing import Seat as Screen
from dinh.web.desk.tests.making import make_dossier, make_household, phuc
from dinh.web.desk.tests.proving import make_finding, make_row, make_submission

Seat = Callable[[Account], Client]


@pytest.fixture
def at_desk(db: None) -> Seat:
    """Return a function that gives the browser of somebody who is signed in."""

    def seat(account: Account) -> Client:
        client = Client()
        client.force_login(account)
        return client

    return seat


@pytest.fixture
def seat(chromium: Any, live_server: Any) -> Iterator[Any]:
    """Return a function that seats somebody at a screen of one width."""
    seats: list[Screen] = []

    def sit(account: Account, width: str = "wide") -> Screen:
        seats.append(Screen(chromium, live_server.url, account, width))
        return seats[-1]

    yield sit
    for one in seats:
        one.context.close()


@pytest.fixture
def desk(cast: Cast) -> dict[str, Dossier]:
    """A desk with something at every stage: late, differing, decided, returned."""
    make_household(cast.cocsan, cast.un_ta, phuc(cast))
    made = {
        "filed": make_dossier(cast),
        "differs": make_dossier(cast, "received", answers={"applicant.full_name": "Vàng A Phúc"}),
        "late": make_dossier(cast, "received"),
        "examined": make_dossier(cast, "examined"),
        "risky": make_dossier(cast, "received", answers={"applicant.full_name": "Vàng A Phúc"}),
        "approved": make_dossier(cast, "approved"),
        "returned": make_dossier(cast, "returned"),
    }
    Dossier.objects.filter(pk=made["late"].pk).update(due_at=timezone.now() - timedelta(days=1))
    actions.examine(
        dossier=made["risky"],
        by=cast.examiner,
        at=timezone.now(),
        proposal="refuse",
        note="Bản chính có tẩy xóa",
    )
    with ThreadPoolExecutor(1) as elsewhere:  # signing runs a loop of its own, and this thread has one
        elsewhere.submit(_settle).result()
    return made


def _settle() -> None:
    settle()
    connection.close()


@pytest.fixture
def officer(cast: Cast) -> Account:
    """The officer who looks after the commune's data."""
    return make_data_officer(cast)


@pytest.fixture
def finding(cast: Cast) -> Finding:
    """A pupil whose name lost its accents; certain enough to be corrected unseen."""
    return make_finding(make_row(cast.cocsan, "HS1"), make_submission(cast.cocsan), phuc(cast))
