"""Telling a citizen that the office is late, or is about to be: why, and until when it will be done (form 04).

Once for each dossier. The new day is a promise, not another due date: figures go on counting by the date of
the law, so that nobody becomes punctual by apologising.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.dossiers import slips
from dinh.dossiers.actions.changing import begin_step, change, moment, not_now, procedure_of
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules import clock, life
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.papers.models import Paper

ONCE = _("The citizen was already told, with a new date. The law knows one such letter.")
IN_TIME = _("There is still time: the letter is for a dossier that is late, or due within two working days.")
PAST = _("The new date must be today or later, and later than the day on which the result was due.")


@action
def apologise(
    *, dossier: Dossier, reason: str, promised: date, by: Account, at: datetime, version: int | None = None
) -> Paper:
    """Promise a day, request the letter and record both; return the letter. The citizen is told by the notices.

    promised  local date by which the office promises to be done

    Raises Invalid without a reason or for a day that is past or not after the due day, Refused when the letter
    was sent before or the dossier is not near its due date, NotPermitted when the step is a colleague's, Stale.
    """
    at = moment(at)
    step = life.step_of(procedure_of(dossier), dossier.step)
    if step is None:
        raise not_now(dossier, "apologise")
    doing = begin_step(dossier, "apologise", step.kind, by=by, at=at)
    if dossier.promised_on is not None:
        raise Refused("dossiers.already_apologised", ONCE, dossier=dossier.pk)
    if not clock.may_promise(dossier, at):
        raise Refused("dossiers.still_in_time", IN_TIME, dossier=dossier.pk)
    reason = required_reason(reason)
    if promised < local_date(at) or (dossier.due_at and promised <= local_date(dossier.due_at)):
        raise Invalid("dossiers.promise_is_past", [Fault("promised", "dossiers.promise_is_past", PAST)], PAST)
    change(
        dossier, "dossiers.apologised", {"promised_on": promised}, by=by, at=at, version=version,
        on_behalf_of=doing.acting.delegated_by, extra={"reason": reason},
    )  # fmt: skip
    return slips.apology(dossier, doing.procedure, reason, by=by, at=at)
