"""A decision agreed before its day: the node applies it by itself when the day begins, or as soon as it runs again."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes import touched
from dinh.directory.changes.applying import apply, require
from dinh.directory.changes.decisions import Decision
from dinh.directory.changes.holding import held_as
from dinh.directory.changes.plans import plan_of
from dinh.directory.models import Account, UnitChange
from dinh.directory.writing import change as amend
from dinh.directory.writing import refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused, Stale, reasons

log = logging.getLogger("dinh.directory")
BROKE = _(
    "The system failed at it; nothing was changed. Ask who looks after the node to search its log for %(change)s. When"
    " that is mended, agree to it again or apply it."
)


@action
def agree(*, change: UnitChange, by: Account | None, at: datetime) -> UnitChange:
    """Agree that a draft takes effect on its day.

    Raises Refused when it is no draft or its day has come; Invalid with what is to be settled first; Stale;
    NotPermitted.
    """
    held = held_as(UnitChange.State.DRAFT, change)
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
    held = held_as(UnitChange.State.AGREED, change)
    if by is not None and held.agreed_by != by.pk:  # who agreed may always say otherwise
        require(plan_of(Decision.model_validate(held.decision)), by, at)
    amend(
        held, "directory.change_called_off", by=by, at=at,
        state=UnitChange.State.DRAFT.value, agreed_at=None, agreed_by=None,
    )  # fmt: skip
    return held


@action
def stop(*, change: UnitChange, because: list[str], at: datetime) -> UnitChange:
    """Make an agreed change a draft again that could not take effect, and keep why. Raises Refused, Stale."""
    held = held_as(UnitChange.State.AGREED, change)
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
        except Refused as refused:
            log.warning("directory.change_stopped", extra={"change": change.pk, "code": refused.code})
            _stop(change, reasons(refused), at)
        except (InterfaceError, OperationalError):
            raise  # the database is away or busy: the worker tries again in its next turn
        except Exception:
            # A fault of ours or of the data: it would come again every time, and hold up what comes after it.
            log.exception("directory.change_broke", extra={"change": change.pk})
            _stop(change, [BROKE % {"change": change.pk}], at)
    return done


def _stop(change: UnitChange, because: list[str], at: datetime) -> None:
    with suppress(Refused):  # called off meanwhile
        stop(change=change, because=because, at=at)
