"""A commune with a kiosk, and the machine's own browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory import actions as directory
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import World, settled
from dinh.outreach.actions import kiosks
from dinh.outreach.models import Kiosk
from dinh.web.components.context import forget_house


@pytest.fixture
def world(cast: Cast) -> World:
    """The cast with the people of Ún Tà."""
    return settled(cast)


@pytest.fixture(autouse=True)
def fresh_house() -> Iterator[None]:
    """The foot of the page is read again: each test has a commune of its own."""
    forget_house()
    yield
    forget_house()


@pytest.fixture
def manager(cast: Cast) -> Account:
    """The digital transformation officer."""
    since = timezone.now() - timedelta(days=3)
    directory.appoint(account=cast.clerk, role="digital_officer", unit=cast.cocsan, by=None, at=since)
    return cast.clerk


@pytest.fixture
def registered(world: World, manager: Account) -> tuple[Kiosk, str]:
    """A machine that waits for its code."""
    return kiosks.register_kiosk(
        unit=world.cast.cocsan, name="Nhà văn hoá Ún Tà", office=world.cast.offices["service_centre"],
        by=manager, at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def machine(registered: tuple[Kiosk, str]) -> Client:
    """The browser of a kiosk, before anybody touched it."""
    client = Client()
    answer = client.post("/vi/kiosk/machine/", {"code": registered[1]})
    assert answer.status_code == 302
    return client
