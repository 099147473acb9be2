"""Names of other hosts and what is for this machine alone."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client


def test_another_host_name_is_refused_with_a_page(db: None, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    client = Client(raise_request_exception=False)

    other = client.get("/vi/", headers={"host": "evil.example"})

    assert other.status_code == 400
    assert "<html" in other.content.decode() and "evil.example" not in other.content.decode()
    assert client.get("/vi/", headers={"host": "127.0.0.1"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "forwarded", "status"),
    [
        ("127.0.0.1", "", 200),
        ("::1", "", 200),
        ("203.0.113.9", "", 404),
        ("127.0.0.1", "203.0.113.9", 404),
        ("", "", 404),
    ],
)
def test_figures_of_the_machine_are_for_the_machine(
    db: None, address: str, forwarded: str, status: int
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}

    assert Client().get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == status
