"""Figures of what was filed between two days, each of which opens into the rows it counts.

A figure is a fraction of two conditions on dossiers; nothing is stored. Rights (`figures.read`) are the caller's to ask.

The board counts by months in its own engine (`dinh.indicators`). A figure that has the name of an indicator
(`Figure.indicator`) is the same number there, and a test compares them; the others follow what was filed until it is
settled, which the board counts by the day of the decision, and say so in their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Unit
from dinh.directory.queries import subtree
from dinh.directory.tree import with_inherited
from dinh.dossiers.models import Channel, Dossier, Status, Step, Supplement
from dinh.dossiers.rules import life
from dinh.lib.dates import VIETNAM
from dinh.lib.errors import NotFound

FOUR = ("receive", "examine", "approve", "return")


@dataclass(frozen=True)
class Figure:
    """One figure: what it says, what it counts, out of what.

    title   sentence for people
    counts  condition of the numerator, within `of`
    of      condition of the denominator; empty means every dossier filed in the period
    source  decree, or who reports it
    indicator  id of the indicator of the board that is the same number; "": none is
    """

    id: str
    title: Any
    counts: Q
    of: Q
    source: Any
    indicator: str = ""


@dataclass(frozen=True)
class Fraction:
    """A computed figure. `percent` is None when there is nothing to divide by."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.numerator / self.denominator, 2) if self.denominator else None

    def __iter__(self) -> Any:
        return iter((self.numerator, self.denominator))


def all_figures(period_end: datetime) -> dict[str, Figure]:
    """Return every figure by id.

    period_end  a dossier that still runs is judged as if it ended here (on-time rule of Decision 766)
    """
    every = Q()
    returned = Q(status=Status.RETURNED)
    reported, ours = _("Reported by provinces, autumn 2025"), _("This system")
    listed = (
        Figure("e_authenticated", _("Filed by an identity proved electronically"), Q(e_authenticated=True), every, reported,
               "e_authentication_rate"),
        Figure("online_processed", _("Received and processed online"), Q(online_processed=True), every, reported,
               "online_processed_rate"),
        Figure("filed_online", _("Filed online"), Q(channel=Channel.ONLINE), every, _("Decision 766/QĐ-TTg, 3.3 (channel only)"),
               "online_rate"),
        Figure("helped", _("Filed with the help of an officer"), Q(helper__isnull=False), every, ours, "helped_rate"),
        Figure("finished", _("Settled by now"), Q(status__in=sorted(life.DONE)), every, ours),
        Figure("on_time", _("Of those accepted, settled on time, or running and not late"), on_time(period_end),
               Q(received_at__isnull=False), _("By the rules of Decision 766/QĐ-TTg, 2.1; the score counts by when they were settled")),
        Figure("four_on_site", _("Of those returned, received, examined, approved and returned at the centre"), four_on_site(), returned, reported),
        Figure("satisfied", _("Of those rated, rated four or five stars"), Q(rating__stars__gte=4), Q(rating__isnull=False), ours),
    )  # fmt: skip
    return {one.id: one for one in listed}


def on_time(period_end: datetime) -> Q:
    """Return the on-time rule as a condition; the same as `rules.clock.on_time_verdict`, row by row."""
    asked_before_due = Supplement.objects.filter(
        dossier=OuterRef("pk"), answered_at=None, requested_at__lte=OuterRef("due_at")
    )
    owed = Step.objects.filter(dossier=OuterRef("pk"), verb="ask_payment")
    owing = (
        Q(status=Status.FINANCIAL)
        & Q(Exists(owed.filter(done_at__lte=OuterRef("due_at"))))
        & ~Q(Exists(owed.filter(done_at__gt=OuterRef("due_at"))))
    )
    ended = Q(finished_at__isnull=False, finished_at__lte=F("due_at"))
    waiting = Q(finished_at__isnull=True, status=Status.SUPPLEMENT) & Q(Exists(asked_before_due))
    running = Q(finished_at__isnull=True, due_at__gte=period_end) & ~Q(
        status__in=sorted(life.WAITING_CITIZEN)
    )
    return Q(received_at__isnull=False, supplement_count__lte=1) & (ended | waiting | owing | running)


def four_on_site() -> Q:
    """Return the condition that all four steps were done, each of them at the centre; from the steps."""
    steps = (
        Step.objects.filter(dossier=OuterRef("pk"), verb__in=FOUR)
        .order_by()
        .values("dossier")
        .annotate(kinds=Count("verb", distinct=True), off=Count("id", filter=Q(on_site=False)))
        .filter(kinds=len(FOUR), off=0)
    )
    return Q(Exists(steps))


def figures(
    unit: Unit | UUID, since: date, until: date, *, now: datetime | None = None
) -> dict[str, Fraction]:
    """Return each figure of a unit and all below it, for what was filed from one local date to another.

    since, until  local dates, both included
    now           the end of the period for what still runs, when the period is not over

    One query.
    """
    defined = all_figures(_end(until, now))
    counted = _filed(unit, since, until).aggregate(
        **{f"{key}__top": Count("pk", filter=one.counts & one.of) for key, one in defined.items()},
        **{f"{key}__all": Count("pk", filter=one.of or Q(pk__isnull=False)) for key, one in defined.items()},
    )
    return {key: Fraction(counted[f"{key}__top"], counted[f"{key}__all"]) for key in defined}


def count_filed(
    unit: Unit | UUID, periods: Sequence[tuple[date, date]], *, most: int = 1_000_000
) -> list[int]:
    """Return how many dossiers were filed in each period of local dates, both ends included. One query each."""
    return [_filed(unit, since, until).order_by().values("pk")[:most].count() for since, until in periods]


def figure_rows(
    figure: str,
    unit: Unit | UUID,
    since: date,
    until: date,
    *,
    part: str = "numerator",
    now: datetime | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """Return the dossiers that a figure counts, in the order of their ids.

    part   "numerator", "denominator", or "rest": what is missing from the numerator
    after  id of the last row of the page before

    Personal data are shown, so the caller writes `journal.access.listed`. One query. Raises NotFound.
    """
    defined = all_figures(_end(until, now))
    if figure not in defined:
        raise NotFound("dossiers.no_figure", _("There is no such figure."), figure=figure)
    one = defined[figure]
    found = _filed(unit, since, until).filter(one.of)
    if part == "numerator":
        found = found.filter(one.counts)
    elif part == "rest":
        found = found.exclude(pk__in=found.filter(one.counts).values("pk"))
    if after is not None:
        found = found.filter(pk__gt=after)
    rows = found.order_by("pk").values(
        "id", "number", "procedure", "title", "applicant_name", "status", "channel", "filed_at", "received_at",
        "due_at", "finished_at", "returned_at",
    )  # fmt: skip
    return [dict(row) for row in rows[:limit]]


def by_procedure(
    unit: Unit | UUID, since: date, until: date, *, now: datetime | None = None
) -> list[dict[str, Any]]:
    """Return for each procedure how many were filed, settled and on time, most filed first. One query."""
    defined = all_figures(_end(until, now))
    rows = (
        _filed(unit, since, until)
        .order_by()
        .values("procedure")
        .annotate(
            filed=Count("pk"),
            settled=Count("pk", filter=defined["finished"].counts),
            accepted=Count("pk", filter=defined["on_time"].of),
            on_time=Count("pk", filter=defined["on_time"].counts),
        )
        .order_by("-filed", "procedure")
    )
    return [dict(row) for row in rows]


def _filed(unit: Unit | UUID, since: date, until: date) -> QuerySet[Dossier]:
    key = unit.pk if isinstance(unit, Unit) else unit
    return Dossier.objects.filter(
        unit__in=subtree(key, until) | with_inherited(key),
        filed_at__gte=datetime.combine(since, time(), VIETNAM),
        filed_at__lt=datetime.combine(until, time(), VIETNAM) + timedelta(days=1),
    )


def _end(until: date, now: datetime | None) -> datetime:
    end = datetime.combine(until, time(), VIETNAM) + timedelta(days=1)
    return min(end, now) if now is not None else end
