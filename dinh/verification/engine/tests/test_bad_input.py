"""Files that cannot be used: a message that says where and what to do, and nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dinh.lib.errors import Invalid
from dinh.verification.engine.run import Job, verify
from dinh.verification.engine.tests.town import ROW_COLUMNS, Town, build, write_csv
from dinh.verification.engine.workplace import TooLarge, plain_errors, workplace


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = build(people=400, rows=50)
    town.write(tmp_path)
    return town


def refused(job: Job) -> str:
    """Return what a refused job says; check that it left nothing behind."""
    with pytest.raises(Invalid) as caught:
        verify(job)
    assert not job.out.exists()
    assert not list(job.out.parent.glob(".dinh-verify-*"))
    return " ".join(f"{fault.path}: {fault.message}" for fault in caught.value.faults)


def test_a_missing_column_is_named_beside_those_there_are(
    town: Town, tmp_path: Path, job: Callable[..., Job]
) -> None:
    columns = tuple(column for column in ROW_COLUMNS if column != "full_name")
    write_csv(tmp_path / "register.csv", columns, [{key: row[key] for key in columns} for row in town.rows])

    said = refused(job())

    assert "“name”" in said and "cccd" in said


def test_a_mapping_to_a_column_that_does_not_exist(
    town: Town, tmp_path: Path, job: Callable[..., Job]
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[register]\nnumber = "so_the"\nshoe_size = "x"\n', encoding="utf-8")

    said = refused(job(mapping=mapping))

    assert "so_the" in said and "shoe_size" in said


def test_another_encoding_is_told_by_row_and_column(
    town: Town, tmp_path: Path, job: Callable[..., Job]
) -> None:
    path = tmp_path / "register.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[7] = lines[7].decode().encode("cp1258", errors="replace").replace(b"?", b"\xea")
    path.write_bytes(b"".join(lines))

    assert "Row 8, column 4" in refused(job())


@pytest.mark.parametrize("content", [b"", b"rid,full_name\n"], ids=["no-bytes", "no-rows"])
def test_an_empty_file(content: bytes, town: Town, tmp_path: Path, job: Callable[..., Job]) -> None:
    (tmp_path / "register.csv").write_bytes(content)

    assert "empty" in refused(job()) or "no rows" in refused(job())


def test_a_parquet_cut_in_half(town: Town, tmp_path: Path, job: Callable[..., Job]) -> None:
    whole, half = tmp_path / "whole.parquet", tmp_path / "half.parquet"
    duckdb.execute(
        f"COPY (SELECT * FROM read_csv('{tmp_path / 'register.csv'}', all_varchar=true)) TO '{whole}'"
    )
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    assert "cut off" in refused(job(file=half))


def test_a_row_with_too_many_cells_is_told_by_its_line(
    town: Town, tmp_path: Path, job: Callable[..., Job]
) -> None:
    path = tmp_path / "register.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[20] = ",".join(["x"] * 400)
    path.write_text("\n".join(lines), encoding="utf-8")

    said = refused(job())

    assert "Row 21, column 10: the header has 9 columns only" in said
    assert ",x" not in said


def test_a_quotation_mark_without_end_is_told_by_its_line(
    town: Town, tmp_path: Path, job: Callable[..., Job]
) -> None:
    path = tmp_path / "register.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[20] = lines[20].replace(",", ',"', 1)
    path.write_text("\n".join(lines), encoding="utf-8")

    assert "Row 21: a quotation mark" in refused(job())


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_title_may_go_on_in_the_next_line(
    ending: str, town: Town, tmp_path: Path, prove: Callable[..., Any]
) -> None:
    path = tmp_path / "broken.csv"
    lines = (tmp_path / "register.csv").read_text(encoding="utf-8").splitlines()
    lines[0] = lines[0].replace("full_name", '"full\nname"')
    path.write_bytes(ending.join([*lines, ""]).encode())

    assert len(prove(town, file=path)) == len(town.rows)


def test_a_parquet_that_is_damaged_within(town: Town, tmp_path: Path, job: Callable[..., Job]) -> None:
    path = tmp_path / "damaged.parquet"
    duckdb.execute(
        f"COPY (SELECT * FROM read_csv('{tmp_path / 'register.csv'}', all_varchar=true)) TO '{path}'"
    )
    content = path.read_bytes()
    path.write_bytes(content[:4] + bytes(400) + content[404:])

    assert "The file is damaged within" in refused(job(file=path))


def test_mixed_dates_are_read_and_the_unreadable_one_is_a_reason(
    town: Town, prove: Callable[..., Any]
) -> None:
    year, month, day = town.people[60]["dob"].split("-")
    forms = [
        f"{day}/{month}/{year}",
        f"{year}-{month}-{day}",
        f"{int(day)}.{int(month)}.{year}",
        "31/02/1999",
        "sáu",
    ]
    rows = [town.row(60, dob=form)["rid"] for form in forms]

    found = prove(town)

    assert [found[rid]["dung"] for rid in rows] == [True] * 5
    assert [("birth_unreadable" in found[rid]["reasons"]) for rid in rows] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_identity_columns_alone_suffice(
    town: Town, tmp_path: Path, prove: Callable[..., Any], job: Callable[..., Job]
) -> None:
    write_csv(
        tmp_path / "few.csv",
        ("rid", "full_name", "dob"),
        [{k: r[k] for k in ("rid", "full_name", "dob")} for r in town.rows],
    )

    found = prove(town, file=tmp_path / "few.csv")

    assert {row["verdict"] for row in found.values()} <= {"verified", "ambiguous"}
    assert all(row["du"] for row in found.values())


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TooLarge) as caught, workplace(tmp_path / "out.parquet"), plain_errors():
        raise duckdb.IOException('Could not write file "x": No space left on device')

    assert caught.value.code == "verification.disk"
    assert not list(tmp_path.iterdir())


def test_too_little_memory_is_told(tmp_path: Path) -> None:
    with pytest.raises(TooLarge) as caught, plain_errors():
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block")

    assert caught.value.code == "verification.memory"


def test_a_kill_in_the_middle_leaves_no_answer_and_the_next_run_clears_up(
    town: Town, tmp_path: Path, job: Callable[..., Job]
) -> None:
    script = (
        "import sys,time;from pathlib import Path;from dinh.verification.engine.run import Job,verify\n"
        "d=Path(sys.argv[1])\n"
        "def tell(stage):\n"
        "    print(stage, flush=True)\n"
        "    time.sleep(60 if stage == 'judge' else 0)\n"
        "verify(Job('x', d/'register.csv', d/'population.csv', d/'out.parquet', d/'communes.csv', memory=1<<30), tell)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "judge":
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "out.parquet").exists()
    assert list(tmp_path.glob(".dinh-verify-*"))

    began = time.monotonic()
    verify(job())

    assert (tmp_path / "out.parquet").exists() and time.monotonic() - began < 120
    assert not list(tmp_path.glob(".dinh-verify-*"))


def test_a_key_file_is_used_again_until_the_population_changes(
    town: Town, tmp_path: Path, job: Callable[..., Job]
) -> None:
    first, second = verify(job())["key_file"], verify(job())["key_file"]
    town.people[3]["full_name"] = "Nguyễn Thị Mới"
    town.write(tmp_path)
    third = verify(job())["key_file"]

    assert (first, second, third) == ("made", "cached", "refreshed")


def test_a_broken_key_file_is_made_again(town: Town, tmp_path: Path, job: Callable[..., Job]) -> None:
    verify(job())
    path = tmp_path / "population.csv.keys"
    path.write_bytes(path.read_bytes()[:5000])

    assert verify(job())["key_file"] == "made"
