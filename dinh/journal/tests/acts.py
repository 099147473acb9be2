"""Small acts on things that exist only in these tests, and handlers that remember what they were given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from dinh.journal.actions import action, record
from dinh.journal.handlers import Handler
from dinh.journal.models import Entry, Position, Stream
from dinh.lib.errors import Refused
from dinh.lib.ids import uuid7

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
OFFICER = UUID(int=7)

NO_HANDLERS: tuple[Handler, ...] = ()
REMEMBERING = (Handler(kinds=("things.made", "other.*"), task="dinh.journal.tests.acts:remember"),)
FAILING = (Handler(kinds=("things.*",), task="dinh.journal.tests.acts:fail", queue="papers"),)
remembered: list[UUID] = []


@dataclass
class Thing:
    """Something the journal follows."""

    pk: UUID = field(default_factory=uuid7)
    version: int = 1


@action
def make(*, name: str = "đình", at: datetime = AT) -> Thing:
    thing = Thing()
    record("things.made", subject=thing, by=OFFICER, at=at, body={"set": {"name": name}})
    return thing


@action
def rename(thing: Thing, name: str, *, at: datetime = AT) -> Entry:
    thing.version += 1
    return record("things.renamed", subject=thing, by=OFFICER, at=at, body={"set": {"name": name}})


def remember(entry: Entry) -> None:
    remembered.append(entry.pk)


def fail(entry: Entry) -> None:
    raise Refused("things.not_today", name="must not be kept")


def entry_at(position: int, stream: str = Stream.LOG) -> Position:
    return Position.objects.get(stream=stream, position=position)
