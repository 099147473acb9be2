"""The life of a dossier: transitions, verbs, steps that exclude each other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dinh.catalogue import store
from dinh.dossiers.models import Status
from dinh.dossiers.rules import life
from dinh.dossiers.tests.declared import STEPS, procedure


@dataclass
class Standing:
    status: int
    local_status: str = ""
    step: str = ""
    supplement_count: int = 0


def test_statuses_are_the_ten_of_the_national_list() -> None:
    declared = {entry.code for entry in store.get().lists["dossier_statuses"].entries}

    assert declared == {str(status.value) for status in Status}
    assert set(life.TRANSITIONS) == {status.value for status in Status}


def test_local_statuses_are_entries_of_the_list() -> None:
    declared = {entry.code for entry in store.get().lists["local_statuses"].entries}
    used = {
        life.WAITS_RECEPTION, life.WAITS_ASSIGNMENT, life.UNDER_EXAMINATION, life.WAITS_SIGNATURE,
        life.WAITS_STAMP, life.SUPPLEMENTED, life.REFUSED_AFTER, life.WAITS_RETURN,
    }  # fmt: skip

    assert used <= declared


@pytest.mark.parametrize(
    ("status", "following"),
    [(3, 4), (7, 2), (8, 9), (10, 4), (9, 4), (1, 9), (1, 4), (5, 3)],
)
def test_a_status_does_not_follow_where_the_list_has_no_way(status: int, following: int) -> None:
    assert not life.may_follow(status, following)


@pytest.mark.parametrize(
    ("standing", "main"),
    [
        pytest.param(Standing(1, life.WAITS_RECEPTION, "receive"), "receive", id="new"),
        pytest.param(Standing(2, life.WAITS_ASSIGNMENT, "examine"), "examine", id="received"),
        pytest.param(Standing(4, life.WAITS_SIGNATURE, "sign"), "approve", id="examined"),
        pytest.param(Standing(9, life.WAITS_RETURN, "return"), "return_result", id="finished"),
        pytest.param(Standing(5, "", "examine", 1), "supplement", id="waits-for-the-citizen"),
        pytest.param(
            Standing(5, life.SUPPLEMENTED, "receive", 1), "receive", id="completed-before-acceptance"
        ),
        pytest.param(Standing(10), "rate", id="returned"),
    ],
)
def test_the_main_act_is_named_first(standing: Standing, main: str) -> None:
    assert life.next_verbs(standing, procedure())[0] == main


@pytest.mark.parametrize("status", [3, 7, 8])
def test_nothing_follows_an_end(status: int) -> None:
    assert life.next_verbs(Standing(status), procedure()) == ()


def test_a_dossier_never_accepted_is_refused_and_an_accepted_one_rejected() -> None:
    waiting_at_reception = life.next_verbs(Standing(5, "", "receive", 1), procedure())
    waiting_at_examination = life.next_verbs(Standing(5, "", "examine", 1), procedure())

    assert "refuse" in waiting_at_reception
    assert "reject" not in waiting_at_reception
    assert "reject" in waiting_at_examination


EXAMINED = [life.Done("examine", "examine", "minh")]


def test_by_default_one_does_not_approve_what_one_examined() -> None:
    assert life.excluded_by(procedure(), STEPS[2], "minh", EXAMINED) == "examine"
    assert life.excluded_by(procedure(), STEPS[2], "son", EXAMINED) == ""


def test_by_default_one_may_receive_examine_and_return() -> None:
    done = [life.Done("receive", "receive", "minh")]

    assert life.excluded_by(procedure(), STEPS[1], "minh", done) == ""
    assert life.excluded_by(procedure(), STEPS[3], "minh", [*done, *EXAMINED]) == ""


def test_a_procedure_may_exclude_other_steps_and_none_by_default_then() -> None:
    strict = procedure(exclusive=(("receive", "return"),))

    assert (
        life.excluded_by(strict, STEPS[3], "huong", [life.Done("receive", "receive", "huong")]) == "receive"
    )
    assert life.excluded_by(strict, STEPS[2], "minh", EXAMINED) == ""


def test_four_on_site_needs_all_four_steps_at_the_centre() -> None:
    four = [("receive", True), ("examine", True), ("approve", True), ("return", True)]

    assert life.four_on_site(four)
    assert life.four_on_site([*four, ("request_supplement", False)])
    assert not life.four_on_site(four[:3])
    assert not life.four_on_site([*four[:2], ("approve", False), four[3]])
    assert not life.four_on_site([*four, ("examine", False)])
