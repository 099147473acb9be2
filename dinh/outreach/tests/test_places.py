"""Teams, kiosks and packs when places change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.directory import queries
from dinh.directory.changes.undoing import undo
from dinh.directory.models import UnitVersion
from dinh.directory.tests.cast import REFORM, Cast
from dinh.directory.tests.changes.settings import DAY, LATER, NOON, applied, code_of, fingerprint, merger
from dinh.outreach.models import Area, Kiosk, Member, ScopeEpoch, Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(cast: Cast) -> Team:
    """The team of the commune, with both villages and one member."""
    team = Team.objects.create(unit=cast.cocsan, kind=Team.Kind.COMMUNE, name="Tổ xã", opened_on=REFORM)
    for village in (cast.un_ta, cast.tan_son):
        Area.objects.create(team=team, village=village, from_on=REFORM)
    Member.objects.create(team=team, account=cast.reception, from_on=REFORM)
    return team


def test_teams_and_kiosks_follow_and_packs_are_renewed(cast: Cast, team: Team) -> None:
    kiosk = Kiosk.objects.create(
        unit=cast.cocsan, office=cast.offices["service_centre"], name="Máy", made_at=NOON, made_by=cast.leader
    )
    before = fingerprint()

    change = applied(merger())

    new = UnitVersion.objects.get(name="Mây Xanh").unit
    kiosk.refresh_from_db()
    team.refresh_from_db()
    assert (team.unit, kiosk.unit) == (new, new)
    assert kiosk.office == queries.office(new, "service_centre", DAY)
    assert ScopeEpoch.objects.get(account=cast.reception).epoch >= 1
    undo(change=change, by=None, at=LATER)
    assert fingerprint() == before


def test_a_team_visits_the_village_that_two_became(cast: Cast, team: Team) -> None:
    one, two = (code_of(village, DAY) for village in (cast.un_ta, cast.tan_son))
    made = {"code": one, "name": "Ún Sơn", "type": "thôn"}
    before = fingerprint()

    change = applied(merger(makes=[made], parts=[{"from": one, "to": one}, {"from": two, "to": one}]))

    new = UnitVersion.objects.get(name="Ún Sơn").unit
    assert list(team.areas.filter(until_on=None).values_list("village", flat=True)) == [new.pk]
    assert set(team.areas.filter(until_on=DAY).values_list("village", flat=True)) == {
        cast.un_ta.pk,
        cast.tan_son.pk,
    }
    undo(change=change, by=None, at=NOON + timedelta(hours=1))
    assert fingerprint() == before
