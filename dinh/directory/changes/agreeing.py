"""A decision agreed before its day: the node applies it by itself when the day begins, or as soon as it runs again."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dinh.directory.changes import touched
from dinh.directory.changes.applying import apply, hold, require
from dinh.directory.changes.decisions import Decision
from dinh.directory.changes.plans import plan_of
from dinh.directory.models import Account, UnitChange
from dinh.directory.writing import change as amend
from dinh.directory.writing import refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import DinhError, Fault, Invalid, Refused, Stale

log = logging.getLogger("dinh.directory")


@action
def agree(*, change: UnitChange, by: Account | None, at: datetime) -> UnitChange:
    """Agree that a draft takes effect on its day.

    Raises Refused when it is no draft or its day has come; Invalid with what is to be settled first; Stale;
    NotPermitted.
    """
    held = hold(change)
    if held.state != UnitChange.State.DRAFT:
        message = _("This change was agreed, applied or dropped already. Open it again to see.")
        raise Refused("directory.change_not_open", message, change=held.pk)
    if held.effective_on <= local_date(at):
        message = _("Its day has come: apply it now.")
        raise Refused("directory.change_is_due", message, change=held.pk)
    plan = plan_of(Decision.model_validate(held.decision))
    require(plan, by, at)
    refuse_if(
        [Fault(one.code, "conflict", one.message) for one in touched.conflicts_of(plan) if one.blocks],
        "directory.change_in_conflict",
    )
    amend(
        held, "directory.change_agreed", by=by, at=at, state=UnitChange.State.AGREED.value, agreed_at=at,
        agreed_by=by.pk if by else None, stopped_at=None, stopped_because=[],
    )  # fmt: skip
    return held


@action
def call_off(*, change: UnitChange, by: Account | None, at: datetime) -> UnitChange:
    """Make an agreed change a draft again. Raises Refused when it is not agreed any more; Stale; NotPermitted."""
    held = _agreed(change)
    require(plan_of(Decision.model_validate(held.decision)), by, at)
    amend(
        held, "directory.change_called_off", by=by, at=at,
        state=UnitChange.State.DRAFT.value, agreed_at=None, agreed_by=None,
    )  # fmt: skip
    return held


@action
def stop(*, change: UnitChange, because: list[str], at: datetime) -> UnitChange:
    """Make an agreed change a draft again that could not take effect, and keep why. Raises Refused, Stale."""
    held = _agreed(change)
    amend(
        held, "directory.change_stopped", by=None, at=at,
        state=UnitChange.State.DRAFT.value, stopped_at=at, stopped_because=because,
    )  # fmt: skip
    return held


def take_effect(at: datetime) -> int:
    """Apply what was agreed and whose day has come, the earliest first, in the name of who agreed; return how many.

    What cannot be applied any more is stopped and says why. Each is one transaction: a node that is killed in the
    middle has done nothing, and does it when it runs again.
    """
    due = UnitChange.objects.filter(state=UnitChange.State.AGREED, effective_on__lte=local_date(at))
    done = 0
    for change in due.order_by("effective_on", "pk"):
        by = Account.objects.filter(pk=change.agreed_by).first() if change.agreed_by else None
        try:
            if change.agreed_by and (by is None or not by.is_active):
                message = _("The account that agreed to it is closed.")
                raise Refused("directory.agreed_by_nobody", message, change=change.pk)
            apply(change=change, by=by, at=at)
            done += 1
        except Stale:
            continue  # somebody applied it, or called it off, this very moment
        except DinhError as error:
            log.warning("change stopped", extra={"change": change.pk, "code": error.code})
            with suppress(Stale):  # called off meanwhile
                stop(change=change, because=_reasons(error), at=at)
    return done


def _reasons(error: DinhError) -> list[str]:
    if isinstance(error, Invalid) and error.faults:
        return [str(fault.message) for fault in error.faults]
    return [str(getattr(error, "message", "") or error.code)]


def _agreed(change: UnitChange) -> UnitChange:
    held = hold(change)
    if held.state != UnitChange.State.AGREED:
        message = _("This change is not agreed any more. Open it again to see.")
        raise Refused("directory.change_not_agreed", message, change=held.pk)
    return held
