"""Visiting some houses again: a month's draw becomes tasks for a supervisor."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.journal.actions import action, record
from dinh.lib.dates import local_date
from dinh.outreach.models import Visit
from dinh.outreach.queries.happenings import Period, happenings
from dinh.outreach.queries.leading import SUPERVISE
from dinh.outreach.queries.supervision import odd_visits
from dinh.outreach.rules import oddness
from dinh.work.actions.tasks import ask_for
from dinh.work.models import Assignment

VISITED_AGAIN_IN = timedelta(days=14)


def drawn(unit: UUID, period: Period, *, share: float = oddness.SHARE) -> dict[UUID, frozenset[str]]:
    """Return the visits of a month that are visited again, with what is odd about each: the same at every call.

    Only visits at which somebody was met, and none that is itself a second look.
    """
    ids = [one.id for one in happenings(unit, period) if one.kind == "visit" and one.what == "met"]
    first = set(Visit.objects.filter(pk__in=ids, checks=None).values_list("pk", flat=True))
    patterns = odd_visits(first)
    weights = {pk: oddness.weight(patterns.get(pk, ())) for pk in first}
    chosen = oddness.draw(weights, oddness.how_many(len(first), share), f"{period.from_on:%Y-%m}/{unit}")
    return {pk: patterns.get(pk, frozenset()) for pk in chosen}


@action
def ask_revisits(*, unit: Unit, period: Period, by: Account, to: Account, at: datetime) -> list[Assignment]:
    """Make a task for a supervisor of each visit that was drawn and not asked for before; return the new ones.

    Raises NotPermitted unless both supervise the commune.
    """
    on = local_date(at)
    for one in (by, to):
        policy.require(one, SUPERVISE, unit=unit.pk, on=on)
    Unit.objects.select_for_update().get(pk=unit.pk)  # of two at once the second finds what the first asked
    chosen = drawn(unit.pk, period)
    known = Assignment.objects.filter(subject_type="visit", subject__in=list(chosen)).values_list(
        "subject", flat=True
    )
    fresh = (
        Visit.objects.filter(pk__in=set(chosen) - set(known)).select_related("household").order_by("at", "pk")
    )
    with override("vi"):  # of the team's work; the page says it in the reader's language
        sentence = _("Visit this house again and ask whether the visit took place as it was written down.")
    made = [
        ask_for(
            unit=unit, village=visit.village_id, household=visit.household_id, subject_type="visit", subject=visit.pk,
            sentence=sentence, due_on=on + VISITED_AGAIN_IN, by=by, at=at, assignee=to,
        )
        for visit in fresh
    ]  # fmt: skip
    body = {"month": period.from_on, "drawn": sorted(chosen), "asked": [one.pk for one in made]}
    Unit.objects.filter(pk=unit.pk).update(
        version=F("version") + 1
    )  # the unit's row is as it was, but for this entry
    unit.refresh_from_db(fields=["version"])
    record("outreach.revisits_drawn", subject=unit, at=at, by=by.pk, unit=unit.pk, body=body)
    return made
