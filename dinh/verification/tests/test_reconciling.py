"""What becomes of findings when the next verification says something else. Pure."""

from __future__ import annotations

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.lib.ids import uuid7
from dinh.verification.models import Finding
from dinh.verification.runs import gains
from dinh.verification.runs.reconciling import Plan, plan
from dinh.verification.runs.wanted import Wanted

RECORD, UNIT = uuid7(), uuid7()
WANTED = Wanted("correct", "name_slip", 2.0, "02746", None, 3)


def known(state: str = "open", decision: str = "", version: int = 3, code: str = "name_slip") -> Finding:
    return Finding(
        record_id=RECORD, kind="correct", code=code, state=state, decision=decision, record_version=version, gain=2.0,
        commune="02746", found_at=MONDAY_MORNING,
    )  # fmt: skip


def planned(*present: Finding, wanted: tuple[Wanted, ...] = (WANTED,)) -> Plan:
    return plan({RECORD: wanted}, present, "pupils", UNIT, MONDAY_MORNING)


def test_what_is_found_for_the_first_time_is_new() -> None:
    told = planned()

    assert [(one.code, one.state, one.gain, one.unit_id) for one in told.new] == [
        ("name_slip", "open", 2.0, UNIT)
    ]


def test_what_is_not_found_again_is_gone_unless_it_was_decided() -> None:
    left, decided = known(code="sex_differs"), known("decided", "kept", code="birth_differs")

    told = planned(left, decided, known())

    assert (told.gone, told.new, told.changed) == ([left.pk], [], [])


@pytest.mark.parametrize(
    ("state", "decision", "version", "reopened"),
    [
        pytest.param("gone", "", 3, True, id="gone and found again"),
        pytest.param("decided", "kept", 3, False, id="kept, and the record says the same"),
        pytest.param("decided", "kept", 2, True, id="kept, and the record says something else"),
        pytest.param("decided", "asked", 3, False, id="the owner was asked"),
        pytest.param("decided", "neither", 3, False, id="nobody is meant"),
        pytest.param("decided", "corrected", 3, True, id="corrected, and still wrong"),
        pytest.param("decided", "corrected", 4, False, id="corrected after what was judged"),
    ],
)
def test_what_was_decided_is_asked_again_only_when_it_must(
    state: str, decision: str, version: int, reopened: bool
) -> None:
    finding = known(state, decision, version)

    told = planned(finding)

    assert told.changed == ([finding] if reopened else [])
    assert (finding.state == "open") is reopened


def test_work_is_ordered_by_what_it_brings() -> None:
    order = (
        "bulk",
        "correct",
        "duplicate",
        "deceased",
        "choose",
        "doubt",
        "contradiction",
        "complete",
        "search",
    )

    found = [gains.gain(work, 2 if work in {"choose", "doubt", "search"} else 1) for work in order]

    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    ("score", "margin", "reasons", "parts", "expected"),
    [
        pytest.param(20.0, None, ["name_slip"], {"name"}, True, id="one field, nobody else near"),
        pytest.param(20.0, 12.0, ["old_unit"], {"commune", "place"}, True, id="commune and address are one"),
        pytest.param(20.0, 4.0, ["name_slip"], {"name"}, False, id="somebody else is near"),
        pytest.param(6.0, None, ["name_slip"], {"name"}, False, id="not sure enough"),
        pytest.param(20.0, None, ["name_slip", "birth_swapped"], {"name", "birth"}, False, id="two fields"),
        pytest.param(20.0, None, ["birth_differs"], {"birth"}, False, id="another birth is looked at"),
        pytest.param(20.0, None, ["name_slip"], {""}, False, id="a field that not everybody reads"),
    ],
)
def test_what_may_be_taken_over_unseen(
    score: float, margin: float | None, reasons: list[str], parts: set[str], expected: bool
) -> None:
    assert gains.together("corrected", score, margin, reasons, parts) is expected
