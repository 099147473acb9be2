"""A verification from the button to the tables."""

from __future__ import annotations

import pytest

from dinh.journal.models import Entry
from dinh.verification import files
from dinh.verification.models import Match, Rate, Submission
from dinh.verification.queries.rates import NO_COMMUNE
from dinh.verification.tests.register.conftest import Town

pytestmark = pytest.mark.django_db


def test_every_record_has_a_match_and_rates_add_up(town: Town) -> None:
    records = town.pupils()

    assert town.submission.state == Submission.State.DONE, town.submission.error
    assert Match.objects.count() == len(records) == town.submission.rows
    whole = Rate.objects.get(submission=town.submission, commune="")
    assert whole.rows == len(records) == sum(whole.verdicts.values())
    assert whole.verdicts["verified"] / whole.rows > 0.5
    assert {one.commune for one in Rate.objects.exclude(commune="")} == {"02746", NO_COMMUNE}


def test_people_find_the_rows_that_are_surely_theirs(town: Town) -> None:
    certain = Match.objects.filter(verdict__in=("verified", "corrected", "duplicate"))

    assert certain.count() > 300
    assert all(one.record.person_id == one.person_id for one in certain.select_related("record"))
    unsure = Match.objects.exclude(pk__in=certain).select_related("record")
    assert {one.record.person_id for one in unsure} == {None}


def test_the_journal_keeps_the_digest_of_the_answer_and_not_its_rows(town: Town) -> None:
    entry = Entry.objects.get(kind="verification.verified", subject=town.submission.pk)
    assert entry.body is not None

    assert entry.body["answer"] == files.digest(files.answer(town.submission))
    assert entry.body["rows"] == town.submission.rows
    assert not Entry.objects.filter(cause=entry.pk).exists()
