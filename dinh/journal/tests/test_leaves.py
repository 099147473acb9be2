"""A leaf is the same on every engine, in every time zone of the machine: nodes of both kinds prove each other's seals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from dinh.journal import leaves, sealer
from dinh.journal.models import Entry, Position, Stream
from dinh.journal.tests.acts import make

NOON = 1_795_330_800_123_456  # 22 November 2026, 7:00:00.123456 in UTC, 14:00 in Hanoi
ENTRY = ("01" * 16, "xa-mau", "things.made", 1, "thing", "02" * 16, 1, None, "03" * 16, None, None)


@pytest.mark.parametrize(
    "as_read",
    [
        NOON,
        "2026-11-22 07:00:00.123456",
        datetime(2026, 11, 22, 7, 0, 0, 123456),
        datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 11, 22, 14, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    ],
)
def test_a_leaf_is_the_same_however_a_database_tells_the_time(as_read: Any) -> None:
    leaf = leaves.entry_leaf(7, (*ENTRY, as_read, b"digest", b"salt", None))

    assert leaf.hex() == "3101ceda2082be87bf5f909c997fe62cda9f9a6184cc73d97fee8a9dbcb41bb3"


@pytest.mark.django_db
def test_the_leaf_in_the_table_covers_the_moment_itself() -> None:
    make()
    sealer.seal_once(log_heads=False)
    entry = Entry.objects.get()
    header = [
        entry.id.hex, entry.node, entry.kind, entry.v, entry.subject_type, entry.subject.hex, entry.subject_version,
        *(one.hex if isinstance(one, UUID) else None for one in (entry.unit, entry.actor, entry.on_behalf_of, entry.cause)),
    ]  # fmt: skip
    position = Position.objects.get(item=entry.pk, stream=Stream.LOG)
    instant = round(entry.at.timestamp() * 1_000_000)

    computed = leaves.entry_leaf(position.position, (*header, instant, entry.body_digest, None, None))

    assert bytes(position.leaf) == computed, connection.vendor
