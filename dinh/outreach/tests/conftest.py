"""Fixtures of the tests of outreach."""

from __future__ import annotations

import pytest

from dinh.directory.tests.cast import Cast
from dinh.dossiers.tests.world import settled
from dinh.outreach.tests.sending import Field, make_field


@pytest.fixture
def field(cast: Cast) -> Field:
    """A team of Ún Tà with two phones, and the people of the village."""
    return make_field(settled(cast))
