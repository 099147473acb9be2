"""`dinh register`: from a file to rows and back, at the machine itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from dinh.directory.tests.cast import Cast
from dinh.lib.errors import NotFound
from dinh.registers.commands import add_commands
from dinh.registers.models import Import, Record
from dinh.registers.tests.files import MAI, PHUC, TITLES, csv_file

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str]]
DIRTY = ("", "Không Mã", "", "", "", "")


@pytest.fixture
def run(cast: Cast, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command and return its exit code and what it printed."""

    def command(*words: object) -> tuple[int, str]:
        root = argparse.ArgumentParser()
        add_commands(root.add_subparsers())
        arguments = root.parse_args(["register", *map(str, words)])
        code = int(arguments.run(arguments) or 0)
        return code, capsys.readouterr().out

    return command


def test_a_clean_file_is_brought_in_at_once(run: Run, tmp_path: Path) -> None:
    path = csv_file(tmp_path, (TITLES, PHUC, MAI))

    code, said = run("import", "pupils", path, "--unit", "02746", "--quiet")

    assert code == 0
    assert "pupil_code" in said
    assert Record.objects.count() == 2


def test_a_dry_run_lists_what_is_wrong_and_loads_nothing(run: Run, tmp_path: Path) -> None:
    path, report = csv_file(tmp_path, (TITLES, PHUC, DIRTY)), tmp_path / "report.csv"
    words = ("import", "pupils", path, "--unit", "02746", "--quiet", "--report", report)

    code, said = run(*words, "--dry-run")

    assert code == 1
    assert "Mã học sinh" in said
    assert report.read_text("utf-8-sig").splitlines()[1].startswith("3,A,Mã học sinh,pupil_code,")
    assert not Record.objects.exists()
    assert run(*words)[0] == 1
    assert not Record.objects.exists()
    assert run(*words, "--load-good")[0] == 0
    assert Record.objects.count() == 1


def test_a_preview_reads_nothing_to_its_end(run: Run, tmp_path: Path) -> None:
    code, said = run("import", "pupils", csv_file(tmp_path, (TITLES, PHUC)), "--unit", "02746", "--preview")

    assert code == 0
    assert "Vàng" in said
    assert not Import.objects.exists()


def test_rows_are_found_with_their_history_and_taken_out(run: Run, tmp_path: Path) -> None:
    run("import", "pupils", csv_file(tmp_path, (TITLES, PHUC, MAI)), "--unit", "02746", "--quiet")

    found, said = run("show", "pupils", "phuc", "--history")
    assert (found, "HS001" in said, "v1" in said) == (0, True, True)
    assert run("show", "pupils", "nobody")[0] == 1
    assert run("prove", "pupils")[0] == 0
    Record.objects.update(state="closed")
    assert run("prove", "pupils")[0] == 1
    Record.objects.update(state="valid")
    assert run("export", "pupils", "--out", tmp_path / "out.xlsx", "--purpose", "test")[0] == 0
    assert (tmp_path / "out.xlsx").stat().st_size > 0


def test_registers_fields_and_imports_are_listed(run: Run, tmp_path: Path) -> None:
    run(
        "import",
        "pupils",
        csv_file(tmp_path, (TITLES, PHUC, DIRTY)),
        "--unit",
        "02746",
        "--quiet",
        "--dry-run",
    )

    assert "land_parcels" in run("list")[1]
    assert "pupil_code" in run("show", "pupils")[1]
    waiting = Import.objects.get()
    assert run("imports", "pupils", "--drop", waiting.pk)[0] == 0
    assert Import.objects.get().state == "dropped"
    assert run("imports")[0] == 0
    with pytest.raises(NotFound):
        run("imports", "--drop", "nothing")


def test_an_unknown_register_names_those_there_are(run: Run, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refused:
        run("show", "dragons")

    assert "pupils" in str(refused.value.message)
