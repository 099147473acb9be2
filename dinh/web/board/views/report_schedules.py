"""When reports of a unit are made by themselves, and for whom: set and stopped by who approves its figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.indicators.models import ReportSchedule
from dinh.indicators.reports import queries, scheduling
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.ids import as_uuid
from dinh.web.board import saying
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, may, names, seen, shown, unknown
from dinh.web.components.posted import whole


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show which reports of a unit are made by themselves; set one, or stop one."""
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _do(request, asked)
        if not faults:
            return go("report_schedules", query=asked.query())
    told = language()
    rows = list(ReportSchedule.objects.filter(unit=asked.unit, stopped_at=None).order_by("set_at"))
    context = {
        "lines": [_line(row, told, asked) for row in rows],
        "offered": [(one.id, str(one.title)) for one in queries.offered(asked.unit, asked.today)],
        "roles": [(id, str(store.get().roles[id].title)) for id in scheduling.roles_offered()],
        "may_set": may(request, scheduling.SET, asked),
        "posted": request.POST,
        "posted_roles": request.POST.getlist("roles"),
        "most_day": scheduling.MOST_DAY,
        "faults": faults,
    }
    return shown(request, "report_schedules", asked, context, nav="reports", status=422 if faults else 200)


def _line(row: ReportSchedule, told: str, asked: Asked) -> dict[str, Any]:
    item, roles = store.get().reports.get(row.report), store.get().roles
    by_day = row.when == ReportSchedule.When.DAY
    return {
        "pk": row.pk,
        "version": row.version,
        "title": str(item.title) if item else row.report,
        "when": _("day %(day)s of the next month, locked or not") % {"day": row.day}
        if by_day
        else str(row.get_when_display()),
        "roles": ", ".join(str(roles[id].title) if id in roles else id for id in row.roles),
        "readers": [one.full_name for one in scheduling.readers(row, asked.today)],
        "last": saying.month(row.last_month) if row.made.exists() else "",
        "who": names({row.set_by}).get(row.set_by, ""),
        "set_at": show_datetime(row.set_at, told),
    }


def _do(request: HttpRequest, asked: Asked) -> list[Fault]:
    by, at, what = account_of(request), timezone.now(), request.POST.get("do", "")
    if what == "stop":
        row = get_object_or_404(
            ReportSchedule, pk=as_uuid(request.POST.get("schedule")), unit=asked.unit, stopped_at=None
        )
        row.version = seen(request)
        return attempt(
            request,
            lambda: scheduling.stop_schedule(row, by=by, at=at),
            _("This report is no longer made by itself."),
        )
    id = request.POST.get("report", "")
    if what != "set" or id not in store.get().reports:
        return unknown()
    day = whole(request.POST.get("day", "")) or 0
    return attempt(
        request,
        lambda: scheduling.set_schedule(
            id, asked.unit, when=request.POST.get("when", ""), day=day, roles=request.POST.getlist("roles"),
            by=by, at=at,
        ),
        _("From now on this report is made by itself."),
    )  # fmt: skip
