"""Told values: within limits, by two people, beside what is counted; odd figures ask a question."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from dinh.indicators.actions import answers, quality, targets, told
from dinh.indicators.engine import recount
from dinh.indicators.models import Flag, Period, Told
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.queries.told import told as rows_told
from dinh.indicators.rules.quality import Oddity, of_days, of_ratio, of_repeated, of_series, sentence
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put
from dinh.indicators.tests.test_periods import People
from dinh.indicators.tests.test_rows import officer
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound, NotPermitted

AT = datetime(2026, 4, 10, 3, tzinfo=UTC)
TODAY = date(2026, 4, 10)


@pytest.fixture
def people(land: Land, monkeypatch: Any) -> People:
    declare(
        monkeypatch,
        measure("shorn"), measure("fine", count_if="grams > 100"),
        measure("told", origin="declared", minimum=0, maximum=100, compare_with="shorn"),
        measure("quarterly", origin="imported", every="quarter"),
        indicator("told_sum", numerator="told"),
        indicator("rate", kind="ratio", numerator="told", denominator="shorn", factor=100, targets={"2026": 50})
        .model_copy(update={"unit": measure("x").unit.model_copy(update={"vi": "%"})}),
    )  # fmt: skip
    put(4, unit=land.a, shorn_on=date(2026, 3, 5))
    recount.rebuild(AT)
    places.forget()
    return People(land)


def value(land: Land, id: str = "told_sum") -> Any:
    places.forget()
    return figure(id, [land.a.pk], 202603, 202603, today=TODAY)[0]


def test_a_told_value_counts_at_once_and_stands_beside_what_is_counted(land: Land, people: People) -> None:
    assert value(land).value is None

    row = told.tell("told", land.a.pk, 202603, 90, by=people.hoa, at=AT, note="From the book")
    told.tell("told", land.a.pk, 202603, 80, by=people.hoa, at=AT)

    assert value(land).value == 80
    (quarterly, beside) = rows_told(land.a.pk, 202603, TODAY)
    assert (beside.counted, beside.gap) == (4, 76)
    assert (quarterly.told, quarterly.gap) == (None, None)
    assert Entry.objects.filter(subject=row.pk, kind="indicators.told").count() == 2


def test_a_second_person_approves_or_sends_back(land: Land, people: People) -> None:
    row = told.tell("told", land.a.pk, 202603, 90, by=people.hoa, at=AT)
    with pytest.raises(NotPermitted):
        told.approve_told(row, by=people.hoa, at=AT)

    told.return_told(row, "That is not possible", by=people.binh, at=AT)

    assert value(land).value is None  # sent back: unknown again, not zero
    row = told.tell("told", land.a.pk, 202603, 9, by=people.hoa, at=AT)
    assert told.approve_told(row, by=people.binh, at=AT).state == "approved"
    assert value(land).value == 9


def test_several_are_judged_together_or_none_and_an_approval_is_taken_back(
    land: Land, people: People
) -> None:
    rows = told.tell_all(land.a.pk, 202603, {"told": (9, ""), "quarterly": (7, "")}, by=people.hoa, at=AT)

    with pytest.raises(Invalid) as refused:
        told.judge_told([(rows[0], None), (rows[1], " ")], by=people.binh, at=AT)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(str(rows[1].pk), "missing")]
    assert {row.state for row in Told.objects.all()} == {"entered"}

    told.judge_told([(rows[0], None), (rows[1], "Of which quarter?")], by=people.binh, at=AT)
    assert dict(Told.objects.values_list("measure", "state")) == {"told": "approved", "quarterly": "returned"}
    assert (
        Entry.objects.filter(kind__in=["indicators.told_approved", "indicators.told_returned"]).count() == 2
    )

    with pytest.raises(NotPermitted):
        told.reopen_told([rows[0]], by=people.hoa, at=AT)
    assert [one.state for one in told.reopen_told([rows[0]], by=people.binh, at=AT)] == ["entered"]
    assert value(land).value == 9  # it counts on
    with pytest.raises(Invalid):
        told.reopen_told([rows[0]], by=people.binh, at=AT)


def test_an_approval_stays_with_who_gave_it_and_once_the_month_is_verified(
    land: Land, people: People
) -> None:
    row = told.tell("told", land.a.pk, 202603, 9, by=people.hoa, at=AT)
    told.approve_told(row, by=people.binh, at=AT)
    with pytest.raises(Invalid) as refused:
        told.reopen_told([row], by=officer("chinh", land.a, role="leader"), at=AT)
    assert [fault.code for fault in refused.value.faults] == ["another_person"]
    Period.objects.create(unit=land.a.pk, month=202603, state="verified")
    with pytest.raises(Invalid) as verified:
        told.reopen_told([row], by=people.binh, at=AT)
    assert [fault.code for fault in verified.value.faults] == ["verified"]


@pytest.mark.parametrize(
    ("month", "number", "code"),
    [(202603, 140, "out_of_range"), (202603, -1, "out_of_range"), (202605, 1, "out_of_range"), (202613, 1, "not_its_end")],
)  # fmt: skip
def test_what_cannot_be_is_refused(land: Land, people: People, month: int, number: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        told.tell("told", land.a.pk, month, number, by=people.hoa, at=AT)

    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_part_above_its_whole_is_said_in_the_numbers_of_the_language(monkeypatch: Any, land: Land) -> None:
    monkeypatch.setattr(told, "parts_of_wholes", lambda: {("fine", "shorn")})

    with override("vi"):
        (fault,) = told._beside(land.a.pk, 202603, {"fine": 12345, "shorn": 140})
        assert str(fault.message).startswith("12.345 trên 140 là 8.818 %:")


def test_a_quarter_is_told_at_its_end(land: Land, people: People) -> None:
    told.tell("quarterly", land.a.pk, 202603, 7, by=people.hoa, at=AT)
    with pytest.raises(Invalid):
        told.tell("quarterly", land.a.pk, 202602, 7, by=people.hoa, at=AT)
    with pytest.raises(NotFound):
        told.tell("shorn", land.a.pk, 202603, 7, by=people.hoa, at=AT)
    with pytest.raises(NotPermitted):
        told.tell("told", land.a.pk, 202603, 7, by=people.other, at=AT)


def test_a_locked_month_takes_no_told_value(land: Land, people: People) -> None:
    row = told.tell("told", land.a.pk, 202603, 7, by=people.hoa, at=AT)
    Period.objects.create(unit=land.a.pk, month=202603, state="locked")

    with pytest.raises(Invalid) as told_again:
        told.tell("told", land.a.pk, 202603, 8, by=people.hoa, at=AT)
    with pytest.raises(Invalid) as judged:
        told.approve_told(row, by=people.binh, at=AT)
    codes = [fault.code for refused in (told_again, judged) for fault in refused.value.faults]
    assert codes == ["locked", "locked"]


def test_what_a_second_person_verified_stays_until_the_month_is_sent_back(land: Land, people: People) -> None:
    period = Period.objects.create(unit=land.a.pk, month=202603, state="submitted")
    told.tell("told", land.a.pk, 202603, 7, by=people.hoa, at=AT)

    for state in ("verified", "approved"):
        Period.objects.filter(pk=period.pk).update(state=state)
        with pytest.raises(Invalid) as refused:
            told.tell_all(land.a.pk, 202603, {"told": (8, "")}, by=people.hoa, at=AT)
        assert [fault.code for fault in refused.value.faults] == ["verified"]
    Period.objects.filter(pk=period.pk).update(state="draft")
    assert told.tell("told", land.a.pk, 202603, 8, by=people.hoa, at=AT).value == 8


def test_a_value_of_a_verified_month_is_approved_and_not_returned(land: Land, people: People) -> None:
    rows = told.tell_all(land.a.pk, 202603, {"told": (9, ""), "quarterly": (7, "")}, by=people.hoa, at=AT)
    Period.objects.create(unit=land.a.pk, month=202603, state="approved")

    with pytest.raises(Invalid) as one:
        told.return_told(rows[0], "Look again", by=people.binh, at=AT)
    with pytest.raises(Invalid) as several:
        told.judge_told([(rows[0], "Look again"), (rows[1], None)], by=people.binh, at=AT)

    assert [fault.code for refused in (one, several) for fault in refused.value.faults] == ["verified"] * 2
    assert (value(land).value, set(Told.objects.values_list("state", flat=True))) == (9, {"entered"})
    assert told.judge_told([(rows[1], None)], by=people.binh, at=AT)[0].state == "approved"


@pytest.mark.parametrize("act", ["tell", "tell_all", "return", "judge", "reopen"])
def test_what_another_did_while_one_waited_is_seen(
    land: Land, people: People, monkeypatch: Any, act: str
) -> None:
    row = told.tell("told", land.a.pk, 202603, 9, by=people.hoa, at=AT)
    if act == "reopen":
        told.approve_told(row, by=people.binh, at=AT)

    def verified_meanwhile(units: Any) -> None:
        assert list(units) == [land.a.pk]
        Period.objects.create(unit=land.a.pk, month=202603, state="verified")

    monkeypatch.setattr(told, "hold_communes", verified_meanwhile)
    with pytest.raises(Invalid) as refused:
        if act == "tell":
            told.tell("told", land.a.pk, 202603, 8, by=people.hoa, at=AT)
        elif act == "tell_all":
            told.tell_all(land.a.pk, 202603, {"told": (8, "")}, by=people.hoa, at=AT)
        elif act == "return":
            told.return_told(row, "Look again", by=people.binh, at=AT)
        elif act == "judge":
            told.judge_told([(row, "Look again")], by=people.binh, at=AT)
        else:
            told.reopen_told([row], by=people.binh, at=AT)
    assert [fault.code for fault in refused.value.faults] == ["verified"]


def test_odd_figures_ask_and_are_answered_or_go(land: Land, people: People) -> None:
    told.tell("told", land.a.pk, 202603, 80, by=people.hoa, at=AT)

    first = quality.look(land.a.pk, 202603, at=AT)
    again = quality.look(land.a.pk, 202603, at=AT)

    assert {(flag.check_id, flag.about) for flag in first} == {
        ("over_100", "rate"),
        ("told_above_counted", "told"),
    }
    assert [flag.version for flag in again] == [1, 1]
    answered = answers.answer_flag(first[0], "Two books were added", by=people.hoa, at=AT)
    assert (answered.state, "80" in sentence("told_above_counted", first[1].detail)) == ("answered", True)

    told.tell("told", land.a.pk, 202603, 3, by=people.hoa, at=AT)
    assert quality.look(land.a.pk, 202603, at=AT) == []
    assert set(Flag.objects.values_list("state", flat=True)) == {"answered", "gone"}


def test_a_unit_may_aim_at_another_target(land: Land, people: People) -> None:
    assert value(land, "rate").target == 50
    targets.set_target("rate", land.a.pk, 2026, Decimal("75.5"), by=people.binh, at=AT)

    assert value(land, "rate").target == Decimal("75.5")
    targets.set_target("rate", land.a.pk, 2026, Decimal("40"), by=people.binh, at=AT)
    assert (value(land, "rate").target, value(land, "rate").own_target) == (50, 40)  # the general one judges
    targets.set_target("rate", land.a.pk, 2026, Decimal("75.5"), by=people.binh, at=AT)
    with pytest.raises(Invalid):
        targets.set_target("rate", land.a.pk, 2026, Decimal("NaN"), by=people.binh, at=AT)


def test_what_is_odd() -> None:
    assert [one.check for one in of_series([10, 11, 9, 10, 12, 10, 60])] == ["jump"]
    assert [one.check for one in of_series([10, 11, 9, 10, 12, 10, 13])] == []
    assert list(of_series([3, 25, 25, 25])) == []  # what is counted counts itself anew
    assert list(of_series([])) == [] == list(of_repeated([])) == list(of_repeated([0, 0, 0, 0]))
    assert list(of_repeated([3, 25, 25, 25])) == [Oddity("same_number", {"value": 25, "months": 3})]
    assert list(of_ratio(7, 5, 100)) == [Oddity("over_100", {"value": 140})]
    assert [one.check for one in of_ratio(7, 5, 1)] == ["above_denominator"]
    assert list(of_ratio(5, 0, 100)) == [] == list(of_ratio(None, 5, 100))
    assert list(of_days({1: 5, 31: 20})) == [Oddity("late_burst", {"share": 80})]
    assert list(of_days({31: 30})) == [] == list(of_days({1: 10, 31: 9}))
