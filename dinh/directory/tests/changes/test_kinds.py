"""What each kind of decision does to units: a division, a new name, code or type, another parent, a beginning, an end."""

from __future__ import annotations

import pytest

from dinh.directory import queries, tree
from dinh.directory.models import Grant
from dinh.directory.tests.cast import Cast
from dinh.directory.tests.changes.settings import (
    BEFORE,
    COCSAN,
    DAY,
    NEXT,
    amendment,
    applied,
    code_of,
    division,
    made,
    merger,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("roles")


def test_a_division_sends_each_village_where_it_goes(cast: Cast) -> None:
    applied(division(cast))

    pink, white = made("Mây Hồng"), made("Mây Trắng")
    assert tree.with_parents(cast.un_ta.pk, DAY)[1] == pink.pk
    assert tree.with_parents(cast.tan_son.pk, DAY)[1] == white.pk
    assert tree.owner(cast.cocsan.pk, DAY) == white.pk
    assert code_of(cast.un_ta, DAY).startswith("02999-")
    assert cast.cocsan.pk not in tree.subtree(pink.pk, DAY)


@pytest.mark.parametrize(
    ("kind", "change", "title", "code"),
    [
        ("rename", {"unit": COCSAN, "name": "Mây Xanh"}, "xã Mây Xanh", COCSAN),
        ("upgrade", {"unit": COCSAN, "type": "phường"}, "phường Cốc San", COCSAN),
        ("recode", {"unit": COCSAN, "code": "02990"}, "xã Cốc San", "02990"),
    ],
)
def test_an_amended_commune_stays_itself(
    cast: Cast, kind: str, change: dict[str, str], title: str, code: str
) -> None:
    applied(amendment(kind, change))

    assert queries.unit_title(cast.cocsan.pk, DAY, with_parents=False) == title
    assert queries.unit_title(cast.cocsan.pk, BEFORE, with_parents=False) == "xã Cốc San"
    assert queries.get_unit(code, DAY) == cast.cocsan
    assert {one.code[:5] for one in queries.villages_of(cast.cocsan, DAY)} == {code}
    assert queries.office(cast.cocsan, "service_centre", DAY).name.endswith(title)


def test_a_village_goes_to_another_commune(cast: Cast) -> None:
    village = code_of(cast.un_ta, BEFORE)

    applied(amendment("transfer", {"unit": village, "parent": NEXT}))

    assert tree.with_parents(cast.un_ta.pk, DAY)[1] == cast.next_commune.pk
    assert code_of(cast.un_ta, DAY).startswith(f"{NEXT}-")
    assert tree.with_parents(cast.un_ta.pk, BEFORE)[1] == cast.cocsan.pk


def test_a_commune_begins(cast: Cast) -> None:
    made_ = {"code": "02997", "name": "Đảo Xa", "type": "đặc khu", "parent": "15"}
    parent = code_of(cast.province, BEFORE)

    applied({**merger(), "kind": "create", "parts": [], "makes": [{**made_, "parent": parent}]})

    assert queries.get_unit("02997", DAY) == made("Đảo Xa")


def test_a_commune_ends_in_another(cast: Cast) -> None:
    applied({**merger(), "kind": "dissolve", "makes": [], "parts": [{"from": NEXT, "to": COCSAN}]})

    assert tree.owner(cast.next_commune.pk, DAY) == cast.cocsan.pk
    assert Grant.objects.filter(queries.in_force(DAY), unit=cast.cocsan, account=cast.next_leader).exists()
