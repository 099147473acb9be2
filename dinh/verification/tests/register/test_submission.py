"""A verification from the button to the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.journal.models import Entry
from dinh.lib.errors import NotFound
from dinh.verification import queries
from dinh.verification.models import Match, Rate, Submission
from dinh.verification.queries.rates import NO_COMMUNE
from dinh.verification.runs import files
from dinh.verification.runs.merged import Merged
from dinh.verification.tests.register.conftest import ON, Town

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

    assert certain.count() > 200
    assert all(one.record.person_id == one.person_id for one in certain.select_related("record"))
    unsure = Match.objects.exclude(pk__in=certain).select_related("record")
    assert {one.record.person_id for one in unsure} == {None}


def test_the_journal_keeps_the_digest_of_the_answer_and_not_its_rows(town: Town) -> None:
    entry = Entry.objects.get(kind="verification.verified", subject=town.submission.pk)
    assert entry.body is not None

    assert entry.body["answer"] == files.digest(files.answer(town.submission))
    assert entry.body["rows"] == town.submission.rows
    assert not Entry.objects.filter(cause=entry.pk).exists()


def test_rates_are_told_to_who_reads_the_register(town: Town) -> None:
    whole = Rate.objects.get(submission=town.submission, commune="")

    told = {one.id: one for one in queries.rates(town.officer, ON)}
    pupils, never = told["pupils"], told["employment"]

    assert (pupils.rows, pupils.verified, pupils.at) == (whole.rows, whole.verdicts["verified"], whole.at)
    assert pupils.verified_share == pytest.approx(whole.verdicts["verified"] / whole.rows)
    assert pupils.dung == pytest.approx(whole.dung / whole.rows)
    assert pupils.band == "red"
    assert pupils.open_findings == queries.count_findings(town.officer, ON, queries.Which("pupils"))
    assert (never.rows, never.verified_share, never.band, never.at) == (0, None, "", None)
    assert "pupils" not in {one.id for one in queries.rates(town.cast.reception, ON)}


def test_a_register_is_told_by_commune_and_reason(town: Town) -> None:
    told = queries.register_rates(town.officer, "pupils", ON)

    assert {one.commune for one in told.communes} == {"", "02746"}
    assert sum(one.rows for one in told.communes) == told.rows
    shares = [one.verified_share for one in told.communes]
    assert shares == sorted(shares, key=lambda share: share or 0)
    assert [one.rows for one in told.reasons] == sorted((one.rows for one in told.reasons), reverse=True)
    with pytest.raises(NotFound):
        queries.register_rates(town.cast.reception, "pupils", ON)


def test_pages_of_rates_cost_a_few_queries(town: Town, django_assert_max_num_queries: Any) -> None:
    queries.rates(town.officer, ON)  # whom the officer may read is remembered

    with django_assert_max_num_queries(3):
        queries.rates(town.officer, ON)
    with django_assert_max_num_queries(4):
        queries.register_rates(town.officer, "pupils", ON)
    with django_assert_max_num_queries(2):
        queries.find_findings(town.officer, ON, queries.Which("pupils"), limit=50)
        queries.finding_groups(town.officer, ON)


@pytest.mark.parametrize("order", queries.ORDERS)
def test_findings_are_found_in_every_order(town: Town, order: str) -> None:
    found = queries.find_findings(town.officer, ON, queries.Which("pupils"), order=order, limit=500)

    assert len(found) == queries.count_findings(town.officer, ON, queries.Which("pupils"))
    assert sum(group.count for group in queries.finding_groups(town.officer, ON, "pupils")) == len(found)
    one = found[0]
    named = queries.find_findings(town.officer, ON, queries.Which(text=one.record.person_name), limit=500)
    assert one in named


def test_a_person_may_have_many_rows_where_the_register_says_so(town: Town) -> None:
    pupils = store.get().registers["pupils"]
    many = pupils.model_copy(update={"many_rows_a_person": True})

    def verdicts(shape: Register) -> dict[str, int]:
        with Merged(town.submission, shape) as merged:
            merged.make(None)
            return next(merged.rates())["verdicts"]  # type: ignore[no-any-return]

    told, once = verdicts(many), verdicts(pupils)

    assert once["duplicate"] > 0
    assert "duplicate" not in told
    assert told["verified"] + told["corrected"] == once["verified"] + once["corrected"] + once["duplicate"]


def test_in_a_book_of_the_past_a_copy_about_somebody_who_died_is_a_copy(town: Town) -> None:
    pupils = store.get().registers["pupils"]
    book = pupils.model_copy(update={"domain": "justice", "fresh_within_months": None})
    out = files.answer(town.submission)
    died = "case when verdict = 'duplicate' then reasons || ['dead'] else reasons end as reasons, replace(verdict, 'duplicate', 'dead') as verdict"
    duckdb.execute(f"copy (select * replace ({died}) from '{out}') to '{out}.other' (format parquet)")  # noqa: S608 - ours
    Path(f"{out}.other").replace(out)

    with Merged(town.submission, book) as merged:
        merged.make(None)
        told = next(merged.rates())["verdicts"]

    assert "dead" not in told
    assert told["duplicate"] == Rate.objects.get(commune="").verdicts["duplicate"]
