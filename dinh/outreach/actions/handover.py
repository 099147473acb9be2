"""A member leaves and others take over, in one act; taken back in one act while nothing newer stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.directory.writing import change, created, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.outreach.actions.teams import leave
from dinh.outreach.actions.teams_grants import keep_in_step
from dinh.outreach.models import Duty, Handover, Member, Workshop
from dinh.outreach.policy import require_manage
from dinh.outreach.queries.handover import preview
from dinh.work.models import Assignment

# What moves: name in `moved`, table, the column that names the holder, the kind of its entry.
MOVES: tuple[tuple[str, Any, str, str], ...] = (
    ("tasks", Assignment, "assignee_id", "work.reassigned"),
    ("duties", Duty, "member_id", "outreach.duty_moved"),
    ("workshops", Workshop, "lead_id", "outreach.gathering_led_by"),
)


@action
def hand_over(
    *, member: Member, to: Sequence[Member], by: Account | None, at: datetime, on: date | None = None
) -> Handover:
    """End a member's term and give their open tasks, planned duties and gatherings to others, all or nothing.

    to  members of teams who take over, in the order chosen; `queries.handover.preview` tells what each gets
    on  first day without the member; default: today

    What was sealed on their telephones is still taken in when it comes: it was done while they were a member. Drafts
    stay theirs alone: people gave them, and nobody else, their consent.
    Raises Invalid when nobody, or the member, takes over; Refused when the term has ended; NotPermitted; Stale.
    """
    day = on or local_date(at)
    require_manage(by, member.team.unit_id, local_date(at))
    _check(member, to, day)
    for team in {one.team_id: one.team for one in to}.values():
        require_manage(by, team.unit_id, local_date(at))
    plan = preview(member, to, day)
    before = member.until_on
    handover = Handover(member=member, on=day, until_before=before, at=at, by=by or member.account)
    handover.moved = {
        name: _move(table, column, kind, getattr(plan, name), by, at) for name, table, column, kind in MOVES
    }
    handover.save(force_insert=True)
    handover.to.set(to)
    takers = {"to": [one.pk for one in to]}
    created(handover, "outreach.handed_over", by=by, at=at, unit=member.team.unit_id, more=takers)
    leave(member=member, by=by, at=at, on=day)
    return handover


def _check(member: Member, to: Sequence[Member], day: date) -> None:
    faults = []
    if not to:
        faults.append(Fault("to", "required", _("Choose at least one member who takes over.")))
    if any(one.account_id == member.account_id for one in to):
        faults.append(Fault("to", "same", _("Choose others than the member who leaves.")))
    if not all(_goes_on(one, day) for one in to):
        faults.append(
            Fault("to", "gone", _("Somebody chosen is no longer a member on that day. Choose again."))
        )
    refuse_if(faults, "outreach.handover_invalid")


def _goes_on(member: Member, day: date) -> bool:
    ended = member.until_on is not None and member.until_on <= day
    return not ended and member.account.is_active and member.team.closed_on is None


@action
def _moved(row: Any, column: str, kind: str, to: UUID | None, by: Account | None, at: datetime) -> None:
    columns: dict[str, Any] = {column: to}
    change(row, kind, by=by, at=at, unit=getattr(row, "unit_id", None), **columns)


def _move(
    table: Any, column: str, kind: str, moves: dict[UUID, UUID], by: Account | None, at: datetime
) -> dict[str, list[Any]]:
    """Give each row to its new holder; return what it was before, and the version it now has."""
    done: dict[str, list[Any]] = {}
    for row in table.objects.filter(pk__in=moves).order_by("pk"):
        before = getattr(row, column)
        _moved(row, column, kind, moves[row.pk], by, at)
        done[str(row.pk)] = [str(before) if before else None, row.version]
    return done


def standing_on(handover: Handover) -> list[str]:
    """Return what stands on a handover, so that it cannot be taken back: names of MOVES whose rows changed, "term"."""
    found = []
    for name, table, _column, _kind in MOVES:
        moved = handover.moved.get(name, {})
        now = dict(table.objects.filter(pk__in=moved).values_list("pk", "version"))
        if any(now.get(UUID(pk)) != version for pk, (_before, version) in moved.items()):
            found.append(name)
    member = handover.member
    member.refresh_from_db()
    if member.until_on != handover.on or member.team.closed_on is not None:
        found.append("term")
    return found


@action
def undo_handover(*, handover: Handover, by: Account | None, at: datetime) -> Handover:
    """Take a handover back: the term goes on as before, and everything returns to the member.

    Raises Refused when it was taken back before, or when somebody has done something newer with what moved; NotPermitted.
    """
    member = handover.member
    require_manage(by, member.team.unit_id, local_date(at))
    if handover.undone_at is not None:
        raise Refused("outreach.handover_undone", _("This was taken back already."), handover=handover.pk)
    if newer := standing_on(handover):
        message = _("Something newer stands on this handover: it can no longer be taken back as a whole.")
        raise Refused("outreach.handover_built_on", message, handover=handover.pk, newer=",".join(newer))
    change(handover, "outreach.handover_undone", by=by, at=at, unit=member.team.unit_id, undone_at=at)
    _renewed(member, handover.until_before, by, at)
    for name, table, column, kind in MOVES:
        rows = handover.moved.get(name, {})
        for row in table.objects.filter(pk__in=rows).order_by("pk"):
            before = rows[str(row.pk)][0]
            _moved(row, column, kind, UUID(before) if before else None, by, at)
    return handover


@action
def _renewed(member: Member, until_on: date | None, by: Account | None, at: datetime) -> None:
    change(member, "outreach.term_renewed", by=by, at=at, unit=member.team.unit_id, until_on=until_on)
    keep_in_step([member.account], by=by, at=at)
