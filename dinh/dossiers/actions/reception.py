"""At the counter: accept a dossier and fix its due date, refuse it with its reason, hold it, put it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory import calendars
from dinh.directory.models import Account
from dinh.dossiers import corrections, policy, results, slips
from dinh.dossiers.actions.changing import (
    begin_step,
    change,
    do_step,
    moment,
    not_now,
    procedure_of,
    require_verb,
    to_step,
)
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.rules import clock, life
from dinh.journal.actions import action
from dinh.lib.calendar import reasons_as_json
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, NotPermitted, Refused

HELD = _("A colleague already holds this dossier. Ask them to put it back first.")
REASON_NEEDED = _("Write the reason: the person will read it and needs to know what to do.")


@action
def receive(
    *, dossier: Dossier, by: Account, at: datetime, on_site: bool = True, version: int | None = None
) -> Dossier:
    """Accept a dossier: the clock starts, the due date is fixed with its reasons, the receipt is requested.

    on_site  done at the centre
    version  of the dossier that the officer saw

    Raises Refused ("dossiers.not_now"), NotPermitted, Stale.
    """
    at = moment(at)
    doing = begin_step(dossier, "receive", "receive", by=by, at=at)
    limit = doing.procedure.time_limit
    due = clock.due_for(limit, calendars.calendar_for(dossier.office, limit.calendar), at)
    following = life.step_after(doing.procedure, doing.step.id)
    columns = {
        "status": int(Status.ACCEPTED),
        "received_at": at,
        "due_at": moment(due.at),
        "due_reasons": reasons_as_json(due.steps),
        **to_step(following, doing.step, at),
    }
    if found := corrections.find(dossier, doing.procedure, dossier.answers):
        columns["findings"] = [*dossier.findings, *found]
    do_step(dossier, doing, "receive", "dossiers.received", columns, at=at, on_site=on_site, version=version)
    slips.receipt(dossier, doing.procedure, by=by, at=at)
    return dossier


@action
def refuse(
    *,
    dossier: Dossier,
    reason: str,
    by: Account,
    at: datetime,
    on_site: bool = True,
    version: int | None = None,
) -> Dossier:
    """Do not accept a dossier (status 3); the refusal slip (form 03) says why.

    After a supplement was asked for, the national statuses know no way back to "not accepted":
    the dossier is then stopped (status 8), and still counts as never accepted.

    Raises Invalid without a reason, Refused ("dossiers.not_now"), NotPermitted, Stale.
    """
    at = moment(at)
    reason = required_reason(reason)
    doing = begin_step(dossier, "refuse", "receive", by=by, at=at)
    stopped = dossier.status == Status.SUPPLEMENT
    columns: dict[str, Any] = {
        **to_step(None, None, at),
        "status": int(Status.STOPPED if stopped else Status.NOT_ACCEPTED),
        "finished_at": at,
    }
    do_step(
        dossier, doing, "refuse", "dossiers.refused", columns, at=at, on_site=on_site, note=reason,
        version=version, extra={"reason": reason},
    )  # fmt: skip
    results.refused(dossier, doing.procedure, reason, by=by, at=at)
    return dossier


@action
def take(*, dossier: Dossier, by: Account, at: datetime, version: int | None = None) -> Dossier:
    """Hold a dossier: it is in this person's hands, and examination begins when it waits for that.

    Taking what one already holds changes nothing.
    Raises Refused ("dossiers.held"), NotPermitted, Stale.
    """
    at = moment(at)
    if dossier.holder_id == by.pk:
        return dossier
    procedure = procedure_of(dossier)
    require_verb(dossier, procedure, "take")
    step = life.step_of(procedure, dossier.step)
    if step is None:
        raise not_now(dossier, "take")
    acting = policy.acting_at(by, dossier, procedure, step, local_date(at))
    if dossier.holder_id is not None:
        raise Refused("dossiers.held", HELD, dossier=dossier.pk, holder=dossier.holder_id)
    columns: dict[str, Any] = {"holder_id": by.pk}
    if step.kind == "examine" and dossier.status == Status.ACCEPTED:
        columns |= {"status": int(Status.IN_PROCESS), "local_status": life.UNDER_EXAMINATION}
    change(
        dossier, "dossiers.taken", columns, by=by, at=at, version=version,
        on_behalf_of=acting.delegated_by, extra={"role": acting.role},
    )  # fmt: skip
    return dossier


@action
def release(*, dossier: Dossier, by: Account, at: datetime, version: int | None = None) -> Dossier:
    """Put a dossier back, so that somebody else may take it; what one held, or as the one who decides.

    Raises Refused ("dossiers.not_now") when nobody holds it, NotPermitted for somebody else's.
    """
    at = moment(at)
    if dossier.holder_id is None:
        raise not_now(dossier, "release")
    if dossier.holder_id != by.pk:
        procedure = procedure_of(dossier)
        if not policy.may_act_at(by, dossier, procedure, life.last_decision(procedure), local_date(at)):
            raise NotPermitted("dossiers.not_holder", HELD, dossier=dossier.pk, account=by.pk)
    change(dossier, "dossiers.released", {"holder_id": None}, by=by, at=at, version=version)
    return dossier


def required_reason(reason: str, field: str = "reason") -> str:
    """Return a reason as it is kept. Raises Invalid when there is none."""
    kept = " ".join(reason.split())[:500]
    if not kept:
        raise Invalid(
            "dossiers.reason_needed", [Fault(field, "dossiers.reason_needed", REASON_NEEDED)], REASON_NEEDED
        )
    return kept
