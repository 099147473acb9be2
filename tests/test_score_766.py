"""The score of Decision 766 is what an independent reading of the rows gives."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from dinh.catalogue import store
from dinh.catalogue.actions import publish
from dinh.directory.tests.cast import Cast, make_field_staff
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.test_published import many
from dinh.dossiers.tests.world import NOW, World, returned, settled
from dinh.indicators.actions.told import tell
from dinh.indicators.engine import recount
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import Value, figure
from dinh.lib.dates import local_date
from dinh.papers.models import Paper
from tools import score_766

pytestmark = pytest.mark.django_db
COMPUTED = ("2.1", "3.3", "4.1", "4.2", "4.3", "4.5")
TOLD = (  # November, December
    ("procedures_announced", 10, 5), ("procedures_announced_on_time", 9, 5), ("procedures_to_update", 4, 0),
    ("procedures_updated_on_time", 3, 0), ("procedures_public", 300, 310), ("procedures_complete", 300, 300),
    ("procedures_online", 100, 20), ("procedures_with_fee", 50, 60), ("procedures_payable_online", 20, 30),
    ("databases_to_share", 4, 4), ("databases_shared", 1, 2), ("dossiers_synchronised", 5, 1), ("payments_online", 1, 0),
    ("petitions_received", 8, 8), ("petitions_classified", 8, 7), ("petitions_answered", 6, 6),
    ("petitions_on_time", 6, 5), ("petitions_rated", 3, 0), ("petitions_satisfied", 3, 0), ("complaints", 1, 0),
)  # fmt: skip
MONTHS = (date(2026, 11, 1), date(2026, 12, 31))


@pytest.fixture
def world(cast: Cast) -> World:
    """A commune with dossiers in every state; one of its results is signed."""
    publish(store.get(), NOW)
    world = settled(cast)
    many(world)
    signed = returned(world)
    Paper.objects.filter(results__dossier=signed).update(state=Paper.State.ISSUED)
    Dossier.objects.filter(pk=signed.pk).update(finished_at=NOW + timedelta(days=25))  # in December, and late
    return world


def engine(world: World, id: str) -> Value:
    after = local_date(NOW) + timedelta(days=60)
    (found,) = figure(id, [world.cast.cocsan.pk], 202611, 202612, today=after)
    return found


def again(folder: Path, unit: UUID) -> dict[str, float | None]:
    score_766.export(folder)
    counted = score_766.read(folder, str(unit), *MONTHS)
    return {part: score_766.points(part, counted) for part in score_766.PARTS}


def test_the_parts_that_are_counted_give_the_same_points(world: World, tmp_path: Path) -> None:
    recount.rebuild(NOW + timedelta(days=60))
    places.forget()
    found = again(tmp_path, world.cast.cocsan.pk)
    said = {part: engine(world, f"d766_{part.replace('.', '_')}") for part in COMPUTED}
    for part, value in said.items():
        assert value.points is not None and found[part] is not None, part
        assert abs(value.points - Decimal(str(found[part]))) < Decimal("0.01"), part
    assert len({found[part] for part in COMPUTED}) > 2  # not all full, not all nothing
    assert said["2.1"].numerator is not None and said["2.1"].denominator is not None
    assert 0 < said["2.1"].numerator < said["2.1"].denominator


def test_what_nobody_told_is_not_available_and_gives_no_points(world: World, tmp_path: Path) -> None:
    recount.rebuild(NOW + timedelta(days=60))
    places.forget()
    found = again(tmp_path, world.cast.cocsan.pk)
    for part in set(score_766.PARTS) - set(COMPUTED):
        assert found[part] is None, part
        assert engine(world, f"d766_{part.replace('.', '_')}").value is None, part
    whole = engine(world, "d766_score")
    assert whole.value is not None
    assert abs(whole.value - Decimal(str(sum(value or 0 for value in found.values())))) < Decimal("0.05")


def test_what_units_tell_counts_in_both(world: World, tmp_path: Path) -> None:
    recount.rebuild(NOW + timedelta(days=60))
    by = make_field_staff(world.cast.cocsan, world.cast.un_ta)["digital_officer"]
    at = NOW + timedelta(days=60)
    for name, *values in TOLD:
        for month, value in zip((202611, 202612), values, strict=True):
            tell(name, world.cast.cocsan.pk, month, value, by=by, at=at)
    places.forget()
    found = again(tmp_path, world.cast.cocsan.pk)
    for part, value in found.items():
        said = engine(world, f"d766_{part.replace('.', '_')}")
        assert said.points is not None, part
        assert abs(said.points - Decimal(str(value or 0))) < Decimal("0.01"), part
    assert sum(value is not None for value in found.values()) >= 15
    whole = engine(world, "d766_score")
    assert whole.value is not None
    assert abs(whole.value - Decimal(str(sum(value or 0 for value in found.values())))) < Decimal("0.05")


def test_the_points_and_targets_are_those_of_the_catalogue() -> None:
    indicators = store.get().indicators
    for part, (most, target, _pair) in score_766.PARTS.items():
        declared = indicators[f"d766_{part.replace('.', '_')}"].score
        assert declared is not None and (declared.most, declared.target) == (most, target), part
    assert (
        sum(most for most, _target, _pair in score_766.PARTS.values()) == 100 == indicators["d766_score"].most
    )


def test_it_runs_as_a_program_of_its_own(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score_766.export(tmp_path)
    assert score_766.main(["score", str(tmp_path), str(world.cast.cocsan.pk), "2026-11", "2026-12"]) == 0
    told = capsys.readouterr().out
    assert "2.1" in told and "score" in told and "of 100" in told
