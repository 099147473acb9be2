"""Asking the data: what is chosen is shown by right, the address holds it, files carry it, questions are kept and shared."""

from __future__ import annotations

import io
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from dinh.directory import tree
from dinh.directory.models import Unit, UnitVersion
from dinh.directory.tests.cast import make_data_officer
from dinh.dossiers.tests.world import World
from dinh.indicators.actions import questions
from dinh.indicators.actions.snapshots import take
from dinh.indicators.asking import running
from dinh.indicators.asking.running import Answer, NotAnswered
from dinh.indicators.asking.things import thing
from dinh.indicators.models import AskedSql, Period, SavedQuestion
from dinh.indicators.queries.questions import find, kept
from dinh.indicators.rules.months import later
from dinh.lib.errors import NotPermitted
from dinh.web.board.tests.test_pages import MONTH, at, page, sit, world  # noqa: F401 - the fixture

ASK = "ask/"


def asked(world: World, **more: Any) -> Any:  # noqa: F811
    return page(world.cast.leader, ASK, **{"f": "m.dossiers_filed", "from": MONTH, "to": MONTH, **more})


def cells(response: Any) -> dict[tuple[str, ...], list[str]]:
    return {row.titles: [cell.shown for cell in row.cells] for row in response.context["rows"]}


def test_what_is_chosen_is_shown_with_what_is_together(world: World) -> None:  # noqa: F811
    shown = asked(world, f=["m.dossiers_filed", "on_time_rate"], across="figure", each="sum")

    table = cells(shown)
    assert table[("thôn Ún Tà",)][0] == "2"
    assert list(table)[-1] == ("Cả xã",) and table[("Cả xã",)][0] == "2"
    assert [title for title, _url, _on in shown.context["columns"]] == [
        "Hồ sơ đã nộp",
        "Tỷ lệ giải quyết đúng hạn",
    ]
    assert shown.context["drawing"]
    assert (
        "f=m.dossiers_filed&f=on_time_rate" in shown.context["asks"]
        and "across=figure" in shown.context["asks"]
    )


def test_months_in_which_no_part_was_counted_are_not_called_locked(world: World) -> None:  # noqa: F811
    month = int(MONTH.replace("-", ""))
    period = Period.objects.create(unit=world.cast.cocsan.pk, month=month, state="locked", locked_at=at())
    take(period, 0, reason="", by=world.cast.leader, at=at())
    before = f"{later(month, -1) // 100}-{later(month, -1) % 100:02d}"  # a draft, and nobody filed in it

    for first, provisional in ((MONTH, False), (before, True)):
        shown = asked(world, by="sex", total="0", **{"from": first})
        assert cells(shown) and shown.context["provisional"] is provisional, first


def test_questions_to_start_from_can_be_divided_as_they_ask(world: World) -> None:  # noqa: F811
    for title, link in asked(world).context["examples"]:
        said = parse_qs(link)
        for name in (*said.get("by", ()), *said.get("and", ())):
            assert all(name in found.dimensions for key in said["f"] if (found := thing(key))), title


def test_script_gets_the_answer_alone_and_without_it_the_whole_page(world: World) -> None:  # noqa: F811
    client, query = sit(world.cast.leader), {"from": MONTH, "to": MONTH, "by": "sex"}
    part = client.get(reverse("board:ask"), query, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(reverse("board:ask"), query).content.decode()

    assert "<html" not in part and "<table" in part
    assert "<html" in whole and "<table" in whole and 'name="f"' in whole


def test_who_may_not_list_rows_is_shown_no_few(world: World) -> None:  # noqa: F811
    officer = make_data_officer(world.cast)
    shown = page(officer, ASK, f="m.dossiers_filed", **{"from": MONTH, "to": MONTH})

    assert all(cell in {"ít", "0", "", "–"} for row in cells(shown).values() for cell in row)
    assert shown.context["hides"]
    assert (
        sit(world.cast.next_leader).get(reverse("board:ask"), {"unit": str(world.cast.cocsan.pk)}).status_code
        == 403
    )


def test_files_carry_the_question_its_sources_and_its_address(world: World) -> None:  # noqa: F811
    import openpyxl

    text = asked(world, form="csv").content.decode("utf-8-sig")
    assert "Hồ sơ đã nộp" in text and "/vi/board/ask/?unit=" in text and "theo địa giới lúc đó" in text
    assert ",2," in text.replace("\r\n", ",") and ".0" not in text.partition("\r\n\r\n")[0]
    book = openpyxl.load_workbook(io.BytesIO(asked(world, form="xlsx").content))
    assert book.sheetnames == ["Bảng", "Giá trị", "Câu hỏi"]
    values = [[cell.value for cell in row] for row in book["Giá trị"].iter_rows()]
    assert 2 in values[1] and "m.dossiers_filed" in values[1]
    with patch.object(running, "parquet", return_value=b"PAR1") as made:
        assert asked(world, form="parquet").content == b"PAR1"
    assert "board/ask" in made.call_args.args[2]["address"]


@pytest.mark.parametrize(
    "wrong",
    [{"f": "nothing", "by": "shoe", "each": "day"}, {"from": "2026-99", "to": "x", "sort": "99", "u": "x", "p": "x"},
     {"across": "x", "show": "x", "sort": "0", "down": "1"}, {"from": "1999-01", "of": "self", "sort": "1"}],
)  # fmt: skip
def test_an_address_of_nonsense_is_answered_as_the_usual_one(world: World, wrong: Any) -> None:  # noqa: F811
    assert page(world.cast.leader, ASK, **wrong).context["rows"]


def test_a_question_is_kept_shared_found_deleted_and_brought_back(world: World) -> None:  # noqa: F811
    cast = world.cast
    client, address = sit(cast.leader), reverse("board:ask_kept")
    sent = {"kind": "sql", "name": " Đúng  hạn ", "text": "SELECT 1", "shared_with": str(cast.cocsan.pk), "shared_role": "leader"}  # fmt: skip
    assert client.post(address, sent).status_code == 302
    row = SavedQuestion.objects.get()
    on = at().date()

    assert [one.row.pk for one in kept(cast.chair, on, words="dung han")] == [row.pk]
    assert find(make_data_officer(cast), row.pk, on) is None  # another role
    assert find(cast.next_leader, row.pk, on) is None  # another commune
    assert "SELECT 1" in sit(cast.chair).get(reverse("board:ask_sql"), {"kept": str(row.pk)}).content.decode()
    with pytest.raises(NotPermitted):
        questions.remove(row, by=cast.chair, at=at())
    for verb, there in (("remove", False), ("back", True)):
        client.post(reverse("board:ask_kept_act", args=[row.pk, verb]))
        assert (find(cast.chair, row.pk, on) is not None) is there
    refused = client.post(address, {**sent, "name": "", "text": "SELECT 2"})
    assert refused.status_code == 422 and 'name="text" value="SELECT 2"' in refused.content.decode()
    assert client.post(address, {**sent, "shared_with": str(cast.next_commune.pk)}).status_code == 403


def test_sql_is_answered_on_the_page_and_taken_away_and_each_run_written_down(world: World) -> None:  # noqa: F811
    client, address = sit(world.cast.leader), reverse("board:ask_sql")
    found = Answer(
        (("thon", "VARCHAR"), ("n", "BIGINT")), [["=x", 2], [None, 3]], False, ("facts_dossiers",), 0.1
    )
    with patch.object(running, "run", return_value=found):
        shown = client.post(address, {"sql": "SELECT 1"})
        taken = client.post(address, {"sql": "SELECT 1", "form": "csv"}).content.decode("utf-8-sig")
    assert shown.status_code == 200 and "null" in shown.content.decode()
    assert taken.splitlines() == ["thon,n", "'=x,2", ",3"]
    assert list(AskedSql.objects.values_list("rows", "taken").order_by("pk")) == [(2, ""), (2, "csv")]
    with patch.object(running, "run", side_effect=NotAnswered("syntax", "Parser Error: x\n\nLINE 3: selec")):
        refused = client.post(address, {"sql": "selec"})
    assert refused.status_code == 422 and 'data-line="3"' in refused.content.decode()
    assert AskedSql.objects.count() == 2


def test_the_newest_month_stands_first_and_one_that_is_known_alone_is_drawn_as_bars(world: World) -> None:  # noqa: F811
    shown = asked(world, **{"from": "2026-09", "to": "2026-11", "total": "0"})

    assert [title for title, _url, _on in shown.context["columns"]] == ["11/2026", "10/2026", "09/2026"]
    assert 'class="bars"' in shown.context["drawing"] and "11/2026 <b>2</b>" in shown.context["drawing"]


def test_a_commune_that_was_merged_is_offered_once_by_the_name_of_what_it_became(world: World) -> None:  # noqa: F811
    cast = world.cast
    UnitVersion.objects.filter(unit=cast.next_commune).update(valid_to=at().date(), heir=cast.cocsan)
    Unit.objects.filter(pk=cast.cocsan.pk).update(inherits=True)
    tree.forget()

    shown = page(cast.province_viewer, "ask/")

    for offered in (shown.context["share_units"], shown.context["units"]):
        assert [unit for unit, title in offered if title == "xã Cốc San"] == [str(cast.cocsan.pk)]
        assert str(cast.next_commune.pk) not in dict(offered)
