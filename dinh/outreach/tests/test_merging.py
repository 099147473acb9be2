"""Merging of fields: the same value for every order of arrival."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.outreach.rules.merging import Change, Clash, Policy, Stamp, clash, fold, merge, set_change
from dinh.outreach.tests.sending import NOW

OPS = [UUID(int=number) for number in range(1, 9)]
stamps = st.builds(
    lambda hours, op: Stamp(NOW + timedelta(hours=hours), op), st.integers(-48, 48), st.sampled_from(OPS)
)
codes = st.lists(st.sampled_from("abc"), unique=True)
values = {
    Policy.LAST: st.builds(Change, stamps, st.sampled_from([None, "", "x", "y"])),
    Policy.LADDER: st.builds(Change, stamps, st.integers(0, 2), st.booleans()),
    Policy.SET: st.builds(Change, stamps, st.builds(set_change, codes, codes)),
}


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[Policy, list[Change], list[Change]]:
    """Return changes of one field, each by an operation of its own, in two orders."""
    policy = draw(st.sampled_from(sorted(values, key=str)))
    changes = draw(st.lists(values[policy], max_size=8, unique_by=lambda one: one.stamp))
    return policy, changes, draw(st.permutations(changes))


def arrive(policy: Policy, changes: list[Change]) -> Any:
    """Return the value after the changes arrived one by one, as profiles are brought forward."""
    here: list[Change] = []
    value, last = fold(policy, []), None
    for change in changes:
        value = merge(policy, value, last, change, here)
        last = change.stamp if last is None else max(last, change.stamp)
        here.append(change)
    return value


@given(arrivals())
def test_the_order_of_arrival_does_not_count(drawn: tuple[Policy, list[Change], list[Change]]) -> None:
    policy, one, other = drawn

    assert arrive(policy, one) == arrive(policy, other) == fold(policy, one)


@given(st.lists(values[Policy.LADDER].filter(lambda one: not one.correct), unique_by=lambda one: one.stamp))
def test_without_a_correction_a_ladder_only_climbs(changes: list[Change]) -> None:
    assert fold(Policy.LADDER, changes) == max((one.value for one in changes), default=0)


def at(hours: int, value: Any, op: int = 1, *, correct: bool = False) -> Change:
    """Return a change captured some hours after eight o'clock."""
    return Change(Stamp(NOW + timedelta(hours=hours), UUID(int=op)), value, correct)


@pytest.mark.parametrize(
    ("policy", "changes", "expected"),
    [
        pytest.param(
            Policy.LAST, [at(2, "late"), at(1, "early")], "late", id="last-captured-not-last-arrived"
        ),
        pytest.param(Policy.LAST, [at(1, "b", 2), at(1, "a", 1)], "b", id="same-moment-higher-operation"),
        pytest.param(Policy.LADDER, [at(1, 2), at(2, 1)], 2, id="a-lower-rung-seen-later"),
        pytest.param(Policy.LADDER, [at(1, 2), at(2, 0, correct=True)], 0, id="corrected"),
        pytest.param(Policy.LADDER, [at(2, 0, correct=True), at(3, 1)], 1, id="climbs-again-after"),
        pytest.param(
            Policy.LADDER, [at(2, 1, correct=True), at(1, 2)], 1, id="a-late-one-before-a-correction"
        ),
        pytest.param(
            Policy.SET, [at(1, set_change([], ["a"])), at(2, set_change([], ["b"]))], ["a", "b"], id="both"
        ),
        pytest.param(
            Policy.SET, [at(1, set_change([], ["a"])), at(2, set_change(["a"], []))], [], id="taken-out"
        ),
        pytest.param(
            Policy.SET, [at(2, set_change(["a"], [])), at(1, set_change([], ["a"]))], [], id="tombstone"
        ),
        pytest.param(
            Policy.SET, [at(1, set_change(["a"], [])), at(2, set_change([], ["a"]))], ["a"], id="back-again"
        ),
    ],
)
def test_a_field_is_the_fold_of_its_changes(policy: Policy, changes: list[Change], expected: Any) -> None:
    assert arrive(policy, changes) == expected


@pytest.mark.parametrize(
    ("mine", "others", "expected"),
    [
        pytest.param({"note": "x"}, [], Clash.NONE, id="nobody-else"),
        pytest.param({"note": "x"}, [("phone", "1")], Clash.SOFT, id="another-field"),
        pytest.param({"note": "x"}, [("note", "y")], Clash.HARD, id="same-field"),
        pytest.param({"note": "x"}, [("note", "x")], Clash.SOFT, id="same-field-same-value"),
        pytest.param(
            {"note": "x", "power": "own"}, [("phone", "1"), ("power", "none")], Clash.HARD, id="one-of-two"
        ),
    ],
)
def test_a_clash_is_soft_or_hard(
    mine: dict[str, Any], others: list[tuple[str, Any]], expected: Clash
) -> None:
    assert clash(mine, others) is expected
