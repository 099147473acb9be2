"""The cast itself: enough of a house for every other test."""

from __future__ import annotations

import pytest

from dinh.directory import tree
from dinh.directory.tests.cast import MONDAY_MORNING, PASSWORD, Cast


def test_the_cast_stands_on_both_communes(cast: Cast) -> None:
    on = MONDAY_MORNING.date()

    assert tree.title(cast.un_ta.pk, on) == "thôn Ún Tà, xã Cốc San, tỉnh Lào Cai"
    assert set(cast.offices) == set(cast.next_offices)
    assert cast.offices["police"].agency_code != cast.next_offices["police"].agency_code


def test_everybody_of_the_staff_can_sign_in_with_the_password_of_the_cast(cast: Cast) -> None:
    assert len(cast.staff) == 14
    assert all(account.check_password(PASSWORD) for account in cast.staff.values())


@pytest.mark.django_db
def test_the_cast_costs_few_queries(django_assert_max_num_queries: pytest.FixtureRequest) -> None:
    from dinh.directory.tests.cast import people

    with django_assert_max_num_queries(60):  # type: ignore[operator]
        people()
