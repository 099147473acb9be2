"""Taking a ticket for the counter, calling the next one, ending it. A ticket names nobody."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.queries import codes_of
from dinh.directory import policy
from dinh.directory.models import Account, Office
from dinh.directory.writing import change, created, refuse_if
from dinh.dossiers.rules import numbers
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused, Stale
from dinh.lib.names import tidy
from dinh.outreach.models import Kiosk, QueueTicket
from dinh.outreach.queries.queueing import SERVES, line_of

NOBODY_WAITS = _("Nobody is waiting now.")
NOT_CALLED = _("This ticket is not at a window now. Look at the line again.")
State = QueueTicket.State


@action
def take_ticket(
    *,
    office: Office,
    wish: str,
    first: bool = False,
    kiosk: Kiosk | None = None,
    by: Account | None = None,
    at: datetime,
) -> QueueTicket:
    """Give the next number of the day at one office.

    wish   code of the list `counter_wishes`
    first  old, ill or disabled, pregnant, with a small child: goes before others

    Raises Invalid for an unknown wish.
    """  # fmt: skip
    if wish not in (codes_of("counter_wishes") or ()):
        refuse_if([Fault("wish", "unknown", _("Choose what you come for."))], "outreach.ticket_invalid")
    on = local_date(at)
    # The office's row is the lock: two machines never give the same number.
    Office.objects.select_for_update().get(pk=office.pk)
    last = QueueTicket.objects.filter(office=office, on=on).aggregate(last=Max("number"))["last"] or 0
    ticket = QueueTicket(
        office=office, on=on, number=last + 1, code=numbers.show_code(numbers.draft_code()), wish=wish,
        first=first, kiosk=kiosk, taken_at=at,
    )  # fmt: skip
    ticket.save(force_insert=True)
    created(ticket, "outreach.ticket_taken", by=by, at=at, unit=office.unit_id)
    return ticket


def call_next(*, office: Office, window: str, by: Account, at: datetime) -> QueueTicket:
    """Call who comes next to a window. Raises Refused when nobody waits, NotPermitted."""
    _require_serves(by, office, local_date(at))
    for _attempt in range(3):  # a colleague may have called the same one in this moment: then the next
        line = line_of(office, local_date(at))
        if not line.waiting:
            raise Refused("outreach.nobody_waits", NOBODY_WAITS, office=office.pk)
        try:
            return _call(ticket=line.waiting[0], window=tidy(window)[:12], by=by, at=at)
        except Stale:
            continue
    raise Refused("outreach.nobody_waits", NOBODY_WAITS, office=office.pk)


@action
def _call(*, ticket: QueueTicket, window: str, by: Account, at: datetime) -> QueueTicket:
    change(
        ticket, "outreach.ticket_called", by=by, at=at, unit=ticket.office.unit_id, state=State.CALLED.value,
        called_at=at, called_by_id=by.pk, window=window,
    )  # fmt: skip
    return ticket


@action
def end_ticket(*, ticket: QueueTicket, came: bool, by: Account, at: datetime) -> None:
    """Close a called ticket: served, or the person did not come. Raises Refused, Stale, NotPermitted."""
    _require_serves(by, ticket.office, local_date(at))
    if ticket.state != State.CALLED:
        raise Refused("outreach.ticket_not_called", NOT_CALLED, ticket=ticket.pk)
    state = State.SERVED if came else State.ABSENT
    change(
        ticket,
        "outreach.ticket_ended",
        by=by,
        at=at,
        unit=ticket.office.unit_id,
        state=state.value,
        ended_at=at,
    )


@action
def back_in_line(*, ticket: QueueTicket, by: Account, at: datetime) -> None:
    """Let somebody who came late, or was called by mistake, wait again at their old place."""
    _require_serves(by, ticket.office, local_date(at))
    if ticket.state not in (State.CALLED, State.ABSENT):
        raise Refused("outreach.ticket_not_called", NOT_CALLED, ticket=ticket.pk)
    change(
        ticket, "outreach.ticket_back", by=by, at=at, unit=ticket.office.unit_id, state=State.WAITING.value,
        called_at=None, called_by_id=None, window="", ended_at=None,
    )  # fmt: skip


def _require_serves(by: Account, office: Office, on: date) -> None:
    if not any(policy.may(by, one, unit=office.unit_id, on=on) for one in SERVES):
        raise policy.refusal(SERVES[0], by, unit=office.unit_id)
