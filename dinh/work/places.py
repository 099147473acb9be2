"""Whose work is when places change: what is still to be done follows, what was done and planned stays."""

from __future__ import annotations

from django.db.models import DateField, Q, Sum
from django.db.models.functions import Now, TruncMonth
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory.changes.touched import Table, Way, called_in, register
from dinh.work.models import Assignment, IssueCard, Plan

_READY = Q(state=Assignment.State.READY)
_OPEN = Q(state=IssueCard.State.OPEN)
_TO_COME = Q(month__gte=TruncMonth(Now(), output_field=DateField()))  # goals of this month and of later ones


def _task(rule: str) -> str:
    """What a task is called: a person asked for those that no rule of the catalogue made."""
    known = store.get().tasks.get(rule)
    return str(known.title) if known else str(_("asked for by a person"))


register(
    Table(
        "work.task", _("tasks"), Assignment, Way.FOLLOWS, living=_READY, village="village", label="rule", says=_task, reads="outreach.manage", due="due_on",
        open=_READY,
    ),
    Table("work.task.village", _("tasks"), Assignment, Way.FOLLOWS, "village", living=_READY, again=True),
    Table(
        "work.plan", _("workplans"), Plan, Way.STAYS, label="measure", says=called_in("field_measures"), reads="outreach.manage", due="month", open=_TO_COME,
        sums={"goals": Sum("goal")},
    ),
    Table(
        "work.card", _("questions to answer"), IssueCard, Way.FOLLOWS, living=_OPEN, label="title", reads="work.answer", due="due_on",
        open=_OPEN,
    ),
)  # fmt: skip
