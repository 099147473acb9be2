"""Reports of the teams: counted, completed in words, reviewed, sent, printed, copied into the chat group."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.directory import queries as directory
from dinh.journal import access
from dinh.lib.ids import as_uuid
from dinh.outreach import printing
from dinh.outreach.actions import reporting as actions
from dinh.outreach.models import FieldReport, Team
from dinh.outreach.queries import report_text
from dinh.outreach.queries.happenings import Period, commune_of
from dinh.outreach.queries.leading import LEAD, SUPERVISE, led_by, may_look
from dinh.outreach.queries.reporting import missing, owing, periods, reports_for
from dinh.outreach.queries.supervision import teams_in
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.teams.asking import (
    commune_asked,
    commune_choices,
    month_asked,
    month_choices,
    month_title,
    tried,
    unit_of,
)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@desk_page(SUPERVISE, LEAD)
def browse(request: HttpRequest) -> HttpResponse:
    """List the reports of a month: of one's own teams, or all of a commune with those that are missing."""
    account, on = account_of(request), today()
    period = month_asked(request, periods(now())[1])
    commune = commune_asked(request, SUPERVISE)
    found = reports_for(account, on, period)
    newest = {(one.unit_id, one.team_id): one for one in reversed(found)}
    teams = teams_in(commune, period.until_on) if commune else list(led_by(account, on))
    lines = [(team, newest.get((commune_of(team.unit_id, period.until_on), team.pk))) for team in teams]
    owe = owing(teams, period)
    context = {
        "teams": [(team, report) for team, report in lines if report is not None or team in owe],
        "commune": commune,
        "commune_title": directory.unit_title(commune, on, with_parents=False) if commune else "",
        "whole": newest.get((commune, None)) if commune else None,
        "missing": missing(commune, period) if commune else [],
        "units": commune_choices(request, SUPERVISE),
        "unit": str(commune or ""),
        "month": f"{period.from_on:%Y-%m}",
        "months": month_choices(),
        "month_title": month_title(period),
        "earlier": [one for one in found if newest.get((one.unit_id, one.team_id)) is not one],
    }
    return show(request, "teams/reports", context)


@require_POST
@desk_page(SUPERVISE, LEAD)
def compose(request: HttpRequest) -> HttpResponse:
    """Count a team's or a commune's month into its report."""
    period = month_asked(request, periods(now())[1])
    team = _team(request)
    if team is None and not request.POST.get("unit"):
        return go("teams_reports")
    unit = team.unit if team else unit_of(as_uuid(request.POST.get("unit")))
    report = tried(request, actions.compose, team=team, unit=unit, period=period)
    return go("teams_report", report.pk) if report else go("teams_reports")


@desk_page(SUPERVISE, LEAD)
def page(request: HttpRequest, report: UUID) -> HttpResponse:
    """Show one report; while it is open, with its form."""
    found = _open(request, report)
    language = get_language() or "vi"
    period = Period(found.from_on, found.until_on)
    context = {
        "report": found,
        "told": report_text.told(found, language),
        "chat": report_text.chat(found, language),
        "editable": found.state != FieldReport.State.SENT,
        "over": found.until_on < today(),
        "newer": _newest(found) != found.pk,
        "papers": printing.papers_of(found.pk),
        "query": f"team={found.team_id}" if found.team_id else f"unit={found.unit_id}",
        "month": f"{found.from_on:%Y-%m}",
        "missing": missing(found.unit_id, period) if found.team_id is None else [],
        "sent_to": directory.unit_title(found.sent_to_id, today(), with_parents=False)
        if found.sent_to_id
        else "",
    }
    return show(request, "teams/report", context)


@require_POST
@desk_page(SUPERVISE, LEAD)
def act(request: HttpRequest, report: UUID, verb: str) -> HttpResponse:
    """Do what a button says: write, review, send, correct, print. `version` tells what the person saw."""
    found = _open(request, report)
    if str(found.version) != request.POST.get("version", str(found.version)):
        messages.error(
            request, _("Somebody changed this report while you were reading it. Look at it again.")
        )
        return go("teams_report", report)
    words = {key: request.POST.get(key, "") for key in actions.WORDS}
    doing: dict[str, Any] = {
        "write": (actions.write, {"words": words}, _("Your words are kept.")),
        "review": (actions.review, {}, _("Marked as reviewed.")),
        "send": (actions.send, {}, _("The report was sent. It no longer changes.")),
        "correct": (
            actions.correct,
            {"reason": request.POST.get("reason", "")},
            _("A correction was opened."),
        ),
        "print": (printing.print_report, {}, _("The paper is being drawn.")),
    }
    if verb not in doing:
        raise Http404
    function, given, said = doing[verb]
    if verb == "review" and tried(request, actions.write, report=found, words=words) is None:
        return go("teams_report", report)  # the words in the form are kept with the review
    made = tried(request, function, report=found, **given)
    if made is None:
        return go("teams_report", report)
    messages.success(request, said)
    if verb == "print":
        return go("teams_paper", made.pk)
    return go("teams_report", made.pk)


@desk_page(SUPERVISE, LEAD)
def document(request: HttpRequest, report: UUID) -> HttpResponseBase:
    """Take the report away as an office document."""
    found = _open(request, report)
    access.listed(
        kind="export", subject_type="fieldreport", query={"report": str(found.pk)}, ids=[found.pk],
        by=account_of(request), at=now(), purpose="team report", unit=found.unit_id,
    )  # fmt: skip
    response = HttpResponse(report_text.office_document(found), content_type=DOCX)
    response["Content-Disposition"] = (
        f'attachment; filename="bao-cao-to-{found.from_on:%Y-%m}-{found.edition}.docx"'
    )
    return response


def _open(request: HttpRequest, pk: UUID) -> FieldReport:
    found = get_object_or_404(FieldReport.objects.select_related("team", "unit", "reviewed_by"), pk=pk)
    if not may_look(account_of(request), found.team, found.unit_id, today()):
        raise Http404
    return found


def _newest(report: FieldReport) -> UUID:
    same = FieldReport.objects.filter(
        unit=report.unit_id, team=report.team_id, from_on=report.from_on, until_on=report.until_on
    )
    return same.order_by("-edition").values_list("pk", flat=True)[0]


def _team(request: HttpRequest) -> Team | None:
    pk = as_uuid(request.POST.get("team"))
    return get_object_or_404(Team.objects.select_related("unit"), pk=pk) if pk else None
