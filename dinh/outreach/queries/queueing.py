"""The day's waiting line of an office: who comes next, how many stand before a ticket, what is being called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dinh.directory import policy
from dinh.directory.models import Account, Office
from dinh.dossiers.rules import numbers
from dinh.lib.errors import NotFound
from dinh.outreach.models import QueueTicket
from dinh.outreach.rules.lines import Waiting, in_order

SERVES = ("dossiers.receive", "drafts.help")
State = QueueTicket.State


@dataclass(frozen=True)
class Line:
    """The line of one office on one day: `waiting` in the order in which they will be called, and the called ones."""

    waiting: tuple[QueueTicket, ...]
    called: tuple[QueueTicket, ...]  # at a window now, last called first
    done: int  # served or gone today


def line_of(office: Office | UUID, on: date) -> Line:
    """Return the line. One query."""
    tickets = list(QueueTicket.objects.filter(office=office, on=on).select_related("called_by"))
    by_number = {one.number: one for one in tickets}
    waiting = [Waiting(one.number, one.first) for one in tickets if one.state == State.WAITING]
    ordered = tuple(by_number[one.number] for one in in_order(waiting, first_in_a_row(tickets)))
    called = sorted((one for one in tickets if one.state == State.CALLED), key=_called, reverse=True)
    done = sum(one.state in (State.SERVED, State.ABSENT) for one in tickets)
    return Line(ordered, tuple(called), done)


def first_in_a_row(tickets: Sequence[QueueTicket]) -> int:
    """Return how many who go first were called since the last of the others."""
    row = 0
    for one in sorted((t for t in tickets if t.called_at is not None), key=_called, reverse=True):
        if not one.first:
            break
        row += 1
    return row


def before(ticket: QueueTicket, line: Line) -> int:
    """Return how many are called before a waiting ticket."""
    return [one.pk for one in line.waiting].index(ticket.pk) if ticket in line.waiting else 0


def get_ticket(code: str) -> QueueTicket:
    """Return a ticket by the code of its slip. Raises NotFound."""
    clean = numbers.show_code(numbers.clean_code(code))
    found = QueueTicket.objects.filter(code=clean).select_related("office").first()
    if found is None:
        raise NotFound("outreach.no_ticket")
    return found


def counters_of(account: Account, on: date) -> list[Office]:
    """Return the counters at which the account serves, by name."""
    found: dict[UUID, Office] = {}
    for permission in SERVES:
        reach = policy.scope(account, permission, on)
        offices = Office.objects.filter(key="service_centre", valid_from__lte=on).exclude(valid_to__lte=on)
        for office in reach.filter(offices, "unit", None):
            found[office.pk] = office
    return sorted(found.values(), key=lambda one: one.name)


def _called(one: QueueTicket) -> tuple[object, int]:
    return (one.called_at, one.number)
