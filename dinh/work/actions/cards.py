"""Questions under one owner: opened, given a later day with a reason, answered, closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Office, Unit
from dinh.directory.writing import change, created, length_faults, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.work.models import IssueCard
from dinh.work.writing import record_of

ANSWER, SUPERVISE = "work.answer", "outreach.supervise"
LONGEST = 2000
State = IssueCard.State


def may_answer(by: Account, unit: Unit, on: date) -> bool:
    """Return whether somebody may open, answer and close the cards of a commune."""
    return any(policy.may(by, one, unit=unit.pk, on=on) for one in (ANSWER, SUPERVISE))


def _require(by: Account, unit: Unit, at: datetime) -> None:
    if not may_answer(by, unit, local_date(at)):
        raise policy.refusal(ANSWER, by, unit=unit.pk)


@action
def open_card(
    *,
    unit: Unit,
    title: str,
    kind: str,
    due_on: date,
    by: Account,
    at: datetime,
    owner: Account | None = None,
    office: Office | None = None,
) -> IssueCard:
    """Open a card. Its owner may answer questions in that commune. Raises Invalid with every fault; NotPermitted."""
    _require(by, unit, at)
    card = IssueCard(
        unit=unit,
        title=" ".join(title.split()),
        kind=kind,
        owner=owner,
        office=office,
        opened_at=at,
        due_on=due_on,
    )
    faults = length_faults(IssueCard, {"title": card.title})
    if not card.title:
        faults.append(Fault("title", "required", _("Write what the question is, in one line.")))
    if due_on < local_date(at):
        faults.append(Fault("due_on", "past", _("Choose today or a later day.")))
    if owner is not None and not may_answer(owner, unit, local_date(at)):
        faults.append(
            Fault("owner", "may_not", _("This person may not answer questions here. Choose another."))
        )
    refuse_if(faults, "work.card_invalid")
    card.save(force_insert=True)
    created(card, "work.card_opened", by=by, at=at, unit=unit.pk)
    return card


@action
def give_card(
    *, card: IssueCard, owner: Account | None, office: Office | None, by: Account, at: datetime
) -> IssueCard:
    """Give a card to somebody, or to an office. Raises Invalid, Refused when it is closed, NotPermitted, Stale."""
    _require(by, card.unit, at)
    _not_closed(card)
    if owner is not None and not may_answer(owner, card.unit, local_date(at)):
        message = _("This person may not answer questions here. Choose another.")
        refuse_if([Fault("owner", "may_not", message)], "work.card_invalid")
    columns: dict[str, Any] = {
        "owner_id": owner.pk if owner else None,
        "office_id": office.pk if office else None,
    }
    change(card, "work.card_given", by=by, at=at, unit=card.unit_id, **columns)
    return card


@action
def extend_card(*, card: IssueCard, due_on: date, reason: str, by: Account, at: datetime) -> IssueCard:
    """Give a card a later day, with the reason, which stands in the journal and on its page.

    Raises Invalid without a reason or for a day that is not later; Refused when it is answered; NotPermitted; Stale.
    """
    _require(by, card.unit, at)
    if card.state != State.OPEN:
        raise Refused("work.card_answered", _("This question is answered already."), card=card.pk)
    said, faults = " ".join(reason.split()), []
    if not said or len(said) > 300:
        faults.append(
            Fault("reason", "required", _("Write why more time is needed, in at most 300 letters."))
        )
    if due_on <= card.due_on:
        faults.append(Fault("due_on", "not_later", _("Choose a later day than now.")))
    refuse_if(faults, "work.card_invalid")
    record_of(card, "work.card_extended", {"due_on": due_on}, {"reason": said}, by=by, at=at)
    return card


@action
def answer_card(*, card: IssueCard, answer: str, by: Account, at: datetime) -> IssueCard:
    """Answer a card; said again, the new words replace the old ones and are told anew.

    Raises Invalid without words; Refused when it is closed; NotPermitted; Stale.
    """
    _require(by, card.unit, at)
    _not_closed(card)
    said = answer.strip()
    if not said or len(said) > LONGEST:
        message = _("Write the answer, in words that can be read out at the house (at most 2,000 letters).")
        refuse_if([Fault("answer", "required", message)], "work.card_invalid")
    columns: dict[str, Any] = {"answer": said, "answered_at": at, "state": State.ANSWERED.value}
    change(card, "work.card_answered", by=by, at=at, unit=card.unit_id, **columns)
    return card


@action
def close_card(*, card: IssueCard, by: Account, at: datetime) -> IssueCard:
    """Close a card that was answered. Raises Refused when it is open or closed; NotPermitted; Stale."""
    _require(by, card.unit, at)
    _not_closed(card)
    if card.state != State.ANSWERED:
        message = _("Answer first: a question is not closed without an answer.")
        raise Refused("work.card_not_answered", message, card=card.pk)
    change(card, "work.card_closed", by=by, at=at, unit=card.unit_id, state=State.CLOSED.value, closed_at=at)
    return card


def _not_closed(card: IssueCard) -> None:
    if card.state == State.CLOSED:
        raise Refused("work.card_closed", _("This question is closed."), card=card.pk)
