"""What was done to registers and paper books: the journal's entries in words, newest first."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.journal.models import Entry
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk import acting
from dinh.web.desk.views.base import account_of, desk_page, show, today
from dinh.web.desk.views.tables import Asked, Choice

READ = "journal.read"
ORDERS = {"newest": gettext_lazy("Newest first"), "oldest": gettext_lazy("Oldest first")}
ACT = Choice("act", gettext_lazy("What was done"), acting.ACTS)

BY = Choice(
    "by", gettext_lazy("By whom"), {"people": gettext_lazy("people"), "machine": gettext_lazy("the system")}
)


@desk_page(READ)
def page(request: HttpRequest) -> HttpResponse:
    """Show the acts within reach of whoever reads the journal; `?form=csv` takes them away."""
    asked = Asked.of(request.GET, ORDERS, ACT, BY)
    entries, more = asked.cut(list(_acts(asked, account_of(request))[asked.window]))
    lines = acting.lines(entries)
    if asked.form:
        return as_file(_table(lines), asked.form, "viec-da-lam", _("Acts of registers"))
    return show(request, "admin/acts", {"lines": lines, "asked": asked.drawn(more)})


def _acts(asked: Asked, account: Account) -> QuerySet[Entry]:
    """Return the entries asked for. Their keys grow with time: the newest are found without sorting all."""
    kinds = [asked.chosen["act"]] if "act" in asked.chosen else list(acting.ACTS)
    found = Entry.objects.filter(kind__in=kinds, unit__in=policy.scope(account, READ, today()).units)
    if "by" in asked.chosen:
        found = found.filter(actor__isnull=asked.chosen["by"] == "machine")
    if asked.q:
        named = Account.objects.filter(full_name__icontains=asked.q, kind=Account.Kind.STAFF)
        found = found.filter(actor__in=list(named.values_list("pk", flat=True)[:50]))
    return found.order_by("id" if asked.order == "oldest" else "-id")


def _table(lines: list[dict[str, Any]]) -> list[list[str]]:
    head = [_("At"), _("Who"), _("What was done"), _("Register or book")]
    return [head, *([line[key] for key in ("at", "who", "what", "thing")] for line in lines)]
