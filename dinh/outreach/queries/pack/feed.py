"""What changed since a position of the journal: the cursor of packs.

1. Every write has an entry, and the sealer gives entries their positions once they are committed. Positions have no
   gaps and no entry is put in before one that was sealed: who has read up to a position has missed nothing, however
   late a transaction commits.
2. A process reads the positions on from where it stopped and keeps, for each household, task and operation, the last
   position at which it was written about. What changed for one telephone is then a look into these, however much
   others wrote.
3. A cursor is the journal's epoch and a position. A restore opens another epoch: cursors of the one before are answered
   with the whole pack, and so are those further back than `REACH`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Max

from dinh.journal.models import Entry, Epoch, Seal, Stream
from dinh.outreach.models import Conflict
from dinh.outreach.queries import profiles
from dinh.population.models import ElectronicId, Person, Residence
from dinh.work.models import Assignment

REACH = 200_000  # positions back to which changes are told; a phone further behind takes the whole pack
AT_ONCE = 5_000  # positions read by one question
CHUNK = 500  # parameters of one question
STEP = 10**12  # positions of one epoch

READ = """
SELECT p.position, e.subject_type, e.subject, e.subject_version
FROM journal_position p JOIN journal_entry e ON e.id = p.item
WHERE p.node = %s AND p.stream = 'log' AND p.position > %s AND p.position <= %s
ORDER BY p.position
"""

# Rows about a household, by the type of an entry's subject: how to come from the one to the other.
THROUGH_PERSON = {"electronicid": (ElectronicId, "person"), "residence": (Residence, "person")}
# Of profiles, and of operations, `queries.profiles` knows to whom they lead.
GIVEN_ON = ("work.asked", "work.reassigned")  # kinds of entries that say whose a task is


@dataclass(frozen=True)
class Mark:
    """Up to where the journal is sealed: what a telephone gives back as its cursor."""

    epoch: int
    position: int

    @property
    def cursor(self) -> int:
        """Return the number that goes over the wire; never 0."""
        return self.epoch * STEP + self.position

    @classmethod
    def of(cls, cursor: int) -> Mark:
        """Return what a telephone gave back."""
        return cls(*divmod(cursor, STEP))


@dataclass
class _Known:
    """Last positions, by what was written about."""

    epoch: int
    begin: int
    end: int
    houses: dict[UUID, int] = field(default_factory=dict)
    rows_of_houses: dict[UUID, int] = field(default_factory=dict)  # households themselves: moved, closed
    people: dict[UUID, int] = field(default_factory=dict)
    tasks: dict[UUID | None, dict[UUID, int]] = field(default_factory=lambda: defaultdict(dict))  # by village
    own_tasks: dict[UUID, dict[UUID, int]] = field(default_factory=lambda: defaultdict(dict))  # by account


_lock = threading.Lock()
_known: dict[str, _Known] = {}  # by database: tests have several


@dataclass(frozen=True)
class Changes:
    """What was written about after a mark."""

    since: int
    _of: _Known

    def houses(self) -> list[UUID]:
        """Return the households about which, or about whose people, anything changed: of every village."""
        return [pk for pk, position in list(self._of.houses.items()) if position > self.since]

    def moved(self) -> list[UUID]:
        """Return the households whose own row changed: where they are, whether they exist."""
        return [pk for pk, position in list(self._of.rows_of_houses.items()) if position > self.since]

    def people(self) -> list[UUID]:
        """Return the people whose own row changed."""
        return [pk for pk, position in list(self._of.people.items()) if position > self.since]

    def tasks(self, villages: Iterable[UUID | None], account: UUID) -> list[UUID]:
        """Return the tasks that changed: of some villages, and those that are or were an account's, wherever."""
        parts = [self._of.tasks.get(village, {}) for village in villages]
        parts.append(self._of.own_tasks.get(account, {}))
        return sorted({pk for part in parts for pk, position in list(part.items()) if position > self.since})


def mark() -> Mark:
    """Return up to where all is sealed now. Ask it before reading rows: what is written meanwhile comes again. Two queries."""
    mine = Seal.objects.filter(node=settings.DINH_NODE, stream=Stream.LOG)
    last = mine.order_by("-number").values_list("last_position", flat=True).first()
    epoch = Epoch.objects.filter(node=settings.DINH_NODE).aggregate(last=Max("number"))["last"]
    return Mark(epoch or 1, last or 0)


def changes(since: Mark, now: Mark) -> Changes | None:
    """Return what changed between two marks; None when that cannot be told and the whole pack has to be taken."""
    if since.epoch != now.epoch or since.position > now.position or now.position - since.position > REACH:
        return None
    with _lock:
        known = _known.get(_database())
        if known is None or known.epoch != now.epoch or known.end < now.position - REACH:
            known = _known[_database()] = _Known(now.epoch, since.position, since.position)
        if known.end > now.position:  # another life of this database, in tests
            known = _known[_database()] = _Known(now.epoch, since.position, since.position)
        if since.position < known.begin:
            _read(known, since.position, known.begin)
            known.begin = since.position
        if known.end < now.position:
            _read(known, known.end, now.position)
            known.end = now.position
    return Changes(since.position, known)


def forget() -> None:
    """Drop what this process read: for tests."""
    with _lock:
        _known.clear()


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _read(known: _Known, after: int, until: int) -> None:
    for start in range(after, until, AT_ONCE):
        _take(known, list(_entries(start, min(until, start + AT_ONCE))))


def _entries(after: int, until: int) -> Iterator[tuple[int, str, UUID, int]]:
    with connection.cursor() as cursor:
        cursor.execute(READ, [settings.DINH_NODE, after, until])
        for position, subject_type, subject, version in cursor.fetchall():
            yield position, subject_type, subject if isinstance(subject, UUID) else UUID(subject), version


def _take(known: _Known, rows: list[tuple[int, str, UUID, int]]) -> None:
    """Note what some entries were about. A handful of queries, whatever their number below AT_ONCE."""
    by_type: dict[str, dict[UUID, int]] = defaultdict(dict)
    changed: set[UUID] = set()  # people whose rows were written again: they may have lived elsewhere
    for position, subject_type, subject, version in rows:
        by_type[subject_type][subject] = position
        if subject_type == "person" and version > 1:
            changed.add(subject)
    people, houses = dict(by_type["person"]), dict(by_type["household"])
    _follow_profiles(_merge(by_type[name] for name in profiles.SUBJECT_TYPES), houses, people)
    for name, (model, column) in THROUGH_PERSON.items():
        _follow(by_type[name], model, column, people)
    _follow_conflicts(by_type["conflict"], houses, people)
    _follow(people, Person, "household", houses)
    _lived_before({pk: people[pk] for pk in changed}, houses)
    _note(known.houses, houses)
    _note(known.rows_of_houses, by_type["household"])
    _note(known.people, by_type["person"])
    for village, pk, position in _tasks(by_type["assignment"]):
        _note(known.tasks[village], {pk: position})
    for account, pk, position in _given_tasks(by_type["assignment"]):
        _note(known.own_tasks[account], {pk: position})


def _merge(parts: Iterable[dict[UUID, int]]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for part in parts:
        _note(found, part)
    return found


def _note(known: dict[UUID, int], found: dict[UUID, int]) -> None:
    for pk, position in found.items():
        if known.get(pk, 0) < position:
            known[pk] = position


def _follow(found: dict[UUID, int], model: Any, column: str, into: dict[UUID, int]) -> None:
    """Note at what a column of these rows points: of a person, the household."""
    for part in _chunks(found):
        for pk, target in model.objects.filter(pk__in=part).values_list("pk", f"{column}_id"):
            if target is not None and into.get(target, 0) < found[pk]:
                into[target] = found[pk]


def _follow_conflicts(found: dict[UUID, int], houses: dict[UUID, int], people: dict[UUID, int]) -> None:
    for part in _chunks(found):
        for pk, kind, entity in Conflict.objects.filter(pk__in=part).values_list(
            "pk", "entity_type", "entity"
        ):
            _note(people if kind == "person" else houses, {entity: found[pk]})


def _follow_profiles(found: dict[UUID, int], houses: dict[UUID, int], people: dict[UUID, int]) -> None:
    for pk, (kind, entity) in profiles.touched(found).items():
        _note(people if kind == "person" else houses, {entity: found[pk]})


def _lived_before(people: dict[UUID, int], houses: dict[UUID, int]) -> None:
    """Note every household that these people were ever written into: the one that somebody left changed too."""
    for part in _chunks(people):
        told = Entry.objects.filter(subject__in=part, body__isnull=False).values_list("subject", "body")
        for person, body in told:
            for value in _households_in(body):
                _note(houses, {value: people[person]})


def _households_in(body: Any) -> Iterator[UUID]:
    found = body.get("set") if isinstance(body, dict) else None
    value = found.get("household") if isinstance(found, dict) else None
    if isinstance(value, str):
        try:
            yield UUID(value)
        except ValueError:
            return


def _tasks(found: dict[UUID, int]) -> Iterator[tuple[UUID | None, UUID, int]]:
    for part in _chunks(found):
        for pk, village in Assignment.objects.filter(pk__in=part).values_list("pk", "village_id"):
            yield village, pk, found[pk]


def _given_tasks(found: dict[UUID, int]) -> Iterator[tuple[UUID, UUID, int]]:
    """Yield to whom tasks belong and to whom they ever were given: who lost one has to drop it."""
    for part in _chunks(found):
        for pk, account in Assignment.objects.filter(pk__in=part).values_list("pk", "assignee_id"):
            if account is not None:
                yield account, pk, found[pk]
        told = Entry.objects.filter(subject__in=part, kind__in=GIVEN_ON, body__isnull=False)
        for pk, account in told.values_list("subject", "body__set__assignee_id"):
            if account:
                yield UUID(account), pk, found[pk]


def _chunks(found: Iterable[UUID]) -> Iterator[list[UUID]]:
    keys = list(found)
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
