"""The pages of the teams, side by side below their heading: only those that open for the person who looks."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.outreach.actions.voices import APPROVE, RECORD
from dinh.outreach.policy import ANSWER, LEAD, MANAGE, SUPERVISE
from dinh.outreach.queries.commons import EDIT

# Name of the page, label, permissions of which one is enough.
TABS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("teams", _("Teams"), (LEAD, MANAGE, SUPERVISE)),
    ("team_tasks", _("Tasks"), (LEAD, MANAGE, SUPERVISE)),
    ("rota", _("Rota"), (LEAD, MANAGE, SUPERVISE)),
    ("targets", _("Goals"), (LEAD, MANAGE, SUPERVISE)),
    ("difficulties", _("Difficulties"), (ANSWER, LEAD, SUPERVISE)),
    ("cards", _("Questions and answers"), (ANSWER, LEAD, SUPERVISE)),
    ("gatherings", _("Gatherings"), (LEAD, MANAGE, SUPERVISE)),
    ("teams_conflicts", _("Contradictions"), (SUPERVISE,)),
    ("teams_panel", _("Panel"), (LEAD, SUPERVISE)),
    ("teams_reports", _("Reports"), (LEAD, SUPERVISE)),
    ("badges", _("Badges and slips"), (MANAGE,)),
    ("teams_voices", _("Voices"), (RECORD, APPROVE)),
    ("devices", _("Telephones"), (MANAGE,)),
    ("thanks", _("Thanks"), (MANAGE,)),
    ("kiosks", _("Kiosks"), (MANAGE,)),
    ("commons", _("Pages of the commune"), (EDIT,)),
)


def of(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs of the teams' pages; none elsewhere."""
    if not request.path.startswith(reverse("desk:teams")):
        return []
    account, on = cast(Account, request.user), timezone.localdate()
    found = []
    for name, label, permissions in TABS:
        if any(policy.may(account, one, on=on) for one in permissions):
            found.append({"label": label, "url": reverse(f"desk:{name}")})
    over = [str(one["url"]) for one in found if request.path.startswith(str(one["url"]))]
    here = max(over, key=len, default="")
    return [{**one, "current": one["url"] == here} for one in found]
