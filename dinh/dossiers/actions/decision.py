"""Deciding: approve with all its effects, reject with the reason, or send back to be looked at again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory import calendars
from dinh.directory.models import Account
from dinh.dossiers import corrections, effects, results
from dinh.dossiers.actions.changing import begin_step, do_step, moment, not_now, procedure_of, to_step
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.models import Attachment, Channel, Dossier, Status
from dinh.dossiers.rules import clock, life
from dinh.journal.actions import action


@action
def approve(
    *,
    dossier: Dossier,
    by: Account,
    at: datetime,
    note: str = "",
    on_site: bool = True,
    version: int | None = None,
) -> Dossier:
    """Approve: the records change, the result is requested, and the dossier waits to be returned.

    Where the procedure has several approving steps (a signature, then the stamp), only the last
    one decides; those before hand on. All of it happens or nothing does.

    Raises Refused ("dossiers.excluded") for one who did a step that excludes this one, whatever
    refuses an effect (a person unknown to the population, a closed book), NotPermitted, Stale.
    """
    at = moment(at)
    doing = begin_step(dossier, "approve", "approve", by=by, at=at)
    note = " ".join(note.split())[:500]
    following = life.step_after(doing.procedure, doing.step.id)
    columns: dict[str, Any] = to_step(following, doing.step, at)
    if following is not None and following.kind == "approve":
        columns["status"] = int(Status.IN_PROCESS)
        do_step(
            dossier,
            doing,
            "approve",
            "dossiers.signed",
            columns,
            at=at,
            on_site=on_site,
            note=note,
            version=version,
        )
        return dossier
    columns |= {
        "status": int(Status.FINISHED),
        "local_status": life.WAITS_RETURN,
        "finished_at": at,
        "online_processed": processed_online(dossier),
        "worked_minutes": worked(dossier, doing.procedure, at),
        "findings": [*dossier.findings, *effects.numbers_pending(dossier, doing.procedure)],
    }
    do_step(
        dossier,
        doing,
        "approve",
        "dossiers.approved",
        columns,
        at=at,
        on_site=on_site,
        note=note,
        version=version,
    )
    done = effects.apply(dossier, doing.procedure, by=by, at=at)
    corrections.apply(dossier, doing.procedure, by=by, at=at)
    results.approved(dossier, doing.procedure, done, by=by, at=at)
    return dossier


@action
def reject(
    *,
    dossier: Dossier,
    reason: str,
    by: Account,
    at: datetime,
    on_site: bool = True,
    version: int | None = None,
) -> Dossier:
    """Refuse an accepted dossier (status 8), with the reason that the person will read.

    Also stops one whose citizen never answered a request to complete it.
    Raises Invalid without a reason, Refused ("dossiers.not_now"), NotPermitted, Stale.
    """
    at = moment(at)
    reason = required_reason(reason)
    # One whose citizen is waited for stands at an earlier step: the decision is still the decider's.
    deciding = life.first_decision(procedure_of(dossier)) if life.waits_for_citizen(dossier) else None
    doing = begin_step(dossier, "reject", "approve", by=by, at=at, step=deciding)
    columns: dict[str, Any] = {
        **to_step(None, None, at),
        "status": int(Status.STOPPED),
        "local_status": life.REFUSED_AFTER,
        "finished_at": at,
        "worked_minutes": worked(dossier, doing.procedure, at),
        "pauses": clock.ended(dossier.pauses, at),
    }
    do_step(
        dossier, doing, "reject", "dossiers.rejected", columns, at=at, on_site=on_site, note=reason,
        version=version, extra={"reason": reason},
    )  # fmt: skip
    results.refused(dossier, doing.procedure, reason, by=by, at=at)
    return dossier


@action
def send_back(
    *,
    dossier: Dossier,
    reason: str,
    by: Account,
    at: datetime,
    on_site: bool = True,
    version: int | None = None,
) -> Dossier:
    """Send a dossier back to its examiner, with what is to be looked at again.

    Raises Invalid without a reason, Refused ("dossiers.not_now"), NotPermitted, Stale.
    """
    at = moment(at)
    reason = required_reason(reason)
    doing = begin_step(dossier, "send_back", "approve", by=by, at=at)
    back = life.step_before(doing.procedure, doing.step.id, "examine")
    if back is None:
        raise not_now(dossier, "send_back")
    columns: dict[str, Any] = {
        **to_step(back, None, at),
        "status": int(Status.IN_PROCESS),
        "local_status": life.UNDER_EXAMINATION,
        "proposal": "",
    }
    do_step(
        dossier, doing, "send_back", "dossiers.sent_back", columns, at=at, on_site=on_site, note=reason,
        version=version, extra={"reason": reason},
    )  # fmt: skip
    return dossier


def worked(dossier: Dossier, procedure: Procedure, at: datetime) -> int | None:
    """Return the office's working minutes from acceptance until now; None for one that was never accepted."""
    if dossier.received_at is None:
        return None
    calendar = calendars.calendar_for(dossier.office, procedure.time_limit.calendar)
    return clock.worked_minutes(calendar, dossier.received_at, at, clock.pauses_of(dossier.pauses))


def processed_online(dossier: Dossier) -> bool:
    """Say whether a dossier was received and processed online: filed online, and no paper original handed over."""
    if dossier.channel != Channel.ONLINE:
        return False
    return not dossier.attachments.filter(copy=Attachment.Copy.ORIGINAL).exists()
