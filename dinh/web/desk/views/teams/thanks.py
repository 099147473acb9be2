"""Hours that members gave, and thanks with a certificate. In order of names: nobody is ranked."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from dinh.directory.models import Account, Unit
from dinh.lib.errors import Invalid
from dinh.lib.names import sort_key
from dinh.outreach.actions import thanks as actions
from dinh.outreach.models import Member, Thanks
from dinh.outreach.policy import MANAGE, seen_teams
from dinh.outreach.queries import hours
from dinh.papers.models import Paper
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.forms.teams import Thank
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.teams.asking import day_of
from dinh.web.desk.views.teams.choosing import commune_of, mark


@desk_page(MANAGE)
def page(request: HttpRequest) -> HttpResponse:
    """Show everybody's hours of a period, and thank somebody for them."""
    from_on, until_on = _period(request)
    people = _people(request, from_on, until_on)
    counted = hours.of(people.keys(), from_on, until_on)
    lines = [(account, counted[pk]) for pk, account in people.items()]
    lines.sort(key=lambda pair: sort_key(pair[0].full_name))
    if request.GET.get("form") in {"csv", "xlsx"}:
        return as_file(_table(lines), request.GET["form"], "gio-tinh-nguyen", _("Hours"))
    choices = [(str(account.pk), account.full_name) for account, _hours in lines]
    form = Thank(
        request.POST or None, initial={"from_on": from_on, "until_on": until_on}, choices={"account": choices}
    )
    if request.method == "POST" and form.is_valid():
        given = _thanked(request, form)
        if given is not None:
            messages.success(request, _("Thanked. The certificate is being drawn."))
            return go("thanks_paper", given.pk)
    given_here = Thanks.objects.filter(account__in=people).select_related("account").order_by("-at")[:50]
    context = {"lines": lines, "form": form, "from_on": from_on, "until_on": until_on, "given": given_here}
    return show(request, "teams/thanks", context, status=422 if form.errors else 200)


def _period(request: HttpRequest) -> tuple[date, date]:
    until_on = day_of(request.GET.get("until", "")) or today()
    from_on = day_of(request.GET.get("from", "")) or until_on - timedelta(days=181)
    return min(from_on, until_on), until_on


def _people(request: HttpRequest, from_on: date, until_on: date) -> dict[UUID, Account]:
    rows = Member.objects.filter(team__in=seen_teams(account_of(request), today()), from_on__lte=until_on)
    return {row.account_id: row.account for row in rows.select_related("account")}


def _table(lines: list[tuple[Account, hours.Hours]]) -> list[list[str]]:
    head = [
        _("Name"),
        _("Visits"),
        _("Minutes of visits"),
        _("Minutes on duty"),
        _("Minutes of gatherings"),
        _("Hours"),
    ]
    body = [
        [a.full_name, str(one.houses), str(one.visits), str(one.duties), str(one.gatherings), one.words]
        for a, one in lines
    ]
    return [head, *body]


def _thanked(request: HttpRequest, form: Thank) -> Thanks | None:
    data = form.cleaned_data
    account = Account.objects.get(pk=data["account"])
    term = Member.objects.filter(account=account, team__in=seen_teams(account_of(request), today())).first()
    if term is None:
        raise Http404
    unit = Unit.objects.get(pk=commune_of(term.team.unit_id))
    try:
        return actions.give_thanks(
            account=account, unit=unit, from_on=data["from_on"], until_on=data["until_on"], words=data["words"],
            by=account_of(request), at=now(),
        )  # fmt: skip
    except Invalid as refused:
        mark(form, refused)
    return None


@desk_page(MANAGE)
def paper(request: HttpRequest, thanks: UUID) -> HttpResponse:
    """Lead to the certificate."""
    found = get_object_or_404(Thanks, pk=thanks)
    if not may(request, MANAGE, found.unit_id):
        raise Http404
    made = Paper.objects.filter(subject=found.pk, template="thanks").order_by("-requested_at").first()
    if made is None:
        raise Http404
    return go("teams_paper", made.pk)
