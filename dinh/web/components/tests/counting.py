"""Counts what a page asks of the database; for tests that keep hot pages cheap."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(client: Client, address: str, sent: dict[str, Any] | None = None) -> int:
    """Open a page, or send a form to it, and return how many statements it took, transactions included."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address) if sent is None else client.post(address, sent)
    assert answer.status_code in {200, 302}, answer.content.decode()[:500]
    return len(asked)
