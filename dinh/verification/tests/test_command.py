"""`dinh verify` on files judges a row as the pages do: by what the register declares that it asks."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from dinh.lib.errors import Invalid
from dinh.verification.commands import add_commands
from dinh.verification.engine.tests.conftest import read
from dinh.verification.engine.tests.town import build


def verify(folder: Path, register: str, out: str, *more: str) -> dict[str, Any]:
    """Run the command as it is typed and return its answer."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    files = {
        "--file": "register.csv",
        "--against": "population.csv",
        "--communes": "communes.csv",
        "--out": out,
    }
    words = [word for name, file in files.items() for word in (name, str(folder / file))]
    asked = parser.parse_args(["verify", register, *words, *more, "--memory", "1GB", "--quiet"])
    assert asked.run(asked) == 0
    return read(folder / out)


def test_a_second_row_of_a_person_is_no_copy_where_a_person_may_have_many(tmp_path: Path) -> None:
    town = build(people=150, rows=60)
    town.people[7]["status"] = "dead"
    for pid in (3, 7):
        town.row(pid)
    town.write(tmp_path)

    told = verify(tmp_path, "land_parcels", "one.parquet")

    assert (told["61"]["verdict"], told["61"]["sach"], told["61"]["reasons"]) == ("verified", True, [])
    assert told["62"]["verdict"] == "dead"
    summary = tmp_path / "one.parquet.json"
    earlier = json.loads(summary.read_text())
    assert "duplicate" not in earlier["verdicts"] and "duplicate" in earlier["left_out"]
    summary.write_text(json.dumps(earlier | {"left_out": []}))
    with pytest.raises(Invalid, match="declared_otherwise"):
        verify(
            tmp_path,
            "land_parcels",
            "two.parquet",
            "--since",
            str(tmp_path / "one.parquet"),
            "--changes-only",
        )


@pytest.mark.parametrize("out", ["register.csv", "population.csv", "."])
def test_an_answer_is_not_written_over_what_is_read(out: str, tmp_path: Path) -> None:
    build(people=20, rows=5).write(tmp_path)
    before = (tmp_path / "register.csv").read_bytes()

    with pytest.raises(Invalid, match="verification.(same_file|folder)"):
        verify(tmp_path, "person_extract", out)

    assert (tmp_path / "register.csv").read_bytes() == before
