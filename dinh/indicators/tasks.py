"""What the worker does by the clock: follow the entries, follow the days, and prove every night that nothing drifted."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from dinh.indicators.actions import quality
from dinh.indicators.engine import recount, touching
from dinh.indicators.models import CellBefore, Progress, Run
from dinh.indicators.queries import closing
from dinh.indicators.rules.months import day_number, later, month_of
from dinh.lib.dates import VIETNAM, local_date

KEPT = timedelta(days=90)
NIGHT = 4  # o'clock, when nobody waits
LOOKED = 14  # o'clock: what changed today is looked at while its commune can still mend it
MONTHS = 3  # of a commune, that are looked at then


def follow() -> None:
    """Count again what sealed entries touched; every 20 seconds.

    While another process counts, the marks stay for the next turn: other work by the clock does not wait for it.
    """
    at = timezone.now()
    touching.mark_touched(at)
    with suppress(recount.Busy):
        recount.recount_touched(at, waits=0)


def prove() -> None:
    """Follow a new day; after a change of definitions, and once a night, enqueue the counting of everything."""
    at = timezone.now()
    try:
        recount.move_clock(at, waits=0)
    except recount.Busy:
        return  # everything is counted just now; nothing is to be asked for
    last = Run.objects.exclude(kind=Run.Kind.TOUCHED).order_by("-started_at").first()
    night = at.astimezone(VIETNAM).hour == NIGHT and (
        last is None or at - last.started_at > timedelta(hours=2)
    )
    changed = last is not None and (touching.definitions_changed(last.started_at) or recount.views_changed())
    if last is None or night or changed:
        count_all.enqueue()
    if at.astimezone(VIETNAM).hour >= LOOKED and _once_today(at):
        look_before_close.enqueue()
    Run.objects.filter(started_at__lt=at - KEPT).delete()
    forgotten = day_number(local_date(at) - timedelta(days=closing.longest()))
    CellBefore.objects.filter(day__lte=forgotten).delete()


@task(queue_name="long")
def count_all() -> int:
    """Count everything again and look at the last month for what is odd; return how many cells had drifted."""
    at = timezone.now()
    touching.mark_touched(at)
    recount.recount_touched(at)
    drifted = recount.rebuild(at, Run.Kind.NIGHTLY).drifted
    month = later(month_of(local_date(at)), -1)
    for commune in sorted(recount.known_communes()):
        quality.look(commune, month, at=at)
    return drifted


def _once_today(at: datetime) -> bool:
    """Return whether this is the first time today, and remember it."""
    progress, _new = Progress.objects.get_or_create(name="looked")
    today = day_number(local_date(at))
    return bool(Progress.objects.filter(pk=progress.pk, position__lt=today).update(position=today))


@task(queue_name="long")
def look_before_close() -> int:
    """Look for what is odd in the months that changed today, before those above see them; return how many were looked at."""
    at = timezone.now()
    close, count = closing.close_above(local_date(at)), 0
    if close is None:
        return count
    for commune, held in sorted(closing.held_by_commune(close).items()):
        months = sorted({one.month for one in held}, reverse=True)[:MONTHS]
        for month in months:
            quality.look(commune, month, at=at)
            count += 1
    return count
