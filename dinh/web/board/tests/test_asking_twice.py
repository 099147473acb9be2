"""Asking by two dimensions, of a part alone, and of units of one kind: on the page, in the address and in files."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from dinh.directory.tests.cast import make_data_officer
from dinh.dossiers.tests.world import World
from dinh.indicators.asking import crossed, cube
from dinh.indicators.models import Source
from dinh.web.board.tests.test_asking import asked, cells
from dinh.web.board.tests.test_pages import MONTH, at, page, world  # noqa: F401 - the fixture

TWO: dict[str, Any] = {"by": "channel", "and": "sex", "across": "second", "each": "sum", "of": "self"}


def test_by_two_at_once_says_that_rows_were_counted_now(world: World) -> None:  # noqa: F811
    shown = asked(world, **TWO)

    assert list(cells(shown).values())[-1][-1] == "2" and shown.context["counted_now"]
    assert "by=channel&and=sex" in shown.context["asks"] and "across=second" in shown.context["asks"]
    assert "đếm ngay từ từng dòng gốc" in shown.content.decode()


def test_a_part_alone_is_counted_and_said_and_kept_in_the_address(world: World) -> None:  # noqa: F811
    whole = asked(world, by="sex", each="sum", of="self", across="part")
    sexes = [column[0] for column in whole.context["columns"]][:-1]
    of_all = cells(whole)[("",)]
    for (code, _title, _on), number in zip(whole.context["part_choices"], of_all, strict=False):
        alone = asked(world, only=f"sex:{code}", each="sum", of="self")
        assert cells(alone)[("",)] == [number], sexes
        assert "only=sex%3A" in alone.context["asks"] and "chỉ tính Giới tính" in alone.context["says"]
    women = asked(world, only=["sex:2", "channel:counter", "nothing:1", "x"], by="sex")
    assert women.context["wanted"].only == (("channel", "counter"),)
    assert women.context["wanted"].parts == ("2",)  # what is divided by is shown in part


def test_files_carry_both_divisions_and_what_alone_was_counted(world: World) -> None:  # noqa: F811
    import openpyxl

    text = asked(world, form="csv", **TWO).content.decode("utf-8-sig")
    assert "đếm ngay từ từng dòng" in text and "and=sex" in text
    book = openpyxl.load_workbook(io.BytesIO(asked(world, form="xlsx", only="channel:counter", **(TWO | {"by": "age_band"})).content))  # fmt: skip
    head, *rows = ([cell.value for cell in row] for row in book["Giá trị"].iter_rows())
    assert {row[head.index("only")] for row in rows} == {"Cách nộp: tại quầy"} or not rows
    rate = openpyxl.load_workbook(io.BytesIO(page(world.cast.leader, "ask/", f="on_time_rate", form="xlsx", to=MONTH).content))  # fmt: skip
    links = [cell.hyperlink.target for row in rate["Câu hỏi"].iter_rows() for cell in row if cell.hyperlink]
    assert any("/vi/board/figure/on_time_rate/?unit=" in one for one in links)
    assert rate["Bảng"].freeze_panes == "B2"


def test_what_takes_too_long_is_said_on_the_page_and_the_form_stays(world: World) -> None:  # noqa: F811
    with patch.object(crossed, "MOST_VALUES", 0):
        shown = asked(world, **TWO)
    assert "quá nhiều phần" in shown.content.decode() and 'name="f"' in shown.content.decode()


def test_a_commune_beside_its_like_names_only_those_in_reach(world: World) -> None:  # noqa: F811
    officer = make_data_officer(world.cast)
    shown = page(officer, "ask/", of="like", f="m.dossiers_filed", **{"from": MONTH, "to": MONTH})

    wanted = shown.context["wanted"]
    if wanted.of == "like":  # there are enough of its kind that nobody could be known
        assert wanted.like.named == (world.cast.cocsan.pk,)
        assert [row.titles for row in shown.context["rows"]][-1:] != []


@pytest.mark.parametrize("later", ["2031-01", "2026-12"])
def test_months_to_come_are_not_asked_for(world: World, later: str) -> None:  # noqa: F811
    shown = page(world.cast.leader, "ask/", f="m.dossiers_filed", to=later, **{"from": later})
    wanted = shown.context["wanted"]
    assert wanted.last <= wanted.asked.today.year * 100 + wanted.asked.today.month
    assert later not in [code for code, _title, _on in shown.context["lasts"]]


def test_parts_of_another_division_hide_nothing(world: World) -> None:  # noqa: F811
    whole, left = (asked(world, by="channel", each="sum", of="self", **more) for more in ({}, {"p": "2"}))
    assert cells(left) == cells(whole)


def test_another_order_of_the_same_answer_counts_nothing_again(world: World) -> None:  # noqa: F811
    asked(world, **TWO)
    with patch.object(crossed, "_run", side_effect=AssertionError):
        assert asked(world, **TWO, sort="1").status_code == 200
        assert asked(world, **TWO, total="0", p="counter").status_code == 200


def test_what_is_seen_as_of_a_close_is_kept_while_communes_count_on(world: World) -> None:  # noqa: F811
    for reader, answers in ((world.cast.province_viewer, 1), (world.cast.leader, 2)):
        with patch.object(cube, "answer", wraps=cube.answer) as answered:
            for minutes in (1, 2):
                Source.objects.update(counted_at=at() + timedelta(minutes=minutes))
                page(reader, "ask/", f="m.dossiers_filed", to=MONTH)
        assert answered.call_count == answers
