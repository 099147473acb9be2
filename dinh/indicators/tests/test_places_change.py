"""Figures and changes of places: a locked month stands against one, and one that was applied counts everything anew."""

from __future__ import annotations

import pytest

from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import draft, preview
from dinh.directory.tests.cast import Cast
from dinh.directory.tests.changes.settings import COCSAN, DAY, NOON, amendment, applied, merger
from dinh.indicators.engine import touching
from dinh.indicators.engine.recount import counted_views
from dinh.indicators.models import Period, Source
from dinh.indicators.rules.months import later, month_of
from dinh.journal import sealer


@pytest.mark.parametrize(("months", "stands_against"), [(-1, False), (0, True), (2, True)])
def test_a_month_locked_from_that_day_on_stands_against_a_merger(
    cast: Cast, months: int, stands_against: bool
) -> None:
    month = later(month_of(DAY), months)
    Period.objects.create(unit=cast.cocsan.pk, month=month, state=Period.State.LOCKED)
    seen = preview(draft(decision=of_data(merger()), by=None, at=NOON), by=None, at=NOON)

    assert [one.code for one in seen.conflicts if one.blocks] == ["locked_month"] * stands_against
    assert seen.may_apply is not stands_against


def test_a_new_name_moves_nothing_and_may_begin_in_a_locked_month(cast: Cast) -> None:
    Period.objects.create(unit=cast.cocsan.pk, month=month_of(DAY), state=Period.State.LOCKED)
    renamed = amendment("rename", {"unit": COCSAN, "name": "Mây Xanh"})

    assert preview(draft(decision=of_data(renamed), by=None, at=NOON), by=None, at=NOON).may_apply


def test_everything_is_counted_anew_after_a_merger(cast: Cast) -> None:
    sealer.seal_once(log_heads=False)
    touching.mark_touched(NOON)
    Source.objects.all().delete()
    Source.objects.bulk_create(Source(view=view, commune=cast.cocsan.pk) for view in counted_views())

    applied(merger())
    sealer.seal_once(log_heads=False)
    touching.mark_touched(NOON)

    marked = Source.objects.filter(commune=cast.cocsan.pk, touched_at=NOON)
    assert set(marked.values_list("view", flat=True)) == set(counted_views())
