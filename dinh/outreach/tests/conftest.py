"""Fixtures of the tests of outreach."""

from __future__ import annotations

import pytest

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, make_account
from dinh.dossiers.tests.world import settled
from dinh.outreach.actions import teams
from dinh.outreach.models import Team
from dinh.outreach.tests.enrolled import Field as Enrolled
from dinh.outreach.tests.sending import Field, make_field
from dinh.outreach.tests.teams import AT


@pytest.fixture
def field(cast: Cast) -> Field:
    """A team of Ún Tà with two phones, and the people of the village."""
    return make_field(settled(cast))


@pytest.fixture
def team(cast: Cast, field: Enrolled) -> Team:
    """A team of a village that has none yet; for files whose own `field` is one of enrolled phones."""
    return teams.set_up_team(unit=cast.tan_son, kind="village", name="Tổ  Tân Sơn", by=field.officer, at=AT)


@pytest.fixture
def newcomer(cast: Cast) -> Account:
    """Somebody of the commune in no team."""
    return make_account("moi", "Tráng A Mới", unit=cast.cocsan)
