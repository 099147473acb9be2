"""A decision comes from a file: TOML, or a workbook filled by hand; and by the command of the node."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from dinh.directory.changes import commands
from dinh.directory.changes.importing import of_file, template
from dinh.directory.models import UnitChange, UnitVersion
from dinh.directory.tests.cast import Cast
from dinh.directory.tests.changes.settings import COCSAN, NEXT, merger
from dinh.lib.errors import Invalid, NotFound, Refused

TOML = f"""
kind = "merge"
title = "Thành lập xã Mây Xanh"
decree = "9999/NQ-UBTVQH16"
effective_on = 2026-11-20
makes = [{{ code = "{COCSAN}", name = "Mây Xanh", type = "xã", seat = "{COCSAN}" }}]
parts = [{{ from = "{COCSAN}", to = "{COCSAN}" }}, {{ from = "{NEXT}", to = "{COCSAN}" }}]
"""


def workbook(data: dict[str, Any]) -> bytes:
    """The template, filled."""
    book = load_workbook(io.BytesIO(template()))
    for row in book["decision"].iter_rows(max_col=2):
        row[1].value = data.get(str(row[0].value), "")
    for name in ("makes", "parts"):
        columns = [cell.value for cell in book[name][1]]
        for one in data[name]:
            book[name].append([one.get(column) for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(*words: str) -> int:
    root = argparse.ArgumentParser()
    commands.add_commands(root.add_subparsers(required=True))
    arguments = root.parse_args(["units", *words])
    return int(arguments.run(arguments))


def test_a_workbook_says_the_same_as_toml() -> None:
    assert of_file("x.xlsx", workbook(merger())) == of_file(
        "x.toml", TOML.replace("2026-11-20", "2026-12-01").encode()
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.toml", b"\xff\xfe"), ("a.toml", b"kind = "), ("a.xlsx", b"no workbook"), ("a.toml", b"unknown = 1")],
)
def test_a_file_that_is_none_is_told(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        of_file(name, content)

    assert refused.value.faults


def test_a_workbook_without_its_first_sheet_is_told() -> None:
    out = io.BytesIO()
    Workbook().save(out)

    with pytest.raises(Invalid):
        of_file("a.xlsx", out.getvalue())


def test_the_command_previews_applies_lists_and_undoes(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "merge.toml"
    file.write_text(TOML, encoding="utf-8")

    assert run("preview", str(file)) == 0
    change = UnitChange.objects.get(state=UnitChange.State.DRAFT)
    assert run("preview", str(change.pk)) == 0
    assert run("apply", str(change.pk), "--proof", str(tmp_path / "proof.json")) == 0
    assert UnitVersion.objects.filter(name="Mây Xanh").exists()
    assert '"equal": true' in (tmp_path / "proof.json").read_text(encoding="utf-8")
    assert run("history") == 0
    assert run("history", "Mường", "Hum") == 0
    assert "→ 02746 xã Mây Xanh" in capsys.readouterr().out
    assert run("undo", str(change.pk)) == 0
    assert not UnitVersion.objects.filter(name="Mây Xanh").exists()


def test_an_unknown_change_is_told(cast: Cast) -> None:
    with pytest.raises(NotFound):
        run("apply", "1234")


def test_the_command_agrees_calls_off_and_shows(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "merge.toml"
    file.write_text(TOML.replace("2026-11-20", "2099-01-01"), encoding="utf-8")
    run("preview", str(file))
    change = UnitChange.objects.get(state=UnitChange.State.DRAFT)

    assert run("agree", str(change.pk)[:18]) == 0
    assert "01/01/2099" in capsys.readouterr().out
    with pytest.raises(Refused):
        run("agree", str(change.pk))
    assert run("show", str(change.pk)) == 0
    shown = capsys.readouterr().out
    assert "xã Cốc San (02746) → xã Mây Xanh (02746)" in shown and "cơ quan" in shown
    assert run("call-off", str(change.pk)) == 0
    with pytest.raises(Refused):
        run("call-off", str(change.pk))
    change.refresh_from_db()
    assert change.state == UnitChange.State.DRAFT


def test_the_command_shows_what_is_to_be_settled_and_says_so_by_its_exit_code(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "merge.toml"
    file.write_text(TOML.replace(f', seat = "{COCSAN}"', ""), encoding="utf-8")

    assert run("preview", str(file)) == 1
    change = UnitChange.objects.get(state=UnitChange.State.DRAFT)
    capsys.readouterr()
    assert run("show", str(change.pk)) == 1
    assert "Cần giải quyết trước" in capsys.readouterr().out
    file.write_text(TOML, encoding="utf-8")
    run("preview", str(file))
    settled = UnitChange.objects.exclude(pk=change.pk).get(state=UnitChange.State.DRAFT)
    run("apply", str(settled.pk))
    capsys.readouterr()
    assert run("show", str(settled.pk)) == 0
    assert "directory.account" in capsys.readouterr().out
