"""A division is typed step by step, without script; what is wrong is said at its question and nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory import tree
from dinh.directory.changes.decisions import of_data
from dinh.directory.models import Level, UnitChange
from dinh.directory.tests.cast import Cast, make_unit
from dinh.population import actions as population
from dinh.web.desk.tests.test_places_changes import province

__all__ = ["province"]
pytestmark = pytest.mark.django_db
HERE = "/vi/desk/admin/places/changes/parts"
ON = timezone.localdate()
HEAD = {
    "kind": "split", "units": "02746", "takers": "2", "title": "Chia xã Cốc San", "decree": "1/NQ",
    "effective_on": f"{ON:%Y-%m-%d}",
}  # fmt: skip
WHO = {
    "code_0": "02999", "name_0": "Mây Hồng", "type_0": "xã", "code_1": "02998", "name_1": "Mây Trắng", "type_1": "phường",
}  # fmt: skip


def where(cast: Cast, **more: str) -> dict[str, str]:
    un_ta, tan_son = (tree.versions(one.pk)[-1].code for one in (cast.un_ta, cast.tan_son))
    return {
        f"village_{un_ta}": "0", f"village_{tan_son}": "1", "share_02746_0": "1/3", "share_02746_1": "2/3",
        "basis_02746": "người dân", "heir_02746": "1", **more,
    }  # fmt: skip


def typed(page: str) -> dict[str, str]:
    """What the page would send, as a browser without script reads it."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in told and (told.get("type") not in {"radio", "checkbox"} or " checked" in tag):
            found[told["name"]] = unescape(told.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def sent(client: Client, data: dict[str, str], status: int = 200) -> str:
    response = client.post(HERE, data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_a_division_is_typed_step_by_step_and_becomes_a_draft(province: Client, cast: Cast) -> None:
    first = typed(province.get(HERE).content.decode())
    second = typed(sent(province, {**first, **HEAD}))
    third = typed(sent(province, {**second, **WHO}))
    response = province.post(HERE, {**third, **where(cast)})

    change = UnitChange.objects.get(state=UnitChange.State.DRAFT)
    assert response.status_code == 302 and str(change.pk) in response["Location"]
    decision = of_data(change.decision)
    assert [(one.code, one.type) for one in decision.makes] == [("02999", "xã"), ("02998", "phường")]
    assert [(one.to, one.share, one.heir) for one in decision.parts] == [
        ("02999", "1/3", False), ("02998", "2/3", True)
    ]  # fmt: skip
    page = province.get(response["Location"]).content.decode()
    assert "Mây Hồng" in page and "1/3" in page


def test_going_back_loses_nothing(province: Client, cast: Cast) -> None:
    all_ = {**HEAD, **WHO, **where(cast)}

    page = typed(sent(province, {**all_, "at": "where", "go": "what"}))

    assert {name: page[name] for name in all_} == all_
    page = typed(sent(province, {**page, "takers": "3"}))
    assert page["code_1"] == "02998" and page["code_2"] == ""


@pytest.mark.parametrize(
    ("wrong", "at", "question"),
    [
        ({"units": "09999"}, "what", "units"),
        ({"takers": "1"}, "what", "takers"),
        ({"kind": "merge"}, "what", "units"),
        ({"effective_on": "hôm nay"}, "what", "effective_on"),
        ({"code_1": "02999"}, "who", "code_1"),
        ({"code_1": "15"}, "who", "code_1"),
        ({"name_0": ""}, "who", "name_0"),
        ({"code_0": "02728"}, "where", "code_0"),  # borne by the next commune: seen when all is read
        ({"code_0": "2999"}, "where", "code_0"),
        ({"share_02746_0": "1/2"}, "where", "share_02746_1"),
        ({"share_02746_0": "1e999999999"}, "where", "share_02746_0"),
        ({"share_02746_1": ""}, "where", "share_02746_1"),
        ({"basis_02746": " "}, "where", "basis_02746"),
        ({"heir_02746": ""}, "where", "heir_02746"),
        ({"village_02746-01": ""}, "where", "village_02746-01"),
        ({"village_02746-01": "7"}, "where", "village_02746-01"),
    ],
)
def test_what_is_wrong_is_said_at_its_question(
    province: Client, cast: Cast, wrong: dict[str, str], at: str, question: str
) -> None:
    given = {**HEAD, **WHO, **where(cast), **wrong, "at": at}

    page = sent(province, given, 422)

    assert re.search(rf'href="#id_{question}"', page), page
    known = typed(page)
    assert {name: known.get(name, "") for name in given if name != "at" and name not in wrong} == {
        name: value for name, value in given.items() if name != "at" and name not in wrong
    }
    assert not UnitChange.objects.exists()


def test_a_unit_above_of_the_wrong_level_is_said_at_its_question(province: Client, cast: Cast) -> None:
    make_unit(Level.VILLAGE, "02728-01", "Bản Xa", "bản", cast.next_commune)
    head = {**HEAD, "kind": "merge", "units": "02746-01, 02728-01", "takers": "1"}
    who = {"code_0": "02746-09", "name_0": "Bản Mới", "type_0": "bản", "parent_0": "15"}

    page = sent(province, {**head, **who, "whole_02746-01": "0", "whole_02728-01": "0", "at": "where"}, 422)

    assert re.search('href="#id_parent_0"', page), page


def test_shares_are_counted_from_the_people_of_the_villages(province: Client, cast: Cast) -> None:
    more: dict[str, Any] = {"by": None, "at": timezone.now()}
    for village, names in ((cast.un_ta, ("Sùng A Một", "Sùng A Hai")), (cast.tan_son, ("Sùng A Ba",))):
        household = population.register_household(unit=cast.cocsan, village=village, address="1", **more)
        for name in names:
            population.register_person(
                full_name=name, sex="1", birth="1980", unit=cast.cocsan, household=household, **more
            )

    page = typed(
        sent(province, {**HEAD, **WHO, **where(cast, share_02746_0=""), "at": "where", "go": "count"})
    )

    assert (page["share_02746_0"], page["share_02746_1"]) == ("2/3", "1/3")
    assert page["basis_02746"]


def test_one_commune_whole_and_a_part_of_another_come_together(province: Client, cast: Cast) -> None:
    head = {**HEAD, "kind": "merge", "units": "02746, 02728"}

    response = province.post(
        HERE, {**head, **WHO, **where(cast), "whole_02746": "parts", "whole_02728": "0", "at": "where"}
    )

    assert response.status_code == 302
    told = UnitChange.objects.get(state=UnitChange.State.DRAFT).decision["parts"]
    assert [(one["from"], one["to"], one["part"]) for one in told] == [
        ("02746", "02999", "share"), ("02746", "02998", "share"), ("02728", "02999", "whole")
    ]  # fmt: skip


def test_a_commune_ends_in_two_that_go_on(province: Client, cast: Cast) -> None:
    make_unit(Level.COMMUNE, "02735", "Bản Vược", "xã", cast.province)
    who = {"code_0": "02728", "code_1": "02735"}

    response = province.post(HERE, {**HEAD, "kind": "dissolve", **who, **where(cast), "at": "where"})

    assert response.status_code == 302
    change = UnitChange.objects.get(state=UnitChange.State.DRAFT)
    assert change.kind == "dissolve" and not change.decision["makes"]


def test_who_does_not_manage_all_its_units_is_told_at_the_first_page(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.administrator, backend="dinh.directory.signed_in.Backend")
    session = client.session
    session["second_factor"] = True
    session.save()

    before = client.get(HERE).content.decode()
    page = unescape(sent(client, {**HEAD, "at": "what"}, 422))

    assert "notice gold" in before  # said at once, not after a page was filled in
    assert 'href="#id_units"' in page
    assert "tỉnh Lào Cai, mà ông/bà không quản lý" in page
