"""At which month a page of told figures opens where none was asked for: the one that is due, and why it is that one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dinh.directory import tree
from dinh.indicators.actions import told as actions
from dinh.indicators.models import Told
from dinh.indicators.queries.told import wanted
from dinh.indicators.rules.months import last_day, later, month_of
from dinh.web.board import asking, saying
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of
from dinh.web.board.views.doing import may


def chosen(request: HttpRequest) -> bool:
    """Return whether the address names a month."""
    return asking.read_month(request.GET.get("month", "")) is not None


def over(asked: Asked) -> int:
    """Return the newest month that is over."""
    return later(month_of(asked.today), -1)


def at_due(request: HttpRequest, asked: Asked) -> tuple[Asked, str]:
    """Return the question at the month that is due to this reader, and why in words; as it is where a month was asked for."""
    if chosen(request):
        return asked, ""
    if may(request, actions.DECLARE, asked):
        month, why = _to_tell(asked)
    else:
        month, why = to_judge(request, asked, [asked.unit])
    return replace(asked, month=month), capfirst(why)


def _to_tell(asked: Asked) -> tuple[int, str]:
    """Return the newest month that is over while something of it may still be told; else the one that runs."""
    newest, last = month_of(asked.today), over(asked)
    words = {"last": saying.month(last), "now": saying.month(newest)}
    began = tree.versions(asked.unit)[0].valid_from
    if began > last_day(last):
        return newest, _("the commune began in %(now)s: this page opened at it.") % words
    if actions.is_locked(asked.unit, last) or actions.is_verified(asked.unit, last):
        return newest, _(
            "%(last)s was verified already, so this page opened at %(now)s, which still runs."
        ) % words
    ids = [one.id for one in wanted(last, asked.today)]
    rows = Told.objects.filter(unit=asked.unit, month=last, measure__in=ids)
    missing = len(ids) - rows.exclude(state=Told.State.RETURNED).count()
    if not missing:
        return newest, _("all of %(last)s is told, so this page opened at %(now)s, which still runs.") % words
    told = ngettext(
        "%(last)s is over and %(n)s figure of it is not told: this page opened at it.",
        "%(last)s is over and %(n)s figures of it are not told: this page opened at it.",
        missing,
    )
    return last, told % {**words, "n": missing}


def to_judge(request: HttpRequest, asked: Asked, units: Iterable[UUID]) -> tuple[int, str]:
    """Return the newest month that is over; the one that runs where values of it alone wait for this reader."""
    newest, last = month_of(asked.today), over(asked)
    rows = Told.objects.filter(unit__in=list(units), month__in=[last, newest], state=Told.State.ENTERED)
    waits = set(rows.exclude(entered_by=account_of(request).pk).values_list("month", flat=True))
    if waits == {newest} and may(request, actions.APPROVE, asked):
        return newest, _("values of %(now)s wait for you: this page opened at it.") % {
            "now": saying.month(newest)
        }
    return last, _("this page opened at %(last)s, the newest month that is over.") % {
        "last": saying.month(last)
    }
