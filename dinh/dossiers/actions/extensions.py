"""The longer limit that a procedure declares for when something must be verified: once, with the reason.

Unlike the apology (`apologies`) this moves the due date: the law gives the time, the reason says why it is used.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dinh.directory import calendars
from dinh.directory.models import Account
from dinh.dossiers.actions.changing import begin_step, do_step, moment, not_now
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules import clock
from dinh.journal.actions import action
from dinh.lib.calendar import reasons_as_json
from dinh.lib.errors import Refused

TOO_LATE = _(
    "The time limit has passed. It can be made longer only while it runs; write the apology instead."
)


@action
def extend(
    *,
    dossier: Dossier,
    reason: str,
    by: Account,
    at: datetime,
    on_site: bool = True,
    version: int | None = None,
) -> None:
    """Let the procedure's limit for verification hold; the due date is counted anew from the acceptance.

    reason  what has to be verified, and with whom; the citizen reads it

    Raises Refused when the procedure knows no longer limit, when it holds already, or when the dossier is late;
    Invalid without a reason, NotPermitted, Stale.
    """
    at = moment(at)
    doing = begin_step(dossier, "extend", "examine", by=by, at=at)
    limit = doing.procedure.extension
    if limit is None or dossier.extended_at is not None or dossier.received_at is None:
        raise not_now(dossier, "extend")
    if not clock.may_extend(dossier, limit, at):
        raise Refused("dossiers.too_late_to_extend", TOO_LATE, dossier=dossier.pk)
    reason = required_reason(reason)
    calendar = calendars.calendar_for(dossier.office, limit.calendar)
    due = clock.due_for(limit, calendar, dossier.received_at)
    moved = clock.due_after_pauses(limit, calendar, due.at, clock.pauses_of(dossier.pauses), at)
    columns = {
        "extended_at": at,
        "due_at": moment(moved),
        "due_reasons": reasons_as_json(due.steps),
    }
    do_step(
        dossier, doing, "extend", "dossiers.extended", columns, at=at, on_site=on_site, note=reason, version=version,
        extra={"reason": reason},
    )  # fmt: skip
