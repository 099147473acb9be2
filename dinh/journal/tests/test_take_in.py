from __future__ import annotations

from typing import Any

import pytest

from dinh.journal.intake import OtherContent, take_in
from dinh.journal.models import Entry, Intake
from dinh.journal.tests.acts import AT, make
from dinh.lib.errors import Fault, Invalid, Refused

pytestmark = pytest.mark.django_db


def send(apply: Any, **change: Any) -> Intake:
    values = {
        "source": "phone-1", "sequence": 1, "op_id": "op-1", "kind": "dossier.file", "digest": "d1",
        "raw": {"name": "Lý"}, "at": AT, "apply": apply,
    }  # fmt: skip
    return take_in(**(values | change))


def apply_name(raw: dict[str, Any]) -> dict[str, Any]:
    make(name=raw["name"])
    return {"number": "1"}


def test_an_operation_that_arrives_five_times_is_applied_once() -> None:
    rows = [send(apply_name) for _ in range(5)]

    assert {row.pk for row in rows} == {rows[0].pk}
    assert Entry.objects.count() == 1
    assert (rows[4].outcome, rows[4].answer) == ("applied", {"number": "1"})


def test_the_same_name_with_other_content_is_refused_and_changes_nothing() -> None:
    send(apply_name)

    with pytest.raises(OtherContent, match="other_content"):
        send(apply_name, digest="d2", raw={"name": "khác"})
    assert Entry.objects.count() == 1


def test_the_same_place_in_the_count_for_another_operation_is_refused() -> None:
    send(apply_name)

    with pytest.raises(OtherContent, match="sequence_taken"):
        send(apply_name, op_id="op-2")
    assert Entry.objects.count() == 1


def test_operations_without_a_count_stand_side_by_side() -> None:
    send(apply_name, sequence=None)
    send(apply_name, sequence=None, op_id="op-2")

    assert Entry.objects.count() == 2


def test_a_refused_operation_is_kept_with_its_reason_and_leaves_nothing_done() -> None:
    def refuse(raw: dict[str, Any]) -> dict[str, Any]:
        make()
        raise Invalid("things.wrong", [Fault("name", "too_short", "Write the whole name.")], "Look again.")

    row = send(refuse)

    assert not Entry.objects.exists()
    assert (row.outcome, row.raw) == ("refused", {"name": "Lý"})
    assert row.answer == {
        "code": "things.wrong",
        "message": "Look again.",
        "faults": [{"path": "name", "code": "too_short", "message": "Write the whole name."}],
    }
    assert send(apply_name).outcome == "refused"


def test_a_fault_of_ours_keeps_nothing_so_that_the_source_sends_again() -> None:
    def break_down(raw: dict[str, Any]) -> dict[str, Any]:
        make()
        raise OSError("disk full")

    with pytest.raises(OSError):
        send(break_down)

    assert not Intake.objects.exists()
    assert send(apply_name).outcome == "applied"


def test_apply_says_when_it_merged() -> None:
    assert send(lambda raw: {"outcome": "merged"}).outcome == "merged"


def test_refusals_are_all_of_one_kind() -> None:
    assert issubclass(OtherContent, Refused)


@pytest.mark.parametrize("outcome", ["refused", "held", "whatever"])
def test_work_that_was_done_is_never_kept_as_something_else(outcome: str) -> None:
    def say(raw: dict[str, Any]) -> dict[str, Any]:
        make()
        return {"outcome": outcome}

    with pytest.raises(ValueError, match="refused is raised|not a valid"):
        send(say)

    assert not Entry.objects.exists()
    assert not Intake.objects.exists()


def test_operations_are_applied_as_they_arrive() -> None:
    later = send(apply_name, sequence=7, op_id="op-7")
    earlier = send(apply_name, sequence=3, op_id="op-3")

    assert {later.outcome, earlier.outcome} == {"applied"}
