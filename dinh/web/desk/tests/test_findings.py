"""Findings are worked off one by one beside the people, and undone; the list is searched and taken away."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.verification.models import Finding, Match
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_person, phuc
from dinh.web.desk.tests.proving import make_finding, make_row, make_submission, names

FINDINGS = "/vi/desk/findings/"


def at(finding: Finding, act: str = "") -> str:
    return f"{FINDINGS}{finding.pk}/{act}"


@pytest.mark.parametrize(
    ("sent", "decision", "name"),
    [
        pytest.param({"decision": "corrected"}, "corrected", "Vàng Văn Phúc", id="the-proposal"),
        pytest.param({"decision": "first"}, "first", "Vang Van Phuc", id="the-first"),
        pytest.param({"decision": "neither"}, "neither", "Vang Van Phuc", id="neither"),
        pytest.param({"decision": "kept", "note": "Đúng giấy"}, "kept", "Vang Van Phuc", id="kept"),
        pytest.param({"decision": "asked"}, "asked", "Vang Van Phuc", id="asked"),
        pytest.param(
            {"decision": "corrected", "typed": "1", "full_name": "Vàng Văn Phục"}, "corrected", "Vàng Văn Phục",
            id="typed",
        ),
    ],
)  # fmt: skip
def test_one_is_decided_and_the_next_one_comes(
    sent: dict[str, str],
    decision: str,
    name: str,
    officer: Account,
    finding: Finding,
    cast: Cast,
    at_desk: Seat,
) -> None:
    following = make_finding(make_row(cast.cocsan, "HS2"), make_submission(cast.cocsan), phuc(cast), gain=1.0)
    client = at_desk(officer)

    answer = client.post(at(finding, "decide?register=pupils"), sent)

    assert answer["Location"].startswith(at(following))
    finding.refresh_from_db()
    assert (finding.state, finding.decision, names()["HS1"]) == ("decided", decision, name)
    page = client.get(answer["Location"])
    assert page.context["just"] == finding  # with its button to take it back
    client.post(at(finding, "undo"))
    assert names()["HS1"] == "Vang Van Phuc"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"decision": "kept"}, id="kept-without-a-reason"),
        pytest.param({"decision": "closed"}, id="closed-without-a-reason"),
        pytest.param({"decision": "nonsense"}, id="nonsense"),
        pytest.param({"decision": "corrected", "typed": "1", "birth": "31/02/1975"}, id="no-such-day"),
    ],
)
def test_what_is_not_said_rightly_is_asked_again(
    sent: dict[str, str], officer: Account, finding: Finding, at_desk: Seat
) -> None:
    answer = at_desk(officer).post(at(finding, "decide"), sent)

    finding.refresh_from_db()
    assert (answer.status_code, finding.state) == (422, "open")
    assert answer.context["faults"]
    tried = sent["decision"] if sent["decision"] in {"kept", "closed"} else "typed"
    assert answer.context["tried"] == tried  # what is to be mended stands open
    html = answer.content.decode()
    assert html.count("Có chỗ cần sửa lại") == 1
    assert tried == "typed" or html.count('href="#id_note"') == html.count('id="id_note"') == 1


def test_two_people_stand_side_by_side_with_the_field_that_tells_them_apart(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    second = make_person(cast.cocsan, number="010075009999", birth="1975-12-03")
    make_finding(
        finding.record, make_submission(cast.cocsan), phuc(cast), second=second, code="uncertain", kind="choose",
    )  # fmt: skip

    page = at_desk(officer).get(at(Finding.objects.get(kind="choose")))

    lines = {line.title: line for line in page.context["lines"]}
    assert lines["Ngày sinh"].deciding and not lines["Giới tính"].deciding
    assert "<mark>" in lines["Ngày sinh"].second
    opened = Access.objects.filter(kind="open", person=second.pk)
    assert opened.get().purpose == f"finding:{Finding.objects.get(kind='choose').pk}"


def test_taking_the_proposal_where_two_may_be_meant_says_who_it_is(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    second = make_person(cast.cocsan, number="010075009999", birth="1975-12-03")
    chosen = make_finding(
        finding.record,
        make_submission(cast.cocsan),
        phuc(cast),
        second=second,
        code="uncertain",
        kind="choose",
    )

    at_desk(officer).post(at(chosen, "decide"), {"decision": "corrected"})

    chosen.refresh_from_db()
    assert (chosen.decision, chosen.person) == ("first", phuc(cast))
    assert names()["HS1"] == "Vàng Văn Phúc"


def test_a_decision_about_people_who_are_no_longer_those_shown_is_asked_again(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    second = make_person(cast.cocsan, number="010075009999", birth="1975-12-03")
    run = make_submission(cast.cocsan)
    more: dict[str, Any] = {"code": "uncertain", "kind": "choose"}
    one = make_finding(finding.record, run, phuc(cast), second=second, **more)
    desk = at_desk(officer)
    seen = desk.get(at(one)).context["seen"]
    Match.objects.filter(record=one.record).update(person=second, second=phuc(cast))  # a verification since

    stale = desk.post(at(one, "decide"), {"decision": "first", "seen": seen})

    one.refresh_from_db()
    assert (stale.status_code, one.state, len(stale.context["faults"])) == (409, "open", 1)
    desk.post(at(one, "decide"), {"decision": "second", "seen": stale.context["seen"]})
    one.refresh_from_db()
    assert (one.decision, one.person) == ("second", phuc(cast))


def test_rows_that_contradict_each_other_stand_side_by_side_as_far_as_both_are_read(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    other = make_row(cast.cocsan, "HS2", school="Trường Mường Hum")
    clash = make_finding(
        finding.record,
        make_submission(cast.cocsan),
        phuc(cast),
        code="twice",
        kind="contradiction",
        other=other,
    )

    page = at_desk(officer).get(at(clash))

    school = next(line for line in page.context["lines"] if line.title == "Trường")
    assert (school.value, school.other) == ("Trường THCS Cốc San", "Trường Mường Hum")
    assert page.context["reasons"][0].title == "Một em học ở hai trường"
    assert not page.context["proposes"]  # another writing of the name settles nothing of it
    assert Access.objects.filter(kind="open", subject=other.pk, purpose=f"finding:{clash.pk}").count() == 1
    Record.objects.filter(pk=other.pk).update(unit=cast.next_commune)
    kept = at_desk(officer).get(at(clash)).content.decode()
    assert "Trường Mường Hum" not in kept and "sổ mà bạn không có quyền xem" in kept


def test_what_a_person_contests_is_marked_listed_and_typed_otherwise(
    officer: Account, finding: Finding, at_desk: Seat
) -> None:
    says = {"school": "Trường THCS Ún Tà"}
    Finding.objects.update(kind="contested", code="school", says=says)
    desk = at_desk(officer)

    listed = desk.get(FINDINGS).context["lines"][0]["changes"]
    page = desk.get(at(finding))

    assert [one.field for one in listed] == ["school"]
    assert [line.title for line in page.context["lines"] if line.contested] == ["Trường"]
    assert "người dân cho biết khác" in page.content.decode()
    typed = {one.name: one.value for one in page.context["fields"]}
    assert typed["school"] == "Trường THCS Ún Tà"
    desk.post(at(finding, "decide"), {"decision": "corrected", "typed": "1", "school": "Trường Ún Tà"})
    assert Record.objects.get().data["school"] == "Trường Ún Tà"


def test_the_day_of_death_stands_with_who_has_died(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=phuc(cast).pk).update(status="dead", died_on="2026-03-02")
    desk, may = at_desk(officer), policy.may

    read = desk.get(at(finding)).content.decode()
    monkeypatch.setattr(
        policy, "may", lambda who, what, **at: what != "population.read" and may(who, what, **at)
    )
    kept = desk.get(at(finding)).content.decode()

    assert "02/03/2026" in read and "02/03/2026" not in kept
    assert "đã mất" in kept


def test_a_field_that_others_alone_read_is_neither_shown_nor_taken(
    officer: Account, finding: Finding, at_desk: Seat, cast: Cast
) -> None:
    Record.objects.filter(pk=finding.record_id).update(
        data={**finding.record.data, "guardian_phone": "0999888777"}
    )
    leader = at_desk(cast.leader).get(at(finding)).content.decode()

    assert "0999888777" in at_desk(officer).get(at(finding)).content.decode()
    assert "0999888777" not in leader


def test_a_name_and_a_number_that_few_read_stand_on_no_page_of_others(
    officer: Account, finding: Finding, at_desk: Seat, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = store.get().registers["pupils"]
    fields = [
        one.model_copy(update={"readers": ("data_officer",)})
        if one.id in {"full_name", "pupil_code"}
        else one
        for one in shape.fields
    ]
    hidden = shape.model_copy(update={"fields": tuple(fields)})
    monkeypatch.setitem(store.get().registers, "pupils", hidden)

    for path in (FINDINGS, at(finding), f"{FINDINGS}?state=open&form=csv"):
        leader, reader = (at_desk(who).get(path).content.decode() for who in (cast.leader, officer))
        assert "Vang Van Phuc" not in leader and "HS1" not in leader
        assert "HS1" in reader


def test_the_next_commune_and_those_who_only_read_decide_nothing(
    finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    answers: list[Any] = [
        at_desk(cast.next_leader).get(at(finding)),
        at_desk(cast.leader).post(at(finding, "decide"), {"decision": "neither"}),
        at_desk(cast.leader).post(f"{FINDINGS}bulk", {"finding": [str(finding.pk)]}),
        at_desk(cast.reception).get(at(finding)),
    ]

    assert [one.status_code for one in answers] == [403] * 4
    assert Finding.objects.get().state == "open"


def test_findings_are_searched_filtered_assigned_and_taken_away(
    officer: Account, finding: Finding, cast: Cast, at_desk: Seat
) -> None:
    client = at_desk(officer)

    assert len(client.get(FINDINGS, {"q": "vàng phúc"}).context["lines"]) == 1
    assert client.get(FINDINGS, {"q": "không có ai"}).context["lines"] == []
    assert client.get(FINDINGS, {"who": "mine"}).context["lines"] == []
    assert len(client.get(FINDINGS, {"who": "nobody"}).context["lines"]) == 1
    client.post(f"{FINDINGS}assign", {"finding": [str(finding.pk)], "to": str(officer.pk)})
    assert len(client.get(FINDINGS, {"who": "mine", "kind": "correct"}).context["lines"]) == 1
    assert (
        client.get(FINDINGS).context["groups"] and not client.get(FINDINGS, {"who": "mine"}).context["groups"]
    )
    for path in (FINDINGS, "/vi/desk/registers/"):  # a colleague finds them where she comes in
        assert "1 sai lệch được giao cho" in client.get(path).content.decode()
    assert client.get(FINDINGS, {"state": "decided"}).context["lines"] == []
    assert len(client.get(FINDINGS, {"state": ""}).context["lines"]) == 1
    assert "Vang Van Phuc" in client.get(FINDINGS, {"form": "csv"}).content.decode("utf-8-sig")
