"""Difficulties grouped into cards, and their answers carried back to the houses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Office, Unit
from dinh.directory.writing import change, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault
from dinh.outreach.models import Difficulty
from dinh.outreach.queries.issues import of_unit
from dinh.work.actions import cards
from dinh.work.models import IssueCard
from dinh.work.rules.cards import due_on as due_of

TO_GROUP_AT_MOST = 200


@action
def _put(difficulty: Difficulty, card: IssueCard | None, by: Account, at: datetime) -> None:
    unit = card.unit_id if card else None
    change(
        difficulty, "outreach.difficulty_grouped", by=by, at=at, unit=unit, card_id=card.pk if card else None
    )


def group(
    *,
    unit: Unit,
    difficulties: Sequence[UUID],
    title: str,
    by: Account,
    at: datetime,
    owner: Account | None = None,
    office: Office | None = None,
    due_on: date | None = None,
) -> IssueCard:
    """Open a card over some difficulties of a commune that no card answers yet; call it in a transaction.

    due_on  default: by the most urgent of them (`work.rules.cards.ANSWER_WITHIN`)

    Raises Invalid for none, or for one that is of elsewhere or stands on a card; NotPermitted.
    """
    rows = list(of_unit(unit.pk).filter(pk__in=difficulties[:TO_GROUP_AT_MOST], card__isnull=True))
    if not rows or len(rows) != len(set(difficulties)):
        message = _("Choose difficulties of this commune that have no answer on its way yet.")
        refuse_if([Fault("difficulties", "unknown", message)], "outreach.group_invalid")
    due = due_on or due_of((one.urgency for one in rows), local_date(at))
    kinds = sorted({one.kind for one in rows}, key=lambda kind: -sum(one.kind == kind for one in rows))
    card = cards.open_card(
        unit=unit, title=title, kind=kinds[0], due_on=due, owner=owner, office=office, by=by, at=at
    )
    for one in rows:
        _put(one, card, by, at)
    return card


def add(*, card: IssueCard, difficulties: Sequence[UUID], by: Account, at: datetime) -> int:
    """Put more difficulties on a card that is not closed; return how many. Raises Invalid, NotPermitted, Refused."""
    rows = list(of_unit(card.unit_id).filter(pk__in=difficulties[:TO_GROUP_AT_MOST], card__isnull=True))
    if card.state == IssueCard.State.CLOSED or not cards.may_answer(by, card.unit, local_date(at)):
        cards.give_card(card=card, owner=card.owner, office=card.office, by=by, at=at)  # says which of both
    for one in rows:
        _put(one, card, by, at)
    return len(rows)


def take_off(*, difficulty: Difficulty, by: Account, at: datetime) -> None:
    """Take a difficulty off its card: it waits for an answer of its own again. Raises NotPermitted."""
    card = difficulty.card
    if card is None:
        return
    if not cards.may_answer(by, card.unit, local_date(at)):
        cards.give_card(card=card, owner=card.owner, office=card.office, by=by, at=at)
    _put(difficulty, None, by, at)
