"""A month that is locked stays as it was: late rows stand beside it, and only a restatement adds to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from dinh.directory.models import Account
from dinh.indicators.actions import periods, told
from dinh.indicators.actions.provinces import approve_province
from dinh.indicators.actions.snapshots import holds
from dinh.indicators.engine import recount
from dinh.indicators.models import Cell, LockedCell, Period, Place, Snapshot, Source, Told
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.queries.periods import Difference, changed, changed_counts, differences, months
from dinh.indicators.tests import sheep
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put, take_away
from dinh.indicators.tests.test_rows import officer
from dinh.journal import guards
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotPermitted, Stale

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
TODAY = date(2026, 3, 10)


class People:
    """Who declares, verifies and approves in commune a, and somebody of commune b."""

    def __init__(self, land: Land) -> None:
        self.hoa = officer("hoa", land.a, role="digital_officer")
        self.ha = officer("ha", land.a, role="data_officer")
        self.binh = officer("binh", land.a, role="leader")
        self.other = officer("other", land.b, role="leader")


@pytest.fixture
def people(land: Land, monkeypatch: Any) -> People:
    declare(monkeypatch, measure("shorn", dimensions=("sex",)), indicator("shorn_sum", numerator="shorn"))
    put(5, unit=land.a, village=land.x, shorn_on=date(2026, 1, 5), sex="f")
    put(2, unit=land.b, village=land.z, shorn_on=date(2026, 1, 5))
    recount.rebuild(AT)
    return People(land)


def locked(land: Land, people: People, month: int = 202601) -> Period:
    period = periods.submit(land.a.pk, month, by=people.hoa, at=AT)
    periods.verify(period, by=people.ha, at=AT)
    periods.approve(period, by=people.binh, at=AT)
    periods.lock(period, by=people.binh, at=AT)
    return period


def january(land: Land, **options: Any) -> Any:
    places.forget()
    (value,) = figure("shorn_sum", [land.a.pk], 202601, 202601, today=TODAY, **options)
    return value


def late(land: Land) -> None:
    put(1, unit=land.a, village=land.x, shorn_on=date(2026, 1, 31), sex="m")
    put(2, unit=land.a, village=land.y, shorn_on=date(2026, 1, 31))
    recount.rebuild(AT + timedelta(hours=1))


def test_a_month_goes_through_three_pairs_of_eyes(land: Land, people: People) -> None:
    period = locked(land, people)

    assert period.state == Period.State.LOCKED
    kinds = Entry.objects.filter(subject=period.pk).order_by("subject_version").values_list("kind", flat=True)
    assert list(kinds) == [
        "indicators.submitted",
        "indicators.verified",
        "indicators.approved",
        "indicators.locked",
    ]
    (found,) = months(land.a.pk, 202601, 202601)
    assert (found.state, len(found.snapshots), found.asked) == ("locked", 1, None)
    assert january(land).locked and not january(land, official=False).locked


def test_late_rows_stand_beside_what_was_locked(land: Land, people: People) -> None:
    locked(land, people)

    late(land)

    assert (january(land).value, january(land, official=False).value) == (5, 8)
    places.forget()
    assert {(one.dims, one.unit, one.locked, one.now) for one in differences(land.a.pk, 202601)} == {
        ("", land.x.pk, 5, 6), ("sex=m", land.x.pk, 0, 1), ("", land.y.pk, 0, 2), ("sex=", land.y.pk, 0, 2),
    }  # fmt: skip
    assert {
        value.part: value.value
        for value in figure("shorn_sum", [land.a.pk], 202601, 202601, by="sex", today=TODAY)
    } == {"f": 5}
    (province,) = figure("shorn_sum", [land.province.pk], 202601, 202601, today=TODAY)
    assert (province.value, province.locked) == (Decimal(7), False)


def test_how_many_measures_differ_is_counted_for_all_months_at_once(
    land: Land, people: People, django_assert_num_queries: Any
) -> None:
    locked(land, people)
    locked(land, people, 202602)
    late(land)
    places.forget()
    snapshots = list(Snapshot.objects.order_by("month"))
    changed_counts(snapshots)  # places are read

    with django_assert_num_queries(4):
        counts = changed_counts(snapshots)

    assert counts == {snapshots[0].pk: 1} == {snapshots[0].pk: len(changed(land.a.pk, 202601))}
    assert changed(land.a.pk, 202602) == [] and changed_counts([]) == {}


def test_a_row_that_is_taken_away_changes_nothing_locked(land: Land, people: People) -> None:
    locked(land, people)

    take_away(sex="f")
    recount.rebuild(AT)

    assert (january(land).value, january(land, official=False).value) == (5, 0)
    assert Difference("shorn", land.x.pk, "", 5, 0) in differences(land.a.pk, 202601)


def test_a_restatement_has_a_reason_and_a_second_person(land: Land, people: People) -> None:
    period = locked(land, people)
    late(land)
    row = periods.ask_restatement(period, "Late papers of village Y", by=people.hoa, at=AT)

    periods.restate(row, by=people.binh, at=AT + timedelta(days=1))

    first, second = Snapshot.objects.order_by("number")
    assert (second.number, second.reason, second.previous) == (2, "Late papers of village Y", first.digest)
    assert (january(land).value, differences(land.a.pk, 202601)) == (8, [])
    assert january(land, known_on=AT + timedelta(hours=2)).value == 5  # as it was known then
    assert holds(first) and holds(second)


def test_a_restatement_may_be_refused(land: Land, people: People) -> None:
    period = locked(land, people)
    row = periods.ask_restatement(period, "Because", by=people.hoa, at=AT)
    with pytest.raises(Invalid):
        periods.ask_restatement(period, "Again", by=people.hoa, at=AT)

    periods.refuse_restatement(row, "Wait for the quarter", by=people.binh, at=AT)

    with pytest.raises(Invalid):
        periods.restate(row, by=people.binh, at=AT)
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("table", ["indicators_snapshot", "indicators_lockedcell"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_the_database_itself_refuses_to_change_what_is_locked(
    land: Land, people: People, table: str, verb: str
) -> None:
    locked(land, people)
    column = "digest" if table == "indicators_snapshot" else "value"

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table, column))

    assert guards.missing() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        LockedCell.objects.update(value=1)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO indicators_lockedcell (snapshot_id, series, dims, place, value) "
        "SELECT snapshot_id, series, 'sex=m', place, 900 FROM indicators_lockedcell WHERE dims = ''",
        "REPLACE INTO indicators_lockedcell (snapshot_id, series, dims, place, value) "
        "SELECT snapshot_id, series, dims, place, 900 FROM indicators_lockedcell",
        "INSERT INTO indicators_lockedcell (id, snapshot_id, series, dims, place, value) "
        "SELECT id, snapshot_id, series, dims, place, 900 FROM indicators_lockedcell WHERE dims = '' "
        "ON CONFLICT (id) DO UPDATE SET value = 900",
        "UPDATE indicators_place SET unit = commune",
        "UPDATE indicators_series SET measure = 'another'",
        "DELETE FROM indicators_place",
    ],
)
def test_no_side_door_leads_to_a_locked_cell(land: Land, people: People, statement: str) -> None:
    locked(land, people)
    if statement.startswith("REPLACE") and connection.vendor != "sqlite":
        statement = "TRUNCATE indicators_lockedcell"

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert holds(Snapshot.objects.get()) and january(land).value == 5


def test_a_snapshot_that_was_tampered_with_no_longer_holds(land: Land, people: People) -> None:
    locked(land, people)
    snapshot = Snapshot.objects.get()
    assert holds(snapshot)

    with guards.lifted():
        LockedCell.objects.filter(dims="").update(value=500)

    assert not holds(snapshot)


def test_who_may_not_or_did_the_step_before_is_refused(land: Land, people: People) -> None:
    with pytest.raises(NotPermitted):
        periods.submit(land.a.pk, 202601, by=people.binh, at=AT)
    period = periods.submit(land.a.pk, 202601, by=people.ha, at=AT)
    with pytest.raises(Invalid) as refused:
        periods.verify(period, by=people.ha, at=AT)
    assert [fault.code for fault in refused.value.faults] == ["same_person"]
    with pytest.raises(NotPermitted):
        periods.verify(period, by=people.other, at=AT)
    with pytest.raises(Invalid):
        periods.approve(period, by=people.binh, at=AT)


def test_a_month_is_locked_only_when_all_is_counted_and_over(land: Land, people: People) -> None:
    with pytest.raises(Invalid):
        periods.submit(land.a.pk, 202603, by=people.hoa, at=AT)
    period = periods.submit(land.a.pk, 202601, by=people.hoa, at=AT)
    periods.verify(period, by=people.ha, at=AT)
    periods.approve(period, by=people.binh, at=AT)
    Source.objects.filter(commune=land.a.pk).update(touched_at=AT)

    with pytest.raises(Invalid) as refused:
        periods.lock(period, by=people.binh, at=AT)

    assert [fault.code for fault in refused.value.faults] == ["waits"]


def test_told_figures_that_wait_are_not_locked_and_untold_ones_are(
    land: Land, people: People, monkeypatch: Any
) -> None:
    ids = ("heads", "lambs", "rams")
    declare(
        monkeypatch,
        *(measure(id, origin="declared", kind="stock", roll_time="last") for id in ids),
        measure("shorn"),
    )
    period = periods.submit(land.a.pk, 202601, by=people.hoa, at=AT)
    heads, lambs = (told.tell(id, land.a.pk, 202601, 7, by=people.hoa, at=AT) for id in ids[:2])
    told.return_told(lambs, "Count again", by=people.binh, at=AT)

    def refused(step: Any, by: Account, **options: Any) -> list[str]:
        with pytest.raises(Invalid) as found:
            step(period, by=by, at=AT, **options)
        return [one.code for one in found.value.faults]

    assert refused(periods.verify, people.ha) == ["returned"]
    periods.verify(period, by=people.ha, at=AT, sure=True)
    assert refused(periods.approve, people.binh) == ["unapproved", "returned"]
    assert refused(periods.approve, people.binh, sure=True) == ["unapproved"]
    told.approve_told(heads, by=people.binh, at=AT)
    periods.approve(period, by=people.binh, at=AT, sure=True)
    # As a month may have it that was approved before this rule.
    Told.objects.filter(pk=heads.pk).update(state="entered")
    assert refused(periods.lock, people.binh) == ["unapproved", "returned"]
    Told.objects.filter(pk=heads.pk).update(state="approved")
    assert refused(periods.lock, people.binh) == ["returned"]
    periods.lock(period, by=people.binh, at=AT, sure=True)  # rams, that nobody told, block nothing
    assert period.state == Period.State.LOCKED


def test_a_month_sent_back_begins_again(land: Land, people: People) -> None:
    period = periods.submit(land.a.pk, 202601, by=people.hoa, at=AT)
    periods.send_back(period, "Village Y is missing", by=people.ha, at=AT)

    again = periods.submit(land.a.pk, 202601, by=people.hoa, at=AT)

    assert (again.state, again.note, again.version) == ("submitted", "Village Y is missing", 3)
    with pytest.raises(Stale):
        periods.verify(
            Period(pk=period.pk, unit=land.a.pk, month=202601, state="submitted", version=1),
            by=people.ha,
            at=AT,
        )


def test_a_village_that_moved_after_the_lock_is_not_counted_twice(land: Land, people: People) -> None:
    locked(land, people)
    with connection.cursor() as cursor:  # rows of the village follow it into commune b
        cursor.execute(
            "UPDATE facts_sheep SET unit = %s WHERE village = %s",
            [sheep._plain(land.b), sheep._plain(land.x)],
        )
    recount.rebuild(AT)
    assert Place.objects.filter(unit=land.x.pk).count() == 2

    places.forget()
    (province,) = figure("shorn_sum", [land.province.pk], 202601, 202601, today=TODAY)

    assert province.value == 7


def test_accounts_of_the_tests_are_of_their_commune(people: People) -> None:
    assert Account.objects.filter(username__in=("hoa", "ha", "binh", "other")).count() == 4


def test_a_right_over_the_province_does_no_step_of_a_commune_s_month(land: Land, people: People) -> None:
    above = officer("above", land.province, role="province_figures")
    chair = officer("chair", land.province, role="leader")
    period = periods.submit(land.a.pk, 202601, by=people.hoa, at=AT)
    for who in (above, chair):
        with pytest.raises(NotPermitted):
            (periods.verify if who is above else periods.approve)(period, by=who, at=AT)
    periods.verify(period, by=people.ha, at=AT)
    periods.approve(period, by=people.binh, at=AT)

    assert approve_province(land.province.pk, 202601, "b is late", by=above, at=AT).missing == [
        str(land.b.pk)
    ]
    for who in (above, chair):
        with pytest.raises(NotPermitted):
            periods.lock(period, by=who, at=AT)
    assert not periods.may(above, periods.APPROVE, land.a.pk, TODAY)
    assert periods.may(people.binh, periods.APPROVE, land.a.pk, TODAY)


def test_what_is_declared_after_the_lock_is_not_locked_as_zero(
    land: Land, people: People, monkeypatch: Any
) -> None:
    locked(land, people)
    put(3, unit=land.a, village=land.x, shorn_on=date(2026, 1, 20), tame=True, sex="f")
    declare(
        monkeypatch,
        measure("shorn", dimensions=("sex", "tame"), out_of="seen"),
        measure("seen", count_if="tame"),
        measure("wild", count_if="not tame or tame", dimensions=("sex",)),
        measure("nowhere", count_if="grams > 10"),
        *(indicator(f"{id}_sum", numerator=id) for id in ("shorn", "wild", "nowhere")),
        indicator("wild_share", kind="ratio", numerator="wild", denominator="shorn"),
    )
    recount.rebuild(AT)
    places.forget()

    def read(id: str, **options: Any) -> Any:
        values = figure(id, [land.a.pk], 202601, 202601, today=TODAY, **options)
        return {one.part: one.value for one in values} if options.get("by") else values[0]

    shorn, wild, nowhere = (read(f"{id}_sum") for id in ("shorn", "wild", "nowhere"))
    assert (shorn.value, shorn.told, shorn.expected, shorn.locked) == (5, 1, 1, True)
    assert (wild.value, wild.told, wild.locked) == (3, 1, False)
    assert (nowhere.value, nowhere.told, nowhere.locked) == (0, 1, False)
    assert not read("wild_share").locked
    assert read("shorn_sum", by="sex") == {"f": 5}
    assert read("shorn_sum", by="tame") == {"": 5, "1": 3} == read("shorn_sum", by="tame", official=False)
    assert {one.measure for one in differences(land.a.pk, 202601)} == {"shorn"}
    assert changed_counts(Snapshot.objects.all()) == {Snapshot.objects.get().pk: 1}


def test_what_is_only_divided_otherwise_is_told_and_not_counted(land: Land, people: People) -> None:
    locked(land, people)
    moved = Cell.objects.filter(month=202601, dims="sex=f").update(dims="sex=m")

    assert moved and {one.gap for one in changed(land.a.pk, 202601)} == {0}
    assert changed_counts(Snapshot.objects.all()) == {}


def test_a_new_dimension_of_what_is_counted_once_each_is_no_difference(
    land: Land, people: People, monkeypatch: Any
) -> None:
    kinds = measure("kinds", aggregate="distinct", column="sex")
    declare(monkeypatch, kinds)
    recount.rebuild(AT)
    locked(land, people)
    declare(monkeypatch, measure("kinds", aggregate="distinct", column="sex", dimensions=("tame",)))
    recount.rebuild(AT)
    assert changed_counts(Snapshot.objects.all()) == {} and changed(land.a.pk, 202601) == []

    put(1, unit=land.a, village=land.x, shorn_on=date(2026, 1, 31), sex="m")
    recount.rebuild(AT)
    assert list(changed_counts(Snapshot.objects.all()).values()) == [1] == [len(changed(land.a.pk, 202601))]
