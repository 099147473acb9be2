"""The list of teams: steering committee, commune, villages, young volunteers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.lib.dates import show_datetime
from dinh.lib.names import fold, sort_key
from dinh.outreach.models import Team
from dinh.outreach.policy import LEAD, MANAGE, SUPERVISE, seen_teams
from dinh.outreach.queries.teams import TeamLine, lines
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk.views.base import account_of, desk_page, may, show, today
from dinh.web.desk.views.tables import Asked, Choice

ORDERS = {
    "kind": gettext_lazy("Kind of team"),
    "name": gettext_lazy("Name"),
    "members": gettext_lazy("Most members first"),
    "late": gettext_lazy("Most late tasks first"),
    "contact": gettext_lazy("Longest without contact first"),
}
KINDS = [Team.Kind.STEERING, Team.Kind.COMMUNE, Team.Kind.VILLAGE, Team.Kind.YOUNG]
KEYS: Mapping[str, Callable[[TeamLine], Any]] = {
    "kind": lambda line: (KINDS.index(Team.Kind(line.team.kind)), sort_key(line.team.name)),
    "name": lambda line: sort_key(line.team.name),
    "members": lambda line: (-line.members, sort_key(line.team.name)),
    "late": lambda line: (-line.late, sort_key(line.team.name)),
    "contact": lambda line: (
        line.last_contact.timestamp() if line.last_contact else 0, sort_key(line.team.name)
    ),
}  # fmt: skip
STATE = Choice(
    "state",
    gettext_lazy("State"),
    {"closed": gettext_lazy("closed"), "all": gettext_lazy("open and closed")},
    gettext_lazy("open"),
)


@desk_page(LEAD, MANAGE, SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the teams that one leads or manages; `?form=csv` takes the list away."""
    kinds = Choice("kind", gettext_lazy("Kind of team"), {kind.value: kind.label for kind in KINDS})
    asked = Asked.of(request.GET, ORDERS, kinds, STATE)
    found = sorted(_wanted(request, asked), key=KEYS[asked.order])
    shown, more = asked.cut(found[asked.window])
    if asked.form:
        return as_file(_table(shown), asked.form, "to-cong-nghe-so", _("Teams"))
    context = {
        "lines": shown, "total": len(found), "asked": asked.drawn(more), "manages": may(request, MANAGE),
    }  # fmt: skip
    return show(request, "teams/teams", context)


def _wanted(request: HttpRequest, asked: Asked) -> list[TeamLine]:
    on, wanted = today(), fold(asked.q)
    teams = seen_teams(account_of(request), on)
    state = asked.chosen.get("state", "")
    if state != "all":
        teams = teams.filter(closed_on__isnull=state != "closed")
    if kind := asked.chosen.get("kind"):
        teams = teams.filter(kind=kind)
    return [
        line
        for line in lines(teams, on)
        if wanted in fold(f"{line.team.name} {line.unit} {line.leader} {' '.join(line.villages)}")
    ]


def _table(shown: list[TeamLine]) -> list[list[str]]:
    head = [
        _("Name"), _("Kind of team"), _("Unit"), _("Leader"), _("Members"), _("Villages"), _("Tasks to do"),
        _("Late"), _("Last contact"),
    ]  # fmt: skip
    body = [
        [
            line.team.name, str(Team.Kind(line.team.kind).label), line.unit, line.leader, str(line.members),
            ", ".join(line.villages), str(line.open), str(line.late),
            show_datetime(line.last_contact),
        ]
        for line in shown
    ]  # fmt: skip
    return [head, *body]
