"""Villages, traits, offices and closures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from dinh.catalogue import store
from dinh.directory import actions, queries, setup
from dinh.directory.calendars import calendar_for
from dinh.directory.models import Closure, Grant, Office, Unit
from dinh.directory.search import find_places
from dinh.directory.tests.cast import MONDAY_MORNING as AT
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Broken, Invalid, NotFound, NotPermitted, Refused

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
WEDNESDAY = TODAY + 2 * DAY  # Tuesday 24 November is Vietnam Cultural Day


def place(cast: Cast, **changes: Any) -> Unit:
    values: dict[str, Any] = {
        "commune": cast.cocsan, "name": "Luổng Láo 1", "type": "thôn", "by": cast.administrator, "at": AT,
    }  # fmt: skip
    return actions.place_village(**{**values, **changes})


def faults(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {f"{fault.path}.{fault.code}" for fault in refused.value.faults}


def test_a_village_gets_the_next_local_code_and_is_found_at_once(cast: Cast) -> None:
    find_places("Luong Lao")

    village = place(cast)

    assert [v.code for v in queries.villages_of(cast.cocsan, TODAY)] == ["02746-01", "02746-02", "02746-03"]
    assert queries.unit_title(village.pk, TODAY) == "thôn Luổng Láo 1, xã Cốc San, tỉnh Lào Cai"
    assert find_places("Luong Lao")[0].unit == village.pk
    assert village.pk in queries.subtree(cast.cocsan.pk, TODAY)
    entry = Entry.objects.get(subject=village.pk)
    assert entry.body is not None
    assert entry.body["naming"]["code"] == "02746-03"
    assert entry.unit == cast.cocsan.pk


def test_a_village_is_the_same_on_every_node(cast: Cast) -> None:
    village = place(cast, number=7, valid_from=date(2025, 7, 1))

    assert village.pk == setup.unit_id("village", "02746-07", date(2025, 7, 1))


def test_all_faults_of_a_village_come_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        place(cast, name=" ", type="galaxy", number=1)

    assert faults(refused) == {"name.required", "type.unknown", "number.taken"}


def test_a_name_is_taken_wherever_its_tone_is_written(cast: Cast) -> None:
    place(cast, name="Thủy Điện")

    with pytest.raises(Invalid) as refused:
        place(cast, name="Thuỷ Điện")

    assert faults(refused) == {"name.taken"}


def test_a_village_is_not_placed_below_a_village_nor_by_a_stranger(cast: Cast) -> None:
    with pytest.raises(Invalid):
        place(cast, commune=cast.un_ta)
    for stranger in (cast.leader, cast.next_administrator):
        with pytest.raises(NotPermitted):
            place(cast, by=stranger)


def test_a_trait_of_a_commune_holds_for_its_villages_between_its_dates(cast: Cast) -> None:
    actions.set_trait(
        unit=cast.cocsan,
        trait="mountain",
        valid_from=TODAY,
        valid_to=TODAY + DAY,
        by=cast.administrator,
        at=AT,
    )

    assert queries.has_trait(cast.un_ta, "mountain", TODAY)
    assert not queries.has_trait(cast.un_ta, "mountain", TODAY - DAY)
    assert not queries.has_trait(cast.un_ta, "mountain", TODAY + DAY)
    assert Entry.objects.get(subject=cast.cocsan.pk).kind == "directory.trait_set"


def test_a_trait_that_ends_before_it_begins_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.set_trait(
            unit=cast.cocsan, trait="mountain", valid_from=TODAY, valid_to=TODAY, by=cast.administrator, at=AT
        )


def test_an_office_is_found_by_its_key_or_refused(cast: Cast) -> None:
    assert queries.office(cast.cocsan, "police", TODAY) == cast.offices["police"]
    with pytest.raises(NotFound):
        queries.office(cast.cocsan, "observatory", TODAY)


def test_an_office_may_be_opened_once_and_amended(cast: Cast) -> None:
    values: dict[str, Any] = {"unit": cast.cocsan, "by": cast.administrator, "at": AT}
    office = actions.open_office(key="clinic", name="Trạm y tế xã Cốc San", **values)

    actions.amend_office(office=office, by=cast.administrator, at=AT, phone="0214 123 456")

    assert Office.objects.get(pk=office.pk).phone == "0214 123 456"
    with pytest.raises(Invalid) as refused:
        actions.open_office(key="clinic", name="Trạm y tế", **values)
    assert faults(refused) == {"key.taken"}
    with pytest.raises(Invalid) as refused:
        actions.amend_office(office=office, by=cast.administrator, at=AT, email="x", phone="1" * 30, unit="y")
    assert faults(refused) == {"email.invalid", "phone.too_long", "unit.unknown"}


def test_a_closed_day_is_not_a_working_day_until_it_is_taken_back(cast: Cast) -> None:
    centre = cast.offices["service_centre"]
    closure = actions.close_office_on(
        office=centre, on=WEDNESDAY, reason="Bão số 9", by=cast.administrator, at=AT
    )

    assert calendar_for(centre).is_working(WEDNESDAY) is None
    assert calendar_for(cast.offices["police"]).is_working(WEDNESDAY) == "full"

    actions.open_office_on(closure=closure, by=cast.administrator, at=AT)
    assert calendar_for(centre).is_working(WEDNESDAY) == "full"
    assert Entry.objects.filter(subject=closure.pk).count() == 2


def test_half_a_closed_day_leaves_the_other_half(cast: Cast) -> None:
    centre = cast.offices["service_centre"]

    actions.close_office_on(
        office=centre, on=TODAY, part=Closure.Part.MORNING, reason="Họp", by=cast.administrator, at=AT
    )

    assert calendar_for(centre).is_working(TODAY) == "afternoon"


def test_all_faults_of_a_closure_come_at_once(cast: Cast) -> None:
    centre = cast.offices["service_centre"]
    actions.close_office_on(office=centre, on=TODAY, reason="Bão", by=cast.administrator, at=AT)

    with pytest.raises(Invalid) as refused:
        actions.close_office_on(
            office=centre, on=TODAY, part="evening", reason=" ", by=cast.administrator, at=AT
        )

    assert faults(refused) == {"part.unknown", "reason.required", "on.closed_already"}


def test_a_closure_of_a_day_that_is_past_stays(cast: Cast) -> None:
    centre = cast.offices["service_centre"]
    closure = actions.close_office_on(
        office=centre, on=TODAY - DAY, reason="Bão", by=cast.administrator, at=AT
    )

    with pytest.raises(Refused):
        actions.open_office_on(closure=closure, by=cast.administrator, at=AT)


@pytest.mark.parametrize(
    ("desk", "on", "expected"),
    [
        pytest.param("office", date(2026, 11, 23), "full", id="a-monday"),
        pytest.param("office", date(2026, 11, 28), None, id="a-saturday"),
        pytest.param("police", date(2026, 11, 28), "morning", id="a-saturday-at-the-police"),
        pytest.param("police", date(2026, 11, 29), None, id="a-sunday"),
        pytest.param("office", date(2025, 9, 2), None, id="national-day"),
    ],
)
def test_the_country_s_calendar_says_when_a_desk_serves(desk: str, on: date, expected: str | None) -> None:
    assert calendar_for(None, desk).is_working(on) == expected


def test_an_unknown_desk_is_a_fault_of_the_catalogue() -> None:
    with pytest.raises(Broken):
        calendar_for(None, "night")


def test_offices_are_made_for_a_commune_from_the_catalogue_and_only_once(cast: Cast) -> None:
    Grant.objects.filter(unit=cast.next_commune).delete()
    Office.objects.filter(unit=cast.next_commune).delete()

    made = {office.key: office for office in setup.load_offices(["02728"])}
    again = setup.load_offices(["02728"])

    declared = {shape.key for offices in store.get().offices.values() for shape in offices.offices}
    assert set(made) == declared
    assert len(again) == len(made)
    assert made["police"].name == "Công an xã Mường Hum"
    assert made["service_centre"].agency_code.startswith("H38.027.28")
    assert len({office.agency_code for office in made.values()}) == len(made)


def test_offices_of_an_unknown_commune_are_refused(cast: Cast) -> None:
    with pytest.raises(NotFound):
        setup.load_offices(["99999"])


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("H38", "02746", "01"), "H38.027.46.01"),
        (("H38", "02746", ""), "H38.027.46"),
        (("G15", "", "03"), "G15.03"),
    ],
)
def test_an_agency_code_is_put_together_of_its_parts(parts: tuple[str, str, str], expected: str) -> None:
    assert setup.agency_code(*parts) == expected


def test_a_reason_too_long_to_keep_is_a_fault_on_either_database(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.close_office_on(
            office=cast.offices["police"],
            on=date(2026, 12, 1),
            reason="b" * 201,
            by=cast.administrator,
            at=AT,
        )

    assert [f.code for f in refused.value.faults] == ["too_long"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs connections of several threads")
def test_of_two_at_once_one_closes_the_day_and_both_place_their_village(cast: Cast) -> None:
    both = Barrier(2)

    def close() -> Closure:
        return actions.close_office_on(
            office=cast.offices["police"], on=TODAY, reason="Bão", by=cast.administrator, at=AT
        )

    def work(name: str) -> list[str]:
        done = []
        for act in (close, lambda: place(cast, name=name)):
            both.wait(10)
            try:
                act()
                done.append("done")
            except Invalid:
                done.append("refused")
        connection.close()
        return done

    with ThreadPoolExecutor(2) as workers:
        one, other = workers.map(work, ["Luổng Láo 1", "Luổng Láo 2"])

    assert {one[0], other[0]} == {"done", "refused"}
    assert one[1] == other[1] == "done"
