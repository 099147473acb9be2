"""Edits made without network, meeting edits of others: the behaviours of ODK's offline entities, in our words.

Each row is a story about one house, told by two phones (a and b) and the desk. A step is `phone field value`, and
may name the version that the phone had of the node (trunk). Arrival is the order in which the steps reach the node.
Ported from the names of getodk/central-backend test/integration/api/offline-entities.js; the code is our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from dinh.outreach.actions.settling import release_overdue
from dinh.outreach.models import FactChange, HouseProfile, Operation
from dinh.outreach.tests.sending import NOW, Field, row_of


@dataclass(frozen=True)
class Step:
    """One edit: by which phone, of which field, captured how many hours after eight, upon which version."""

    who: str
    name: str
    value: Any
    hour: int
    trunk: int = 0


A, B = "a", "b"
Story = tuple[list[Step], list[int], dict[str, Any], list[str]]
STORIES: dict[str, Story] = {
    # name: steps, order of arrival, what stands in the end, what each step became (in order of steps)
    "in order": (
        [Step(A, "note", "1", 0), Step(A, "note", "2", 1), Step(A, "power", "own", 2)],
        [0, 1, 2], {"note": "2", "power": "own"}, ["applied", "applied", "applied"],
    ),
    "a run that was interrupted and goes on": (
        [Step(A, "note", "1", 0), Step(A, "note", "2", 1), Step(A, "note", "3", 9, trunk=2)],
        [0, 1, 2], {"note": "3"}, ["applied", "applied", "applied"],
    ),
    "an edit of others between two of a run, other field": (
        [Step(A, "note", "1", 0), Step(B, "power", "own", 1, trunk=1), Step(A, "note", "2", 2)],
        [0, 1, 2], {"note": "2", "power": "own"}, ["applied", "applied", "merged"],
    ),
    "an edit of others between two of a run, same field": (
        [Step(A, "note", "1", 0), Step(B, "note", "b", 1, trunk=1), Step(A, "note", "2", 2)],
        [0, 1, 2], {"note": "2"}, ["applied", "applied", "merged"],
    ),
    "the edit of others was captured after the whole run": (
        [Step(A, "note", "1", 0), Step(A, "note", "2", 1), Step(B, "note", "b", 5)],
        [2, 0, 1], {"note": "b"}, ["merged", "merged", "applied"],
    ),
    "backwards": (
        [Step(A, "note", "1", 0), Step(A, "note", "2", 1), Step(A, "note", "3", 2)],
        [2, 1, 0], {"note": "3"}, ["applied", "applied", "applied"],
    ),
    "the middle one last": (
        [Step(A, "note", "1", 0), Step(A, "power", "own", 1), Step(A, "note", "3", 2)],
        [0, 2, 1], {"note": "3", "power": "own"}, ["applied", "applied", "applied"],
    ),
    "a later run of another phone first": (
        [Step(A, "note", "a", 0), Step(B, "note", "b", 4), Step(B, "power", "own", 5)],
        [1, 2, 0], {"note": "b", "power": "own"}, ["merged", "applied", "applied"],
    ),
    "two runs told in turns": (
        [Step(A, "note", "a1", 0), Step(B, "phone", "1", 1), Step(A, "note", "a2", 2), Step(B, "phone", "2", 3)],
        [0, 1, 2, 3], {"note": "a2", "phone": "2"}, ["applied", "merged", "merged", "merged"],
    ),
    "both said the same": (
        [Step(A, "mobile", "weak", 0), Step(B, "mobile", "weak", 1)],
        [0, 1], {"mobile": "weak"}, ["applied", "merged"],
    ),
    "others edited before the phone last asked": (
        [Step(B, "note", "b", 0), Step(A, "note", "a", 1, trunk=1)],
        [0, 1], {"note": "a"}, ["applied", "applied"],
    ),
    "a set of two phones is the union": (
        [Step(A, "needs", [[], ["device"]], 0), Step(B, "needs", [[], ["power"]], 1)],
        [1, 0], {"needs": ["device", "power"]}, ["merged", "applied"],
    ),
    "taken out by one, put in before by the other": (
        [Step(A, "needs", [[], ["device"]], 0), Step(B, "needs", [["device"], []], 3)],
        [1, 0], {"needs": []}, ["merged", "applied"],
    ),
}  # fmt: skip


def play(field: Field, steps: list[Step], order: list[int]) -> list[dict[str, Any]]:
    """Make the operations in order of capture, hand them in by arrival, and return them."""
    phones = {A: field.phone, B: field.other}
    made = []
    for step in steps:
        pair = step.value if step.name == "needs" else [None, step.value]
        made.append(
            phones[step.who].facts(
                field.house, {step.name: pair}, at=NOW + timedelta(hours=step.hour), trunk_version=step.trunk
            )
        )
    for index in order:
        phones[steps[index].who].send(made[index], at=NOW + timedelta(days=1))
    return made


@pytest.mark.parametrize("story", STORIES, ids=[one.replace(" ", "-") for one in STORIES])
def test_a_story_ends_as_it_must(field: Field, story: str) -> None:
    steps, order, expected, became = STORIES[story]

    made = play(field, steps, order)

    profile = HouseProfile.objects.get()
    assert {name: getattr(profile, name) for name in expected} == expected
    assert [str(row_of(op).state) for op in made] == became
    assert FactChange.objects.count() == len(steps)  # losers are kept too


class TestHeld:
    """What came too early is held; what never comes is gone without."""

    def run(self, field: Field) -> list[dict[str, Any]]:
        return [
            field.phone.facts(field.house, {"note": [None, str(n)]}, at=NOW + timedelta(hours=n))
            for n in range(3)
        ]

    def test_an_update_before_its_first_is_held_then_applied(self, field: Field) -> None:
        first, second, _third = self.run(field)

        assert field.phone.send(second)[0]["state"] == "waiting"
        assert not HouseProfile.objects.exists()
        field.phone.send(first)

        assert HouseProfile.objects.get().note == "1"

    def test_a_forced_update_makes_the_profile_and_a_late_first_one_loses(self, field: Field) -> None:
        first, second, _third = self.run(field)
        field.phone.send(second, at=NOW + timedelta(hours=3))
        release_overdue(at=NOW + timedelta(hours=80))
        assert (HouseProfile.objects.get().note, row_of(second).forced) == ("1", True)

        answer = field.phone.send(first, at=NOW + timedelta(hours=90))[0]

        assert (answer["state"], answer["answer"]["kept"]) == ("merged", {"note": "1"})
        assert HouseProfile.objects.get().note == "1"

    def test_forced_ones_of_a_run_go_in_order(self, field: Field) -> None:
        _first, second, third = self.run(field)
        field.phone.send(third, second, at=NOW + timedelta(hours=3))

        release_overdue(at=NOW + timedelta(hours=80))

        assert HouseProfile.objects.get().note == "2"
        assert [row_of(one).forced for one in (second, third)] == [True, False]

    def test_nothing_is_forced_twice(self, field: Field) -> None:
        _first, second, _third = self.run(field)
        field.phone.send(second, at=NOW)
        release_overdue(at=NOW + timedelta(hours=80))

        assert release_overdue(at=NOW + timedelta(hours=90)) == 0
        assert FactChange.objects.count() == 1

    def test_a_repeat_of_a_held_one_is_told_that_it_waits(self, field: Field) -> None:
        _first, second, _third = self.run(field)

        answers = [field.phone.send(second)[0] for _ in range(2)]

        assert [one["state"] for one in answers] == ["waiting", "duplicate"]
        assert answers[1]["answer"]["first"] == "waiting"

    def test_one_house_holds_up_no_other(self, field: Field) -> None:
        _first, second, _third = self.run(field)

        results = field.phone.send(second, field.phone.facts(field.phuc, {"note": [None, "x"]}))

        assert [one["state"] for one in results] == ["waiting", "applied"]


class TestLadders:
    """Rungs climb; they go down only by a correction with a reason."""

    def test_a_lower_rung_is_refused_and_a_correction_is_not(self, field: Field) -> None:
        up = field.phone.facts(field.phuc, {"electronic_id": [0, 2]})
        down = field.phone.facts(field.phuc, {"electronic_id": [2, 1]}, at=NOW + timedelta(minutes=1))
        right = field.phone.op(
            "correction", {"changes": {"electronic_id": [2, 1]}, "reason": "Nhầm người"}, entity=field.phuc,
            at=NOW + timedelta(minutes=2),
        )  # fmt: skip

        results = field.phone.send(up, down, right)

        assert [one["code"] for one in results] == ["", "only_climbs", ""]
        assert field.world.phuc.profile.electronic_id == 1
        assert FactChange.objects.get(correct=True).reason == "Nhầm người"

    def test_help_given_to_the_end_is_evidence(self, field: Field) -> None:
        help_given = {
            "household": field.house[1],
            "person": field.phuc[1],
            "kind": "eid_2",
            "outcome": "done",
        }
        begun = {**help_given, "kind": "bank", "outcome": "begun"}

        field.phone.send(field.phone.op("assistance", help_given), field.phone.op("assistance", begun))

        profile = field.world.phuc.profile
        assert (profile.electronic_id, profile.bank_account) == (2, 0)

    def test_skills_are_rungs_of_their_own(self, field: Field) -> None:
        op = field.phone.facts(field.phuc, {"skills.payment": [0, 2], "skills.shopping": [0, 1]})

        assert field.phone.send(op)[0]["state"] == "applied"
        assert field.world.phuc.profile.skills == {"payment": 2, "shopping": 1}


@pytest.mark.parametrize(
    ("entity", "changes", "path"),
    [
        pytest.param("house", {"last_visit": [None, "2026-11-23"]}, "changes.last_visit", id="computed"),
        pytest.param("house", {"colour": [None, "red"]}, "changes.colour", id="no-such-field"),
        pytest.param("house", {"mobile": ["", "loud"]}, "changes.mobile", id="not-in-the-list"),
        pytest.param("house", {"refused_on": [None, "soon"]}, "changes.refused_on", id="no-date"),
        pytest.param("phuc", {"electronic_id": [0, 3]}, "changes.electronic_id", id="no-rung"),
        pytest.param("phuc", {"skills.flying": [0, 1]}, "changes.skills.flying", id="no-skill"),
        pytest.param("phuc", {"birth": ["1975", "12/03/1975"]}, "changes.birth", id="birth-not-iso"),
    ],
)
def test_what_cannot_stand_in_a_field_is_refused(field: Field, entity: str, changes: Any, path: str) -> None:
    answer = field.phone.send(field.phone.facts(getattr(field, entity), changes))[0]

    assert (answer["state"], answer["code"]) == ("refused", "value_invalid")
    assert [one["path"] for one in answer["answer"]["faults"]] == [path]


class TestRefusal:
    """A house that asked not to be visited, and one that was met again."""

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_a_later_visit_at_which_they_were_met_ends_it(self, field: Field, order: tuple[int, int]) -> None:
        ops = [
            field.phone.visit(field.house[1], "refused", at=NOW),
            field.other.visit(field.house[1], "met", at=NOW + timedelta(days=1)),
        ]
        phones = [field.phone, field.other]
        for index in order:
            phones[index].send(ops[index], at=NOW + timedelta(days=2))

        profile = HouseProfile.objects.get()
        assert (profile.refused_on, profile.last_visit) == (None, NOW + timedelta(days=1))
        assert profile.marks["refused_on"] == {"at": "2026-11-24T01:00:00+00:00", "op": ops[1]["op_id"]}

    def test_the_same_wish_told_again_from_before_a_visit_ends_nothing(self, field: Field) -> None:
        again = {"refused_on": [None, NOW.date().isoformat()]}
        early = field.phone.facts(field.house, again, at=NOW - timedelta(days=2))
        late = field.other.facts(field.house, again, at=NOW)

        field.other.send(field.other.visit(field.house[1], "met", at=NOW - timedelta(days=1)), late)
        field.phone.send(early)

        assert HouseProfile.objects.get().refused_on == NOW.date()

    def test_it_stands_after_an_earlier_one(self, field: Field) -> None:
        field.phone.send(
            field.phone.visit(field.house[1], "refused", at=NOW),
            field.phone.visit(field.house[1], "absent", at=NOW + timedelta(hours=1)),
            at=NOW + timedelta(days=1),
        )

        assert HouseProfile.objects.get().refused_on == NOW.date()


def test_operations_are_many_and_profiles_one(field: Field) -> None:
    for number in range(3):
        field.phone.send(field.phone.facts(field.house, {"note": [None, str(number)]}))

    assert (Operation.objects.count(), HouseProfile.objects.get().version) == (3, 3)
