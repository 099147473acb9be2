"""A change is undone within seven days: everything is as it was, or nothing is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dinh.directory import actions, queries, tree
from dinh.directory.changes.history import became, came_from, changes_of
from dinh.directory.changes.undoing import newer, undo
from dinh.directory.lines import AsWas, On, ancestors
from dinh.directory.models import Level, MovedRows, Unit, UnitChange
from dinh.directory.tests.cast import Cast, make_account, make_grant, people
from dinh.directory.tests.changes.settings import (
    COCSAN,
    DAY,
    LATER,
    NEXT,
    NOON,
    amendment,
    applied,
    code_of,
    division,
    fingerprint,
    made,
    merger,
)  # fmt: skip
from dinh.lib.errors import DinhError, Invalid, Refused

pytestmark = pytest.mark.usefixtures("roles")


@pytest.mark.parametrize(
    "what", ["merge", "split", "rename", "recode", "upgrade", "transfer", "dissolve", "create"]
)
def test_everything_is_as_it_was(cast: Cast, what: str) -> None:
    un_ta = code_of(cast.un_ta, DAY)
    datas: dict[str, dict[str, Any]] = {
        "merge": merger(),
        "split": division(cast),
        "rename": amendment("rename", {"unit": COCSAN, "name": "Mây Xanh"}),
        "recode": amendment("recode", {"unit": COCSAN, "code": "02990"}),
        "upgrade": amendment("upgrade", {"unit": COCSAN, "type": "phường"}, {"unit": NEXT, "type": "phường"}),
        "transfer": amendment("transfer", {"unit": un_ta, "parent": NEXT}),
        "dissolve": {**merger(), "kind": "dissolve", "makes": [], "parts": [{"from": NEXT, "to": COCSAN}]},
        "create": {**merger(), "kind": "create", "parts": [], "makes": [
            {"code": "02997", "name": "Đảo Xa", "type": "đặc khu", "parent": code_of(cast.province, DAY)}
        ]},
    }  # fmt: skip
    before = fingerprint()
    change = applied(datas[what])
    assert fingerprint() != before

    undo(change=change, by=None, at=LATER)

    assert fingerprint() == before
    assert change.state == UnitChange.State.UNDONE
    assert MovedRows.objects.count() == 0
    assert queries.unit_title(cast.un_ta.pk, LATER.date(), with_parents=False) == "thôn Ún Tà"


def test_after_seven_days_it_stays(cast: Cast) -> None:
    change = applied(merger())

    with pytest.raises(Refused) as refused:
        undo(change=change, by=None, at=NOON + timedelta(days=7, seconds=1))

    assert refused.value.code == "directory.change_too_old"


def test_it_is_undone_once(cast: Cast) -> None:
    change = undo(change=applied(merger()), by=None, at=LATER)

    with pytest.raises(Refused):
        undo(change=change, by=None, at=LATER)


def test_it_may_be_applied_again_by_a_new_draft(cast: Cast) -> None:
    undo(change=applied(merger()), by=None, at=LATER)

    applied(merger(), at=LATER)

    assert made().opened_on == DAY


def test_what_was_built_upon_it_stands_against_it(cast: Cast) -> None:
    change = applied(merger())
    make_grant(make_account("moi", "Cư Thị Mới", unit=made()), "leader", made())
    before = fingerprint()

    with pytest.raises(Invalid) as refused:
        undo(change=change, by=None, at=LATER)

    assert {fault.code for fault in refused.value.faults} == {"newer"}
    assert {one.code for one in newer(change, by=None, at=NOON)} == {"directory.account", "directory.grant"}
    assert fingerprint() == before


def test_a_village_placed_since_stands_against_it(cast: Cast) -> None:
    change = applied(merger())
    actions.place_village(commune=made(), name="Mới", type="thôn", by=None, at=LATER)

    with pytest.raises(Invalid):
        undo(change=change, by=None, at=LATER)


def test_the_later_of_two_changes_is_undone_first(cast: Cast) -> None:
    first = applied(merger())
    code = code_of(made(), LATER.date())
    second = applied(amendment("rename", {"unit": code, "name": "Mây Vàng"}, on=LATER.date()), at=LATER)

    with pytest.raises(Invalid):
        undo(change=first, by=None, at=LATER)
    undo(change=second, by=None, at=LATER)
    undo(change=first, by=None, at=LATER)

    assert queries.unit_title(cast.cocsan.pk, LATER.date(), with_parents=False) == "xã Cốc San"


def test_history_leads_forward_and_back(cast: Cast) -> None:
    change = applied(merger())

    assert [one.unit for one in became(cast.cocsan.pk, DAY)] == [made().pk]
    assert became(cast.cocsan.pk, DAY - timedelta(days=1)) == []
    assert {one.unit for one in came_from(made().pk, DAY - timedelta(days=1))} == {
        cast.cocsan.pk, cast.next_commune.pk
    }  # fmt: skip
    assert changes_of(cast.cocsan.pk) == [change]


STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=4)


class Chains(TestCase):
    """Random chains of changes, all from the same house."""

    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people()

    @settings(max_examples=8)
    @given(STEPS)
    def test_sums_hold_at_every_common_ancestor_and_undoing_restores_everything(
        self, steps: list[tuple[int, int]]
    ) -> None:
        tree.forget()
        cast = self.cast
        hashes, done, day = [fingerprint()], [], DAY
        for what, which in steps:
            change = _step(cast, what, which, day)
            if change is not None:
                done.append(change)
                hashes.append(fingerprint())
            day += timedelta(days=1)
        units = list(Unit.objects.exclude(level=Level.PROVINCE).order_by("pk").values_list("pk", flat=True))
        for on in (DAY - timedelta(days=1), DAY, day):
            for boundaries in (On(on), AsWas(on)):
                for level in (Level.COMMUNE, Level.PROVINCE):
                    found = ancestors(units, level, boundaries)
                    assert all(sum(weight for _unit, weight in found[unit]) == 1 for unit in units)
                up = ancestors(units, Level.PROVINCE, boundaries)
                assert {above for unit in units for above, _weight in up[unit]} == {cast.province.pk}
        for change, before in zip(reversed(done), reversed(hashes[:-1]), strict=True):
            undo(change=UnitChange.objects.get(pk=change.pk), by=None, at=change.applied_at or NOON)
            assert fingerprint() == before
        tree.forget()


def _step(cast: Cast, what: int, which: int, day: date) -> UnitChange | None:
    """Apply one change of the units that there are on a day; None when they do not allow it."""
    communes = list(tree.children(cast.province.pk, day))
    one, other = communes[which % len(communes)], communes[(which + 1) % len(communes)]
    villages = [child.code for child in tree.children(one.unit, day)]
    new, newer_ = f"03{which:03d}", f"04{which:03d}"
    base = {"title": "x", "decree": "1/NQ", "effective_on": day}
    share = {"from": one.code, "part": "share", "basis": "người"}
    datas: list[dict[str, Any]] = [
        {**base, "kind": "merge", "makes": [{"code": new, "name": "Một", "type": "xã", "seat": one.code}],
         "parts": [{"from": one.code, "to": new}, {"from": other.code, "to": new}]},
        {**base, "kind": "split", "makes": [{"code": c, "name": f"Hai {c}", "type": "xã"} for c in (new, newer_)],
         "parts": [{**share, "to": new, "share": "1/3", "villages": villages[:1]},
                   {**share, "to": newer_, "share": "2/3", "villages": villages[1:], "heir": True}]},
        {**base, "kind": "rename", "changes": [{"unit": one.code, "name": "Ba"}]},
        {**base, "kind": "recode", "changes": [{"unit": one.code, "code": new}]},
        {**base, "kind": "dissolve", "parts": [{"from": one.code, "to": other.code}]},
        {**base, "kind": "transfer", "changes": [{"unit": code, "parent": other.code} for code in villages[:1]]},
    ]  # fmt: skip
    at = NOON + (day - DAY)
    try:
        return applied(datas[what], at)
    except DinhError:
        return None
