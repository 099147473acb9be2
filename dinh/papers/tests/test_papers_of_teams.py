"""Badges, slips, lists and posters draw with nothing filled in, and a phone reads the code that they carry."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dinh.papers.tests.samples_of_teams import OF_TEAMS
from dinh.papers.tests.test_render import draw, needs, text_of


@pytest.mark.parametrize("template", sorted(OF_TEAMS))
def test_a_paper_draws_with_nothing_but_the_agency(template: str) -> None:
    shown = text_of(draw(template, data={"agency": {"name": "Ủy ban"}, "demonstration": True}))
    assert "BẢN TRÌNH DIỄN" in shown


@pytest.mark.parametrize("template", ["badge_cards", "gathering_poster"])
def test_a_phone_reads_the_address_that_the_paper_carries(template: str, tmp_path: Path) -> None:
    program = needs("zbarimg")
    path = tmp_path / "paper.pdf"
    path.write_bytes(draw(template))
    subprocess.run(
        [needs("pdftoppm"), "-r", "200", "-png", "-singlefile", str(path), str(tmp_path / "p")], check=True
    )

    read = subprocess.run([program, "-q", "--raw", str(tmp_path / "p.png")], capture_output=True, text=True)

    assert "http://127.0.0.1:8000/t/4821-7730" in read.stdout.split()


def test_every_slip_of_a_book_is_drawn_once() -> None:
    shown = text_of(draw("slip_book"))
    assert [shown.count(f"Số {n:06d}") for n in range(1, 9)] == [1] * 8
    assert "Số 000009" not in shown
