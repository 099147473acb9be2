from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dinh.journal.rules import Item, order


def ids(items: list[Item]) -> list[str]:
    return [items[index].id for index in order(items)]


def test_entries_stand_by_id() -> None:
    assert ids([Item("c", "z", 1, None), Item("a", "x", 1, None), Item("b", "y", 1, None)]) == ["a", "b", "c"]


def test_versions_never_run_backwards_when_a_later_one_has_the_earlier_id() -> None:
    assert ids([Item("a", "x", 3, None), Item("b", "x", 2, None), Item("c", "y", 1, None)]) == ["b", "a", "c"]


def test_an_effect_waits_for_its_cause() -> None:
    assert ids([Item("a", "x", 1, "c"), Item("b", "y", 1, None), Item("c", "z", 1, None)]) == ["b", "c", "a"]


def test_versions_win_over_the_cause_when_an_inner_act_wrote_the_earlier_version() -> None:
    outer, inner = Item("a", "x", 3, None), Item("b", "x", 2, "a")

    assert ids([outer, inner]) == ["b", "a"]


def test_a_cause_sealed_before_holds_nothing_up() -> None:
    assert ids([Item("b", "x", 5, "long ago")]) == ["b"]


@given(st.permutations(list(range(9))), st.lists(st.integers(0, 8), min_size=9, max_size=9))
def test_any_batch_keeps_all_versions_in_order_and_loses_nothing(names: list[int], causes: list[int]) -> None:
    items = [
        Item(str(name), str(index % 3), index // 3 + 1, str(cause) if cause else None)
        for index, (name, cause) in enumerate(zip(names, causes, strict=True))
    ]

    placed = order(items)

    assert sorted(placed) == list(range(9))
    for subject in "012":
        versions = [items[i].version for i in placed if items[i].subject == subject]
        assert versions == sorted(versions)
