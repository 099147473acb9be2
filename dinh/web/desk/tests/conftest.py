"""Fixtures of the desk's tests: somebody at the desk, and dossiers at every stage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from dinh.directory.models import Account

Seat = Callable[[Account], Client]


@pytest.fixture
def at_desk(db: None) -> Seat:
    """Return a function that gives the browser of somebody who is signed in."""

    def seat(account: Account) -> Client:
        client = Client()
        client.force_login(account)
        return client

    return seat
