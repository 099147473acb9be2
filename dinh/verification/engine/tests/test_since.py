"""Verifying what changed gives what a full run gives, row by row."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dinh.lib.errors import Invalid
from dinh.verification.engine import since, state
from dinh.verification.engine.run import Job, verify
from dinh.verification.engine.tests.conftest import read
from dinh.verification.engine.tests.town import Town, build


def disturb_rows(town: Town, chance: random.Random) -> None:
    """Change, add, repeat and remove rows."""
    for _ in range(12):
        row = chance.choice(town.rows)
        row[chance.choice(("cccd", "full_name", "dob", "address", "cmnd"))] = chance.choice(
            ("", town.people[7]["cccd"], "TRẦN VĂN HÙNG", "1970", "Thôn 5, xã Yên Lâm, tỉnh Thanh Hóa")
        )
    for number in range(4):
        copy = dict(chance.choice(town.rows)) | {"rid": f"9{number}{chance.randrange(10**6)}"}
        town.rows.insert(chance.randrange(len(town.rows)), copy)
    for _ in range(3):
        town.rows.pop(chance.randrange(len(town.rows)))


def disturb_people(town: Town, chance: random.Random) -> None:
    """Let people die, move, be corrected, come and go."""
    for _ in range(10):
        person = town.people[chance.randrange(300)]
        person.update(
            chance.choice(
                (
                    {"status": "dead"},
                    {"commune_code": "0380002"},
                    {"full_name": "Lê Thị Mới"},
                    {"dob": "1980-02-03"},
                )
            )
        )
    town.people.append(dict(town.people[5]) | {"pid": "99999", "cccd": "038199000000", "cmnd": ""})
    town.people.pop(20)


@pytest.mark.parametrize(
    ("population", "seed"),
    [(True, 1)] + [pytest.param(seed % 3 > 0, seed, marks=pytest.mark.long) for seed in range(2, 14)],
)
def test_it_equals_a_full_run(population: bool, seed: int, tmp_path: Path, job: Callable[..., Job]) -> None:
    chance = random.Random(seed)
    town = build(people=1500, rows=300, seed=seed)
    disturb_rows(town, chance)
    if population:  # as a node exports them
        files = {"file": tmp_path / "register.parquet", "against": tmp_path / "population.parquet"}
        job = partial(job, **files)
    write = town.write_parquet if population else town.write
    write(tmp_path)
    first = tmp_path / "first.parquet"
    verify(job(out=first))
    stale = shutil.copy(next(tmp_path.glob("*.keys")), tmp_path / "stale")

    disturb_rows(town, chance)
    if population:
        disturb_people(town, chance)
    write(tmp_path)
    again = verify(job(since=first))
    whole = tmp_path / "whole.parquet"
    full = verify(job(out=whole, weights=since.weights_of(first)[0]))

    assert read(tmp_path / "out.parquet") == read(whole)
    check_changes(tmp_path, first, whole, partial(job, keys=stale if seed % 2 else None))
    assert again["verified_again"] < len(town.rows) / (1.2 if population else 4)
    assert (again["criteria"], again["reasons"]) == (full["criteria"], full["reasons"])
    assert again["key_file"] == "refreshed"


def check_changes(folder: Path, first: Path, whole: Path, job: Callable[..., Job]) -> None:
    """Check that the changes, put upon the earlier answer, give the whole one; and changes upon these."""
    told = verify(job(since=first, changes_only=True, out=folder / "changes.parquet"))
    found, before = read(folder / "changes.parquet"), read(first)
    full = read(whole)
    summary = json.loads(Path(f"{whole}.json").read_text())

    assert {rid: row for rid, row in (before | found).items() if rid in full} == full
    assert len(found) <= told["verified_again"] + 20 < len(full)
    for key in ("rows", "verdicts", "criteria", "reasons", "communes"):
        assert told[key] == summary[key]


def test_nothing_changed_means_nothing_verified(tmp_path: Path, job: Callable[..., Job]) -> None:
    build(people=500, rows=50).write(tmp_path)
    verify(job())
    before = read(tmp_path / "out.parquet")

    again = verify(job(since=tmp_path / "out.parquet"))

    assert again["verified_again"] == 0
    assert read(tmp_path / "out.parquet") == before


def test_rows_whose_numbers_became_text_are_verified_again(tmp_path: Path, job: Callable[..., Job]) -> None:
    town = build(people=500, rows=50)
    town.write(tmp_path)
    verify(job())
    town.write_parquet(tmp_path)
    files = {"file": tmp_path / "register.parquet", "against": tmp_path / "population.parquet"}

    told = verify(job(since=tmp_path / "out.parquet", **files))

    assert told["verified_again"] == 50
    found = read(tmp_path / "out.parquet")
    assert all(len(rid) == 36 and len(row["pid"]) == 36 for rid, row in found.items())


def test_rows_without_numbers_of_their_own_are_refused(tmp_path: Path, job: Callable[..., Job]) -> None:
    town = build(people=500, rows=50)
    town.write(tmp_path)
    verify(job())
    town.rows[3]["rid"] = town.rows[4]["rid"]
    town.write(tmp_path)

    with pytest.raises(Invalid, match="twice"):
        verify(job(since=tmp_path / "out.parquet"))


def test_an_answer_without_its_state_is_refused(tmp_path: Path, job: Callable[..., Job], prove: Any) -> None:
    prove(build(people=500, rows=50))
    state.state_of(tmp_path / "out.parquet").unlink()

    with pytest.raises(Invalid, match="no_state"):
        verify(job(since=tmp_path / "out.parquet"))


def test_changes_upon_changes_equal_a_full_run(tmp_path: Path, job: Callable[..., Job]) -> None:
    chance = random.Random(11)
    town = build(people=1500, rows=300, seed=11)
    town.write(tmp_path)
    steps = [tmp_path / f"step{number}.parquet" for number in range(3)]
    verify(job(out=steps[0]))
    for earlier, step in zip(steps, steps[1:], strict=False):
        disturb_rows(town, chance)
        if step == steps[1]:
            disturb_people(town, chance)
        town.write(tmp_path)
        verify(job(out=step, since=earlier, changes_only=True))

    verify(job(since=steps[-1]))
    whole = tmp_path / "whole.parquet"
    verify(job(out=whole, weights=since.weights_of(steps[0])[0]))

    full = read(whole)
    patched = read(steps[0]) | read(steps[1]) | read(steps[2])
    assert read(tmp_path / "out.parquet") == full == {rid: patched[rid] for rid in full}


def test_changes_need_a_file_of_their_own(tmp_path: Path, job: Callable[..., Job]) -> None:
    build(people=100, rows=10).write(tmp_path)
    verify(job())

    with pytest.raises(Invalid, match="same_file"):
        verify(job(since=tmp_path / "out.parquet", changes_only=True))
    assert len(read(tmp_path / "out.parquet")) == 10
