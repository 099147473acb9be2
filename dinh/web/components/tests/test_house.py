"""Whose house it is: of the commune for which most of the staff work, of the unit above where many work for their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dinh.directory import tree
from dinh.directory.models import Grant, Level
from dinh.directory.tests.cast import Cast, make_grant, make_offices, make_unit
from dinh.web.components.context import forget_house, house


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    forget_house()
    yield
    forget_house()


def test_a_house_of_a_commune_bears_its_name_and_its_centre(cast: Cast) -> None:
    found = house("vi")
    assert (found.unit_title, found.unit_code) == ("xã Cốc San", "02746")
    assert found.office_name == "Trung tâm Phục vụ hành chính công xã Cốc San"


def test_a_house_of_many_communes_bears_the_name_of_the_province_and_no_centre(cast: Cast) -> None:
    third = make_unit(Level.COMMUNE, "02731", "Bát Xát", "xã", cast.province)
    make_offices(third, "xã Bát Xát", "027.31")
    Grant.objects.all().delete()
    for unit in (cast.cocsan, cast.next_commune, third):
        make_grant(cast.leader, "leader", unit)
        make_grant(cast.reception, "reception_officer", unit)
    make_grant(cast.chair, "leader", cast.cocsan)  # best staffed, and not most of it
    tree.forget()

    found = house("vi")
    assert (found.unit_title, found.office_name, found.phone, found.unit_code) == ("tỉnh Lào Cai", "", "", "")
    make_grant(cast.examiner, "leader", cast.cocsan)
    forget_house()
    assert house("vi").unit_title == "xã Cốc San"
