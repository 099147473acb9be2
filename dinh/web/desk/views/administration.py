"""The first page of administration: one line for each thing that can be looked after, and how it is."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.directory.models import UnitVersion
from dinh.journal.models import Unsealed
from dinh.lib.money import show_number
from dinh.papers.models import Paper
from dinh.web.desk.menu import ADMINISTRATION
from dinh.web.desk.views.base import account_of, desk_page, may, show, today
from dinh.web.desk.views.scope import units_of


@desk_page(*ADMINISTRATION)
def home(request: HttpRequest) -> HttpResponse:
    """Show the doors of administration that open for this person."""
    doors = []
    if may(request, "directory.manage_accounts"):
        units = units_of(account_of(request), "directory.manage_accounts")
        staff = {account.pk for unit in units for account in directory.accounts_of(unit, today())}
        text = ngettext("%(n)s account", "%(n)s accounts", len(staff)) % {"n": told(len(staff))}
        doors.append(("accounts", _("Accounts and roles"), text, "people"))
    if may(request, "directory.manage_places"):
        communes = UnitVersion.objects.filter(directory.in_force(today()), level="commune").count()
        doors.append(
            (
                "places",
                _("Places"),
                ngettext("%(n)s commune", "%(n)s communes", communes) % {"n": told(communes)},
                "home",
            )
        )
        doors.append(
            ("closures", _("Closed days"), _("Storms, moves, repairs: due dates move with them."), "clock")
        )
    if may(request, "catalogue.read"):
        number = len(store.get().procedures)
        doors.append(
            (
                "catalogue",
                _("Catalogue"),
                ngettext("%(n)s procedure", "%(n)s procedures", number) % {"n": told(number)},
                "file",
            )
        )
    if may(request, "directory.manage_accounts") or may(request, "catalogue.read"):
        doors.append(("roles", _("Roles"), _("Who may do what."), "shield"))
    if may(request, "journal.read"):
        waiting = Unsealed.objects.count()
        text = ngettext("%(n)s entry waits for its seal", "%(n)s entries wait for their seal", waiting) % {
            "n": told(waiting)
        }
        doors.append(("journal", _("Journal"), text, "check"))
        failed = _failed(policy.scope(account_of(request), "journal.read", today()).units)
        text = (
            ngettext("%(n)s failed task", "%(n)s failed tasks", failed) % {"n": told(failed)}
            if failed
            else _("Nothing failed.")
        )
        doors.append(("failures", _("What failed"), text, "warn"))
    lines = [
        {"name": f"desk:{name}", "title": title, "text": text, "icon": icon}
        for name, title, text, icon in doors
    ]
    return show(request, "admin/home", {"doors": lines})


def told(number: int) -> str:
    """Return a number with the marks of the reader's language."""
    return show_number(number, get_language() or "vi")


def _failed(units: frozenset[UUID]) -> int:
    papers = Paper.objects.filter(state=Paper.State.FAILED, unit__in=units).aggregate(n=Count("pk"))["n"]
    return int(DBTaskResult.objects.failed().count()) + int(papers)
