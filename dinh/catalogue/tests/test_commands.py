"""`dinh catalogue`: check, show, schema, diff."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.catalogue.commands import add_commands
from dinh.catalogue.tests.samples import PROCEDURE, small, write
from dinh.lib.errors import Invalid, NotFound


def run(*words: str) -> int:
    """Run `dinh catalogue WORDS` in this process."""
    parser = argparse.ArgumentParser(prog="dinh")
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["catalogue", *words])
    return int(arguments.run(arguments))


def test_check_counts_what_it_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0

    said = capsys.readouterr().out
    assert "8 procedures" in said
    assert str(store.shipped()) in said


def test_check_refuses_a_folder_with_faults(tmp_path: Path) -> None:
    write(tmp_path, {"procedures/birth_registration.override": "[time_limit]\nvalue = -1\ncolour = 'red'"})

    with pytest.raises(Invalid) as refused:
        run("check", str(tmp_path))

    file = f"{tmp_path}/procedures/birth_registration.override.toml"
    assert {fault.path for fault in refused.value.faults} == {
        f"{file}: time_limit.value",
        f"{file}: time_limit.colour",
    }


def test_show_lists_the_items_of_a_kind(capsys: pytest.CaptureFixture[str]) -> None:
    run("show", "role", "--language", "en")

    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(store.get().roles)
    assert any("Reception officer" in line for line in said)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Death registration", "1.000656", "the same day", "Not by the same person", "8,000"]),
        ("fr", ["Déclaration de décès", "1.000656", "le jour même", "Pas par la même personne"]),
        ("vi", ["Đăng ký khai tử", "1.000656", "trong ngày", "Không do cùng một người"]),
    ],
)
def test_show_prints_a_procedure_for_readers(
    language: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run("show", "procedure", "death_registration", "--language", language)

    said = capsys.readouterr().out
    assert [word for word in words if word not in said] == []


def test_show_prints_other_items_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    run("show", "list", "sexes")

    assert json.loads(capsys.readouterr().out)["id"] == "sexes"


@pytest.mark.parametrize(
    "words", [("show", "role", "wizard"), ("show", "spell", "x"), ("show", "procedure", "x")]
)
def test_show_says_what_does_not_exist(words: tuple[str, ...]) -> None:
    with pytest.raises(NotFound):
        run(*words)


def test_schema_writes_one_file_for_each_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("schema", "--out", str(tmp_path / "schemas"))

    files = sorted((tmp_path / "schemas").iterdir())
    assert len(files) == len(store.SHAPES) == len(capsys.readouterr().out.splitlines())
    procedure = json.loads((tmp_path / "schemas" / "procedures.schema.json").read_text("utf-8"))
    assert procedure["additionalProperties"] is False
    assert procedure["properties"]["code"]["pattern"] == r"^\d\.\d{6}$"


@pytest.mark.django_db
def test_diff_tells_what_changed_in_law(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 11, 22, 1, tzinfo=UTC)
    newer = PROCEDURE.replace('version = "1"', 'version = "2"').replace("value = 5", "value = 4")
    store.publish(store.load([small(tmp_path / "a")]), at)
    store.publish(store.load([small(tmp_path / "b", procedures__pavement_use=newer)]), at)

    run("diff", "pavement_use", "1", "2")

    assert capsys.readouterr().out == "~ time_limit.value: 5 → 4\n"
