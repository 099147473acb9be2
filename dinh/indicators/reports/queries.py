"""Reads of reports: those that were made of a unit, and whether a reader may open one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.catalogue import store
from dinh.catalogue.shapes import report as shapes
from dinh.directory import policy, tree
from dinh.directory.models import Account
from dinh.indicators.models import Report
from dinh.indicators.queries import closing, hiding, places
from dinh.indicators.reports.actions import READ
from dinh.indicators.reports.asking import figures_of
from dinh.lib.dates import local_date
from dinh.lib.names import fold


def offered(unit: UUID, month_end: date) -> list[shapes.Report]:
    """Return the reports that are made of units of this level, in order of title."""
    level = places.level_of(unit, month_end)
    found = [one for one in store.get().reports.values() if one.level == level]
    return sorted(found, key=lambda one: fold(str(one.title)))


def made_of(unit: UUID, *, words: str = "", month: int | None = None) -> QuerySet[Report]:
    """Return the reports of a unit and of those whose heir it is, the newest first; what they say is not read.

    words  part of the title, of the name of who asked, or the number of the document
    """
    found = Report.objects.filter(unit__in=tree.with_inherited(unit)).defer("content")
    if month is not None:
        found = found.filter(month=month)
    for word in words.split()[:8]:
        people = Account.objects.filter(full_name__icontains=word).values("pk")
        one = Q(title__icontains=word) | Q(asked_by__in=people)
        number = word.partition("/")[0]
        if number.isdecimal() and len(number) < 9:
            one |= Q(number=int(number))
        found = found.filter(one)
    return found.order_by("-asked_at", "-pk")


def may_open(account: Account, row: Report, at: datetime, on: date) -> bool:
    """Return whether a reader may see a report: their own, or one that hides all that is hidden from them.

    What another asked for after the close of the day that the reader sees is opened when that day is closed for them.
    """
    if not policy.may(account, READ, unit=row.unit, on=on):
        return False
    item = store.get().reports.get(row.report)
    if row.account == account.pk or item is None:
        return row.account == account.pk
    if _ahead(account, row, on):
        return False
    known = store.get().indicators
    # Which figures another edition named is not known any more: then none of all may be hidden from the reader.
    ids = figures_of(item) if item.version == row.edition else tuple(known)
    wanted = [known[id] for id in hiding.with_scores(ids) if id in known]
    return hiding.hidden_from(account, wanted, row.unit, on) <= set(row.hidden)


def _ahead(account: Account, row: Report, on: date) -> bool:
    """Return whether a report of another was composed of what this reader sees on a later day only."""
    close = closing.close_for(account, row.unit, on)
    made = row.made_at or row.asked_at
    if close is None or made <= closing.moment(close):
        return False
    maker = Account.objects.filter(pk=row.account).first()
    composed = closing.close_for(maker, row.unit, local_date(made))
    return composed is None or composed > close
