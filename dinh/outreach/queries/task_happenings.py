"""What settles open tasks: the last meeting at a house, help, requests, results and answers carried home."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from dinh.directory import tree
from dinh.dossiers.models import Dossier
from dinh.lib.dates import VIETNAM, local_date
from dinh.outreach.models import Assistance, Difficulty, Visit
from dinh.outreach.queries.task_facts import ENDED, WAITS
from dinh.outreach.rules.task_making import Happening, Happenings

DONE = "done"


def since(unit: UUID, day: date, open_dossiers: set[UUID]) -> Happenings:
    """Return what happened in a commune since a day, the last of each. Five queries.

    open_dossiers  dossiers whose completion some open task waits for
    """
    begin = datetime.combine(day, time.min, VIETNAM)
    visits = Visit.objects.filter(household__unit=unit, outcome=Visit.Outcome.MET, at__gte=begin).order_by(
        "at"
    )
    visit = {
        house: _one(at, by, pk)
        for house, at, by, pk in visits.values_list("household", "at", "account", "pk")
    }
    help_: dict[UUID, Happening] = {}
    filed: dict[tuple[str, UUID], Happening] = {}
    helped = Assistance.objects.filter(household__unit=unit, at__gte=begin).order_by("at")
    for pk, outcome, household, person, at, by, procedure in helped.values_list(
        "pk", "outcome", "household", "person", "at", "account", "procedure"
    ):
        if procedure and person:
            filed[procedure, person] = _one(at, by, pk)
        if outcome == DONE:
            help_.update({one: _one(at, by, pk) for one in (person, household) if one})
    for pk, procedure, applicant, subject, at, by in _dossiers(unit, begin):
        about = subject or applicant
        if about is not None and (procedure, about) not in filed:
            filed[procedure, about] = _one(at, by, pk)
    return Happenings(
        visit, help_, filed, _brought(unit, begin), _told(unit, begin), _supplemented(open_dossiers)
    )


def _one(at: datetime, by: UUID | None, source: UUID | None) -> Happening:
    return Happening(local_date(at), at, by, source)


def _dossiers(unit: UUID, begin: datetime) -> QuerySet[Dossier, Any]:
    rows = Dossier.objects.filter(unit__in=tree.with_inherited(unit), filed_at__gte=begin).order_by(
        "filed_at"
    )
    return rows.values_list("pk", "procedure", "applicant", "subject", "filed_at", "helper")


def _brought(unit: UUID, begin: datetime) -> dict[UUID, Happening]:
    rows = Assistance.objects.filter(household__unit=unit, brought_at__gte=begin, dossier__isnull=False)
    return {
        dossier: _one(at, by, pk)
        for dossier, at, by, pk in rows.values_list("dossier", "brought_at", "account", "pk")
        if dossier is not None and at is not None
    }


def _told(unit: UUID, begin: datetime) -> dict[UUID, Happening]:
    rows = Difficulty.objects.filter(household__unit=unit, told_at__gte=begin)
    return {pk: _one(at, None, None) for pk, at in rows.values_list("pk", "told_at") if at is not None}


def _supplemented(dossiers: set[UUID]) -> dict[UUID, Happening]:
    rows = Dossier.objects.filter(pk__in=dossiers).exclude(status__in=[*WAITS, *ENDED])
    return {pk: _one(at, by, pk) for pk, at, by in rows.values_list("pk", "waiting_since", "helper")}
