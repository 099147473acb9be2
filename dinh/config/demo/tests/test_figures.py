"""The figures of the demonstration: every step of a month stands somewhere, and the score is what the rows say."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.catalogue.actions import publish
from dinh.config.demo import figures, history, schedule
from dinh.config.demo.build import seal_quietly
from dinh.directory.calendars import calendar_for
from dinh.directory.models import Account
from dinh.directory.tests.cast import (
    MONDAY_MORNING,
    REFORM,
    Cast,
    make_account,
    make_data_officer,
    make_grant,
)
from dinh.dossiers.tests.world import settled
from dinh.indicators.models import Flag, Period, Restatement, Target, Told
from dinh.indicators.queries.figures import Value, figure
from dinh.indicators.queries.periods import differences, months
from dinh.lib.dates import local_date
from dinh.papers.actions import keep
from dinh.papers.models import Blob
from dinh.population.models import ElectronicId

pytestmark = pytest.mark.django_db
score_766: Any = import_module("tools.score_766")  # a program of its own, beside the package
NOW = MONDAY_MORNING
FIRST = date(2025, 10, 1)
NEEDED = (
    "procedures_",
    "databases_",
    "petitions_",
    "complaints",
    "houses_",
)  # by the score, and one that is asked about
DOSSIERS: dict[str, Any] = {
    "mix": {"certified_copy": 8, "stay_notification": 4}, "births": 0, "deaths": 0, "received": 12,
    "e_authenticated": 11, "online_processed": 10,
}  # fmt: skip


@pytest.fixture
def town(cast: Cast) -> history.Town:
    """Cốc San with three adults and a dozen dossiers of 2025."""
    publish(store.get(), NOW)
    world = settled(cast)
    for person in (world.phuc, world.mai, world.lan):
        ElectronicId.objects.create(person=person, level=2, since=REFORM)
    hoa = make_account("hoa", "Lục Thị Hoa", unit=cast.cocsan)
    make_grant(hoa, "digital_officer", cast.cocsan)
    data = make_data_officer(cast)
    staff: dict[str, Account] = {
        "hoa": hoa, "nga": data, "khoa": data, "ha": cast.chair, "son": cast.leader, "huong": cast.reception,
        "tam": cast.reception, "minh": cast.examiner, "yen": cast.examiner, "dung": cast.police_officer,
        "thang": cast.police_chief,
    }  # fmt: skip
    days = schedule.working_days(
        calendar_for(cast.offices["service_centre"]), REFORM, local_date(NOW) + timedelta(days=9)
    )
    scan: Blob = keep(b"%PDF-1.4 scan", NOW)
    made = history.Town(
        unit=cast.cocsan, staff=staff, adults=[world.phuc, world.mai, world.lan], elders=[], couples=[], movers=[],
        homes=[world.household], days=days, books_since=1900, scan=scan, rng=random.Random(1),
        accounts={world.phuc.pk: cast.citizen, world.lan.pk: cast.representative},
    )  # fmt: skip
    assert len(list(history.build(made, DOSSIERS, FIRST, date(2025, 12, 31)))) == 12
    return made


def test_every_page_of_the_board_has_something_true_to_show(town: history.Town, tmp_path: Path) -> None:
    scenario: dict[str, Any] = dict(store.get().scenarios["coc_san"].values)
    values: dict[str, Any] = {"history_from": FIRST, "history_to": scenario["history_to"]}
    told = scenario["figures"]["told"]
    kept = {name: value for name, value in told.items() if name.startswith(NEEDED)}
    kept |= {
        "work_files": 262,
        "work_files_online": 251,
    }  # month after month, as in the last of the scenario's
    values["figures"] = {**scenario["figures"], "told": kept}
    _seal()

    figures.build(town, values, NOW, lambda *_: None, _seal)

    unit = town.unit.pk
    states = {one.month: one.state for one in months(unit, 202510, 202610)}
    assert [states[month] for month in (202510, 202511, 202512)] == [Period.State.LOCKED] * 3
    assert (states[202609], states[202610]) == (Period.State.APPROVED, Period.State.SUBMITTED)
    late = [one for one in differences(unit, 202512) if one.measure == "residences_stay" and not one.dims]
    assert sum(one.now - one.locked for one in late) == 1
    assert not differences(unit, 202511)
    assert Restatement.objects.get().period.month == 202511
    assert set(Told.objects.values_list("state", flat=True)) == {"entered", "approved", "returned"}
    assert Target.objects.count() == 2 * len(values["figures"]["targets"])
    assert {flag.state for flag in Flag.objects.all()} >= {"open", "answered"}
    _the_score_is_what_the_rows_say(unit, tmp_path)


def _seal() -> None:
    seal_quietly(lambda *_: None)


def _the_score_is_what_the_rows_say(unit: Any, folder: Path) -> None:
    """Worked out again from an export, by a program that shares nothing with the house."""
    score_766.export(folder)
    counted = score_766.read(folder, str(unit), FIRST, date(2025, 12, 31))
    again = {part: score_766.points(part, counted) for part in score_766.PARTS}
    for part, points in again.items():
        assert points is not None, part
        said = _value(unit, f"d766_{part.replace('.', '_')}")
        assert said.points is not None and abs(said.points - Decimal(str(points))) < Decimal("0.01"), part
    whole = _value(unit, "d766_score")
    assert whole.value is not None
    assert abs(whole.value - Decimal(str(sum(value or 0 for value in again.values())))) < Decimal("0.05")
    assert whole.value > 60


def _value(unit: Any, id: str) -> Value:
    (found,) = figure(id, [unit], 202510, 202512, today=local_date(NOW), official=False)
    return found
