"""Conditions on dossiers that lists and counts share: what a dossier waits for, how near its due date is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Case, CharField, Q, Value, When

from dinh.dossiers.models import Status
from dinh.dossiers.rules import clock, life
from dinh.lib.dates import VIETNAM
from dinh.lib.errors import Fault, Invalid

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
    running = ~Q(status__in=sorted(life.DONE)) & ~WAITING
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


def bucket_of(at: datetime) -> Case:
    """Return how near the due date is, whatever else holds."""
    today, soon = ends(at)
    return Case(
        When(due_at__lt=at, then=Value("late")),
        When(due_at__lt=today, then=Value("today")),
        When(due_at__lt=soon, then=Value("soon")),
        default=Value("on_time"),
        output_field=CharField(),
    )


def state_of_group(status: int, local_status: str, bucket: str) -> str:
    if status in life.DONE:
        return "done"
    waiting = status in life.WAITING_CITIZEN and local_status != life.SUPPLEMENTED
    return "waiting" if waiting else bucket


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
