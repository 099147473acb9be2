"""Surveys of the people's council: sent, answered once a code and without a name, closed into a told figure."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.actions.holding import hold_communes
from dinh.indicators.actions.told import OF_SURVEYS, is_locked, tell_measured
from dinh.indicators.models import Survey, SurveyCode, SurveyMark
from dinh.indicators.rules.months import first_day, later, month_of
from dinh.indicators.rules.values import SMALL
from dinh.journal.actions import action
from dinh.lib.dates import VIETNAM, local_date
from dinh.lib.errors import Fault, NotFound

SEND = "surveys.send"
ANSWERS, SATISFIED = OF_SURVEYS
MARKS = (1, 2, 3, 4, 5)
GOOD = 4  # and better
MOST_QUESTIONS, MOST_CODES, LONGEST = 5, 500, timedelta(days=92)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
LENGTH = 12


@action
def send(
    unit: UUID,
    title: str,
    questions: Sequence[str],
    count: int,
    closes_on: date,
    *,
    by: Account,
    at: datetime,
) -> tuple[Survey, list[str]]:
    """Open a survey, and return the codes with which it is answered. They are told this once: only digests are kept.

    Raises NotPermitted, Invalid ("indicators.survey").
    """
    policy.require(by, SEND, unit=unit, on=local_date(at))
    refuse_if(_faults(title, questions, count, closes_on, local_date(at)), "indicators.survey")
    survey = Survey(
        unit=unit, title=title.strip(), questions=list(questions), codes=count, closes_on=closes_on,
        sent_by=by.pk, sent_at=at,
    )  # fmt: skip
    survey.save(force_insert=True)
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(LENGTH)) for _code in range(count)]
    SurveyCode.objects.bulk_create(SurveyCode(digest=digest(code), survey=survey) for code in codes)
    created(survey, "indicators.survey_sent", by=by, at=at, unit=unit)
    return survey, codes


def find(code: str) -> SurveyCode:
    """Return what a code stands for. Raises NotFound ("indicators.no_survey")."""
    found = SurveyCode.objects.select_related("survey").filter(digest=digest(code)).first()
    if found is None:
        raise NotFound(
            "indicators.no_survey", _("There is no survey with this code. Look at the paper again.")
        )
    return found


@action
def answer(code: str, marks: Mapping[str, int], *, at: datetime) -> Survey:
    """Take the marks that somebody gives, and use the code up. Who it was is not asked, and not kept.

    Raises NotFound; Invalid ("indicators.survey_answer") for a mark that is missing, a used code, a closed survey.
    """
    survey = Survey.objects.select_for_update().get(pk=find(code).survey_id)
    used = not SurveyCode.objects.filter(digest=digest(code), used=False).exists()
    faults = [
        Fault(question, "missing", _("Choose one of the five."))
        for question in survey.questions
        if marks.get(question) not in MARKS
    ]
    if used:
        faults = [Fault("", "used", _("This code was used already. Each code answers once."))]
    elif survey.closed_at is not None or local_date(at) > survey.closes_on:
        faults = [Fault("", "closed", _("This survey is closed."))]
    refuse_if(faults, "indicators.survey_answer")
    SurveyCode.objects.filter(digest=digest(code)).update(used=True)
    for question in survey.questions:
        row, _new = SurveyMark.objects.get_or_create(survey=survey, question=question, mark=marks[question])
        SurveyMark.objects.filter(pk=row.pk).update(count=F("count") + 1)
    # The entry says that somebody answered; what they answered stands in the sums alone.
    change(
        survey,
        "indicators.survey_answered",
        by=None,
        at=_hour(at),
        unit=survey.unit,
        answers=survey.answers + 1,
    )
    return survey


@action
def close(survey: Survey, *, by: Account, at: datetime) -> Survey:
    """Close a survey; its answers come back as told figures of the month, for a second person to approve.

    Of fewer than five answers nothing is told: somebody could be known by them.
    """
    policy.require(by, SEND, unit=survey.unit, on=local_date(at))
    month = month_of(local_date(at))
    hold_communes([survey.unit])  # of two that are closed at once, the second tells the sum of both
    faults = []
    if survey.closed_at is not None:
        faults.append(Fault("state", "closed", _("This survey is closed.")))
    if is_locked(survey.unit, month):
        faults.append(Fault("month", "locked", _("This month is locked. Ask for a restatement.")))
    refuse_if(faults, "indicators.survey")
    change(survey, "indicators.survey_closed", by=by, at=at, unit=survey.unit, closed_by=by.pk, closed_at=at)
    # One of too few adds nothing: what others told stays as it was judged.
    told = _told(survey.unit, month) if survey.answers >= SMALL else {}
    for measure, value in told.items():
        tell_measured(measure, survey.unit, month, value, survey.title, by=by, at=at)
    return survey


def _told(unit: UUID, month: int) -> dict[str, int]:
    """Return what the surveys that were closed in a month tell together; nothing where they are of too few."""
    first, after = (
        datetime.combine(first_day(one), datetime.min.time(), VIETNAM) for one in (month, later(month, 1))
    )
    closed = Survey.objects.filter(unit=unit, closed_at__gte=first, closed_at__lt=after, answers__gte=SMALL)
    marks = SurveyMark.objects.filter(survey__in=closed)
    total = marks.aggregate(all=Sum("count"))["all"]
    if not total:
        return {}
    good = marks.filter(mark__gte=GOOD).aggregate(all=Sum("count"))["all"] or 0
    return {ANSWERS: total, SATISFIED: good}


def digest(code: str) -> str:
    """Return what is kept of a code, however it was typed."""
    plain = "".join(letter for letter in code.lower() if letter in LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()


def _hour(at: datetime) -> datetime:
    """Return the beginning of the hour: when exactly somebody answered is nobody's business."""
    return at.replace(minute=0, second=0, microsecond=0)


def _faults(title: str, questions: Sequence[str], count: int, closes_on: date, today: date) -> list[Fault]:
    known = {entry.code for entry in store.get().lists["survey_questions"].entries}
    faults = []
    if not 3 <= len(title.strip()) <= 120:
        faults.append(Fault("title", "length", _("Write what it is about, in 3 to 120 signs.")))
    if (
        not 1 <= len(set(questions)) <= MOST_QUESTIONS
        or not set(questions) <= known
        or len(set(questions)) < len(questions)
    ):
        faults.append(Fault("questions", "count", _("Choose one to five questions.")))
    if not SMALL <= count <= MOST_CODES:
        faults.append(Fault("count", "out_of_range", _("Between 5 and 500 people can be asked.")))
    if not today <= closes_on <= today + LONGEST:
        faults.append(Fault("closes_on", "out_of_range", _("Choose a day within the next three months.")))
    return faults
