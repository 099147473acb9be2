"""Conditions on dossiers that lists and counts share: what a dossier waits for, how near its due date is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Q

from dinh.database.prepared import Written
from dinh.dossiers.models import Status
from dinh.dossiers.rules import clock, life
from dinh.lib.dates import VIETNAM
from dinh.lib.errors import Fault, Invalid

# Written out, so that the indexes over open dossiers are found.
OPEN = Q(status__in=[Written(one) for one in sorted(life.OPEN)])
DONE = Q(status__in=[Written(one) for one in sorted(life.DONE)])
SIGNING = (life.WAITS_SIGNATURE, life.WAITS_STAMP)
WAITING = Q(status__in=sorted(life.WAITING_CITIZEN)) & ~Q(local_status=life.SUPPLEMENTED)
AT = {
    "receive": Q(status=Status.SUBMITTED) | Q(status=Status.SUPPLEMENT, local_status=life.SUPPLEMENTED),
    "examine": Q(status=Status.ACCEPTED) | (Q(status=Status.IN_PROCESS) & ~Q(local_status__in=SIGNING)),
    "approve": Q(status=Status.IN_PROCESS, local_status__in=SIGNING),
    "return": Q(status=Status.FINISHED),
    "waiting": WAITING,
}


def ends(at: datetime) -> tuple[datetime, datetime]:
    """Return the ends of the day at hand and of the last day that is "soon"."""
    near = clock.horizon(at)
    day = timedelta(days=1)
    return (
        datetime.combine(near.today, time(), VIETNAM) + day,
        datetime.combine(near.soon, time(), VIETNAM) + day,
    )


def in_state(state: str, at: datetime) -> Q:
    today, soon = ends(at)
    running = ~DONE & ~WAITING
    match state:
        case "late":
            return running & Q(due_at__lt=at)
        case "today":
            return running & Q(due_at__gte=at, due_at__lt=today)
        case "soon":
            return running & Q(due_at__gte=today, due_at__lt=soon) & Q(due_at__gte=at)
        case "on_time":
            return running & Q(due_at__gte=soon)
        case "waiting":
            return WAITING
    raise Invalid("dossiers.no_such_state", [Fault("state", "dossiers.no_such_state", state)])


def states_of_group(
    status: int, local_status: str, number: int, late: int, by_today: int, by_soon: int
) -> dict[str, int]:
    """Return how many dossiers of a group are in each state.

    late, by_today, by_soon  how many are due before now, before the first and before the second of `ends`
    """
    if status in life.DONE:
        return {"done": number}
    if status in life.WAITING_CITIZEN and local_status != life.SUPPLEMENTED:
        return {"waiting": number}
    return {
        "late": late,
        "today": by_today - late,
        "soon": by_soon - by_today,
        "on_time": number - by_soon,
    }


def waits_for(status: int, local_status: str) -> str:
    """Return the kind of step that waits; the same as the conditions of `AT`."""
    match status:
        case Status.SUBMITTED:
            return "receive"
        case Status.SUPPLEMENT:
            return "receive" if local_status == life.SUPPLEMENTED else ""
        case Status.ACCEPTED:
            return "examine"
        case Status.IN_PROCESS:
            return "approve" if local_status in SIGNING else "examine"
        case Status.FINISHED:
            return "return"
    return ""
