"""What officers decided of rows is followed, fed back, and verified again when it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dinh.lib.errors import Invalid
from dinh.verification.engine import since
from dinh.verification.engine.run import Job, verify
from dinh.verification.engine.tests.conftest import read
from dinh.verification.engine.tests.town import Record, Town, build, write_csv

COLUMNS = ("rid", "pid", "same")


def decide(folder: Path, *decisions: tuple[str, int, bool | str]) -> Path:
    """Write decisions (rid, pid, same)."""
    rows: list[Record] = [{"rid": rid, "pid": str(pid), "same": str(same)} for rid, pid, same in decisions]
    write_csv(folder / "decided.csv", COLUMNS, rows)
    return folder / "decided.csv"


@pytest.fixture
def town() -> Town:
    return build(people=1500, rows=320)


def test_decisions_are_followed_and_learnt_from(town: Town, tmp_path: Path, job: Callable[..., Job]) -> None:
    stranger = town.row(
        900, cccd=town.people[901]["cccd"], cmnd="", full_name="Hồ Thị Khác", dob="05/05/1955"
    )["rid"]
    mine = town.row(902)["rid"]
    copy = town.row(5, cccd="", cmnd="", full_name="Hồ Thị Khác", dob="06/06/1966")["rid"]
    town.people[903]["status"] = "dead"
    dead = town.row(903, cccd="", full_name="Hồ Văn Khác")["rid"]
    town.write(tmp_path)
    plain = verify(job())

    decided = decide(
        tmp_path,
        (stranger, 900, True),
        (mine, 902, False),
        (copy, 5, True),
        (dead, 903, True),
        ("1", 99999, True),
    )
    told = verify(job(decided=decided))
    found = read(tmp_path / "out.parquet")

    assert (found[stranger]["pid"], found[stranger]["verdict"]) == ("900", "corrected")
    assert {"number_of_another", "name_differs", "birth_differs"} <= set(found[stranger]["reasons"])
    assert found[stranger]["proposed"]["cccd"] == town.people[900]["cccd"]
    assert found[mine]["pid"] != "902" and found[mine]["verdict"] in {"not_found", "other_person"}
    assert (found[copy]["pid"], found[copy]["verdict"]) == ("5", "duplicate")
    assert (found[dead]["pid"], found[dead]["verdict"]) == ("903", "dead")
    assert found["1"]["verdict"] == "verified"  # of a person whom the population does not know
    assert told["decided"] == {"given": 5, "identified": 3}
    assert told["anchors"]["name"] - plain["anchors"]["name"] == 2  # three identified, and one excluded
    assert told["weights"]["seen"]["name"]["1"]["10"] > 0


def test_changed_decisions_are_verified_again(town: Town, tmp_path: Path, job: Callable[..., Job]) -> None:
    rows = [town.row(600 + n, cccd="", cmnd="", dob="1950")["rid"] for n in range(4)]
    town.write(tmp_path)
    first = tmp_path / "first.parquet"
    verify(
        job(
            out=first, decided=decide(tmp_path, (rows[0], 600, False), (rows[1], 1, True), (rows[2], 2, True))
        )
    )

    decided = decide(tmp_path, (rows[1], 601, True), (rows[2], 2, True), (rows[3], 603, False))
    told = verify(job(since=first, decided=decided))
    whole = tmp_path / "whole.parquet"
    verify(job(out=whole, decided=decided, weights=since.weights_of(first)[0]))

    assert told["verified_again"] == 3
    found = read(tmp_path / "out.parquet")
    assert found == read(whole)
    assert [found[rid]["pid"] for rid in rows[:3]] == ["600", "601", "2"]


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ([("1", 1, "maybe")], "Row 2, column “same”"),
        ([("1", 1, True), ("1", 2, True)], "1 is decided twice"),
        ([("1", 1, True), ("1", 1, False)], "1 is decided twice"),
    ],
)
def test_decisions_that_are_none_are_refused(
    decisions: list[tuple[str, int, bool | str]], said: str, tmp_path: Path, job: Callable[..., Job]
) -> None:
    build(people=20, rows=5).write(tmp_path)

    with pytest.raises(Invalid) as caught:
        verify(job(decided=decide(tmp_path, *decisions)))

    assert said in str(caught.value.faults[0].message)
