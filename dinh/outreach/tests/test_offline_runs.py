"""Runs of edits made without network that others, the desk or the clock cut into: the rest of ODK's offline entities.

The stories are of the shape of `test_offline_edits`; an arrival may leave steps out, and time may pass in between.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dinh.outreach.actions.settling import release_overdue
from dinh.outreach.models import Device, FactChange, Held, HouseProfile, Member
from dinh.outreach.tests.sending import NOW, Field, row_of
from dinh.outreach.tests.test_offline_edits import A, B, Step, play

LATER = NOW + timedelta(hours=80)  # when what waited is not waited for any longer

# name: steps, arrival, what stands then, states then, what stands when the wait is over, states then
Cut = tuple[list[Step], list[int], dict[str, Any], list[str], dict[str, Any], list[str]]
CUTS: dict[str, Cut] = {
    "begun, then one from far ahead": (
        [Step(A, "note", "1", 0), Step(A, "note", "2", 1), Step(A, "power", "own", 2)], [0, 2],
        {"note": "1", "power": ""}, ["applied", "", "waiting"],
        {"note": "1", "power": "own"}, ["applied", "", "applied"],
    ),
    "only the end of a run": (
        [Step(A, "note", "1", 0), Step(A, "note", "2", 1), Step(A, "note", "3", 2)], [2],
        {}, ["", "", "waiting"], {"note": "3"}, ["", "", "applied"],
    ),
    "the end and the middle, no beginning": (
        [Step(A, "note", "1", 0), Step(A, "power", "own", 1), Step(A, "note", "3", 2)], [2, 1],
        {}, ["", "waiting", "waiting"], {"note": "3", "power": "own"}, ["", "applied", "applied"],
    ),
    "two phones wait, each for its own": (
        [Step(A, "note", "a1", 0), Step(B, "phone", "b1", 0), Step(A, "note", "a2", 1), Step(B, "phone", "b2", 1)], [2, 3],
        {}, ["", "", "waiting", "waiting"], {"note": "a2", "phone": "b2"}, ["", "", "applied", "merged"],
    ),
    "one waits, the other goes on": (
        [Step(A, "note", "a1", 0), Step(A, "note", "a2", 1), Step(B, "note", "b", 2)], [1, 2],
        {"note": "b"}, ["", "waiting", "applied"], {"note": "b"}, ["", "merged", "applied"],
    ),
    "others edited while it waited, and it was captured after them": (
        [Step(A, "note", "a1", 0), Step(B, "note", "b", 1), Step(A, "note", "a2", 2)], [2, 1],
        {"note": "b"}, ["", "applied", "waiting"], {"note": "a2"}, ["", "applied", "merged"],
    ),
    "a set grows though its beginning is missing": (
        [Step(A, "needs", [[], ["device"]], 0), Step(A, "needs", [[], ["power"]], 1), Step(B, "needs", [[], ["network"]], 2)],
        [1, 2], {"needs": ["network"]}, ["", "waiting", "applied"],
        {"needs": ["network", "power"]}, ["", "merged", "applied"],
    ),
}  # fmt: skip


def stands(expected: dict[str, Any]) -> None:
    """Check what the profile of the only house holds; {} for none."""
    profile = HouseProfile.objects.first()
    assert {name: getattr(profile, name) for name in expected} == expected if expected else profile is None


def became(made: list[dict[str, Any]], states: list[str]) -> None:
    """Check the states of what arrived; "" for what never did."""
    assert [str(row_of(op).state) if state else "" for op, state in zip(made, states, strict=True)] == states


@pytest.mark.parametrize("story", CUTS, ids=[one.replace(" ", "-") for one in CUTS])
def test_a_run_with_a_gap_waits_and_then_goes_on_without(field: Field, story: str) -> None:
    steps, order, before, states, after, forced = CUTS[story]

    made = play(field, steps, order)

    stands(before)
    became(made, states)
    release_overdue(at=NOW + timedelta(days=1) + timedelta(hours=80))
    stands(after)
    became(made, forced)
    assert not Held.objects.exists()


# name: steps, arrival, what stands in the end: trunk is what the phone knew when it was last on the line
WOVEN: dict[str, tuple[list[Step], list[int], dict[str, Any]]] = {
    "the node had moved on before the run": (
        [Step(B, "power", "own", 0), Step(A, "note", "1", 1), Step(A, "note", "2", 2)], [0, 1, 2], {"note": "2", "power": "own"},
    ),
    "others before, between and after": (
        [Step(B, "note", "b1", 0), Step(A, "note", "a1", 1), Step(B, "power", "own", 2), Step(A, "note", "a2", 3), Step(B, "note", "b2", 4)],
        [0, 1, 2, 3, 4], {"note": "b2", "power": "own"},
    ),
    "both runs backwards": (
        [Step(A, "note", "a1", 0), Step(B, "note", "b1", 1), Step(A, "note", "a2", 2), Step(B, "note", "b2", 3)],
        [3, 2, 1, 0], {"note": "b2"},
    ),
    "a whole run of another day comes first": (
        [Step(A, "note", "a1", 0), Step(A, "power", "own", 1), Step(B, "note", "b1", 20), Step(B, "note", "b2", 21)],
        [2, 3, 0, 1], {"note": "b2", "power": "own"},
    ),
    "a set is put in, taken out and put in again": (
        [Step(A, "needs", [[], ["device"]], 0), Step(B, "needs", [["device"], []], 1), Step(A, "needs", [[], ["device"]], 2)],
        [0, 1, 2], {"needs": ["device"]},
    ),
    "a set is emptied by one while the other adds": (
        [Step(A, "needs", [[], ["device"]], 0), Step(A, "needs", [["device"], []], 2), Step(B, "needs", [[], ["power"]], 1)],
        [0, 1, 2], {"needs": ["power"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", WOVEN, ids=[one.replace(" ", "-") for one in WOVEN])
def test_runs_that_are_woven_end_the_same_in_every_order_of_arrival(field: Field, story: str) -> None:
    steps, order, expected = WOVEN[story]

    play(field, steps, order)

    stands(expected)
    assert FactChange.objects.count() == len(steps)


def run(field: Field, length: int = 3) -> list[dict[str, Any]]:
    """Return a run of one phone about one house, an hour between two."""
    return [
        field.phone.facts(field.house, {"note": [None, str(n)]}, at=NOW + timedelta(hours=n))
        for n in range(length)
    ]


class TestWhatChangedMeanwhile:
    """The phone, its villages, its forms: as they were when it was done, not as they are when it goes on."""

    def test_a_batch_in_the_wrong_order_waits_for_nothing(self, field: Field) -> None:
        made = run(field)

        answers = field.phone.send(*reversed(made))

        assert [one["state"] for one in answers] == ["applied", "applied", "applied"]
        stands({"note": "2"})

    def test_the_middle_one_comes_after_the_end_was_forced(self, field: Field) -> None:
        first = field.phone.facts(field.house, {"note": [None, "1"]})
        middle = field.phone.facts(
            field.house, {"note": [None, "2"], "power": ["", "own"]}, at=NOW + timedelta(hours=1)
        )
        last = field.phone.facts(field.house, {"note": [None, "3"]}, at=NOW + timedelta(hours=2))
        field.phone.send(first, last, at=NOW + timedelta(hours=3))
        release_overdue(at=LATER)

        field.phone.send(middle, at=LATER + timedelta(hours=1))

        stands({"note": "3", "power": "own"})
        assert (row_of(last).forced, row_of(middle).state) == (True, "merged")

    def test_what_waited_of_a_phone_that_was_taken_off_the_list_is_for_the_desk(self, field: Field) -> None:
        first, second, _third = run(field)
        field.phone.send(second)
        Device.objects.update(revoked_at=timezone.now())
        field.phone.device.refresh_from_db()

        field.phone.send(first)
        release_overdue(at=LATER)

        assert [row_of(one).code for one in (first, second)] == ["device_revoked", "device_revoked"]
        assert not HouseProfile.objects.exists()

    def test_what_waited_goes_on_though_the_member_left_the_team_since(self, field: Field) -> None:
        _first, second, _third = run(field)
        field.phone.send(second, at=NOW + timedelta(hours=2))
        Member.objects.filter(account=field.nga).update(until_on=(NOW + timedelta(days=1)).date())

        release_overdue(at=LATER)

        stands({"note": "1"})

    def test_a_mended_one_takes_the_place_of_the_refused_and_the_run_goes_on(self, field: Field) -> None:
        bad = field.phone.facts(field.house, {"mobile": ["", "loud"]})
        after = field.phone.facts(field.house, {"note": [None, "x"]}, at=NOW + timedelta(hours=1))
        mended = field.phone.facts(
            field.house, {"mobile": ["", "weak"]}, at=NOW + timedelta(hours=2), replaces=bad["op_id"]
        )

        answers = field.phone.send(bad, after, mended)

        assert [one["state"] for one in answers] == ["refused", "applied", "applied"]
        stands({"mobile": "weak", "note": "x"})

    def test_the_same_run_told_twice_by_file_and_by_line_counts_once(self, field: Field) -> None:
        made = run(field)
        field.phone.send(*made)

        again = field.phone.send(*reversed(made), at=LATER)

        assert {one["state"] for one in again} == {"duplicate"}
        assert FactChange.objects.count() == 3

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_two_phones_at_the_same_second_end_the_same(self, field: Field, order: tuple[int, int]) -> None:
        both = [(field.phone, field.phone.facts(field.house, {"note": [None, "a"]}))]
        both.append((field.other, field.other.facts(field.house, {"note": [None, "b"]})))
        for index in order:
            phone, op = both[index]
            phone.send(op)

        last = max((op for _phone, op in both), key=lambda op: str(op["op_id"]))
        stands({"note": last["body"]["changes"]["note"][1]})

    def test_a_person_and_their_house_do_not_wait_for_each_other(self, field: Field) -> None:
        field.phone.facts(field.house, {"note": [None, "never sent"]})
        person = field.phone.facts(field.phuc, {"electronic_id": [0, 1]})

        assert field.phone.send(person)[0]["state"] == "applied"
