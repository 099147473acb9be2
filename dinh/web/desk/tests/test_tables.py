"""Tables of the desk are searched, sorted, paged and taken away: accounts, people, the catalogue, seals."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from dinh.directory import actions
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access, Seal
from dinh.journal.testing import settle
from dinh.population.models import Person
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier, make_person, phuc
from dinh.web.desk.views import finding, tables
from dinh.web.desk.views.tables import Asked

ADMIN, PEOPLE = "/vi/desk/admin/", "/vi/desk/people/"
ORDERS = {"name": "Name", "newest": "Newest"}


def taken(answer: Any) -> list[list[str]]:
    """Return the lines of a CSV file, without the one that names the columns."""
    assert answer["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def names(answer: Any) -> list[str]:
    return [line["name"] for line in answer.context["lines"]]


@pytest.mark.parametrize(
    "given", [{"order": "salary"}, {"start": "-1"}, {"start": "9" * 12}, {"form": "exe"}, {"q": " "}]
)
def test_what_is_not_understood_is_asked_as_usual(given: dict[str, str]) -> None:
    asked = Asked.of(given, ORDERS)

    assert (asked.q, asked.order, asked.start, asked.form) == ("", "name", 0, "")


def test_the_next_page_is_the_same_question_further_on() -> None:
    asked = Asked.of({"q": "a&b", "order": "newest", "start": "50"}, ORDERS)

    assert asked.drawn(more=True)["next"] == "q=a%26b&order=newest&start=100"
    assert asked.drawn(more=False)["first"] == "?q=a%26b&order=newest"


def test_accounts_stand_by_given_name_and_in_other_orders(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)

    by_name = names(client.get(f"{ADMIN}accounts/"))
    by_user = [one["username"] for one in client.get(f"{ADMIN}accounts/?order=username").context["lines"]]

    given = [one.rpartition(" ")[2] for one in by_name]
    assert given.index("Dũng") < given.index("Hương") < given.index("Minh")
    assert by_user == sorted(by_user)


def test_accounts_are_searched_by_role_and_state(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    actions.close_account(account=cast.clerk, by=cast.administrator, at=timezone.now())

    closed = names(client.get(f"{ADMIN}accounts/?state=closed"))
    leaders = names(client.get(f"{ADMIN}accounts/?q=kiem+tra"))

    assert closed == [cast.clerk.full_name]
    assert cast.auditor.full_name in leaders and cast.leader.full_name not in leaders


def test_somebody_whose_last_role_ended_stays_on_the_list(cast: Cast, at_desk: Seat) -> None:
    actions.withdraw_grant(grant=cast.clerk.grants.get(), by=cast.administrator, at=timezone.now())

    lines = at_desk(cast.administrator).get(f"{ADMIN}accounts/?state=idle").context["lines"]

    assert [line["pk"] for line in lines] == [cast.clerk.pk]


def test_accounts_come_page_by_page(cast: Cast, at_desk: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LIMIT", 4)
    client = at_desk(cast.administrator)

    seen, following = [], ""
    while True:
        page = client.get(f"{ADMIN}accounts/?{following}")
        seen += names(page)
        following = page.context["asked"]["next"]
        if not following:
            break

    assert len(seen) == len(set(seen)) == page.context["total"] > 4


def test_accounts_are_taken_away_by_their_administrator_and_it_is_written_down(
    cast: Cast, at_desk: Seat
) -> None:
    lines = taken(at_desk(cast.administrator).get(f"{ADMIN}accounts/?form=csv"))

    people = {line[0] for line in lines}
    assert cast.clerk.full_name in people and cast.next_reception.full_name not in people
    row = Access.objects.get(kind="export", subject_type="account")
    assert (row.actor, row.count) == (cast.administrator.pk, len(lines))
    assert at_desk(cast.leader).get(f"{ADMIN}accounts/?form=csv").status_code == 403


@pytest.fixture
def family(cast: Cast) -> list[Person]:
    """Three of one surname, whose given names stand otherwise than their surnames and ages."""
    made = [
        ("Vàng Thị Ánh", "1990-05-01", "1"),
        ("Vàng A Sử", "1951", "2"),
        ("Vàng Văn Bình", "2001-01-31", "3"),
    ]
    return [
        make_person(
            cast.cocsan, full_name=name, number=f"01000000000{n}", birth=birth, birth_year=int(birth[:4])
        )
        for name, birth, n in made
    ]


def found(client: Client, **asked: str) -> list[str]:
    return [row["name"] for row in client.post(PEOPLE, {"q": "vang", **asked}).context["rows"]]


def test_people_are_put_in_the_order_asked_for(cast: Cast, family: list[Person], at_desk: Seat) -> None:
    client = at_desk(cast.reception)

    assert found(client) == ["Vàng A Sử", "Vàng Thị Ánh", "Vàng Văn Bình"]
    assert found(client, order="given") == ["Vàng Thị Ánh", "Vàng Văn Bình", "Vàng A Sử"]
    assert found(client, order="oldest") == ["Vàng A Sử", "Vàng Thị Ánh", "Vàng Văn Bình"]
    assert found(client, order="youngest") == ["Vàng Văn Bình", "Vàng Thị Ánh", "Vàng A Sử"]


def test_sorted_people_come_page_by_page_and_only_those_shown_are_written_down(
    cast: Cast, family: list[Person], at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LIMIT", 2)
    client = at_desk(cast.reception)

    first = client.post(PEOPLE, {"q": "vang", "order": "oldest"})
    rest = client.post(PEOPLE, {"q": "vang", "order": "oldest", "start": first.context["found"].start})

    assert [row["name"] for row in rest.context["rows"]] == ["Vàng Văn Bình"]
    assert rest.context["found"].start == ""
    assert [row.count for row in Access.objects.filter(kind="search").order_by("at")] == [2, 1]


def test_too_many_people_stand_as_they_are_read_and_the_page_says_so(
    cast: Cast, family: list[Person], at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "SORTED_MOST", 2)

    answer = at_desk(cast.reception).post(PEOPLE, {"q": "vang", "order": "youngest"})

    assert answer.context["found"].unsorted
    assert [row["name"] for row in answer.context["rows"]] == ["Vàng A Sử", "Vàng Thị Ánh", "Vàng Văn Bình"]


def test_people_found_are_taken_away_and_each_can_see_it(
    cast: Cast, family: list[Person], at_desk: Seat
) -> None:
    make_person(cast.next_commune, full_name="Vàng Thị Xa", number="010000000009")

    lines = taken(at_desk(cast.examiner).post(PEOPLE, {"q": "vang", "order": "given", "form": "csv"}))

    assert [line[0] for line in lines] == ["Vàng Thị Ánh", "Vàng Văn Bình", "Vàng A Sử"]
    row = Access.objects.get()
    assert (row.kind, row.actor) == ("export", cast.examiner.pk)
    assert set(row.shown) == {one.pk.hex for one in family}


def test_people_are_not_taken_away_without_a_question_or_the_right(cast: Cast, at_desk: Seat) -> None:
    phuc(cast)

    nothing = at_desk(cast.examiner).post(PEOPLE, {"form": "xlsx"})

    assert nothing["Content-Type"].startswith("text/html") and nothing.context["rows"] == []
    for account in (cast.clerk, cast.reception):  # reception looks people up, and takes no list of them away
        assert at_desk(account).post(PEOPLE, {"q": "vang", "form": "csv"}).status_code == 403
    assert not Access.objects.exists()


def test_more_people_than_a_file_holds_are_not_cut_off_in_silence(
    cast: Cast, family: list[Person], at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "TAKEN_MOST", 2)

    answer = at_desk(cast.examiner).post(PEOPLE, {"q": "vang", "form": "csv"})

    assert answer["Content-Type"].startswith("text/html")
    assert "2 người" in answer.content.decode()
    assert not Access.objects.filter(kind="export").exists()


def test_the_catalogue_is_searched_sorted_and_taken_away(cast: Cast, at_desk: Seat) -> None:
    client, url = at_desk(cast.reception), f"{ADMIN}catalogue/"

    one = client.get(url, {"q": "khai sinh"}).context["lines"]
    codes = [line["code"] for line in client.get(url, {"order": "code"}).context["lines"]]
    book = openpyxl.load_workbook(io.BytesIO(client.get(url, {"form": "xlsx"}).content))

    assert "birth_registration" in {line["id"] for line in one} and len(one) < len(codes)
    assert codes == sorted(codes)
    assert book.active.max_row == 1 + len(client.get(url).context["lines"])
    assert "0 thủ tục" not in client.get(url, {"q": "zzzz"}).content.decode()
    assert client.get(url, {"q": "zzzz"}).context["lines"] == []


@pytest.mark.django_db(transaction=True)
def test_a_seal_is_found_by_day_position_and_head(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast)
    settle()
    client, url, last = (
        at_desk(cast.auditor),
        f"{ADMIN}journal/",
        Seal.objects.filter(stream="log").latest("at"),
    )
    head = bytes(last.head).hex()

    def numbers(**asked: str) -> list[tuple[str, int]]:
        return [(str(line["head"]), line["number"]) for line in client.get(url, asked).context["seals"]]

    this = (head, last.number)
    assert numbers(q=head) == [this]
    assert this in numbers(q=head[:20])
    assert this in numbers(q=str(last.first_position), stream="log")
    assert this not in numbers(q=str(last.last_position + 1), stream="log")
    assert this in numbers(q=f"{timezone.localtime(last.at):%d/%m/%Y}")
    assert numbers(q="01/01/2020") == numbers(q="không có") == []
    assert this not in numbers(stream="access")
    assert [line[4] for line in taken(client.get(url, {"form": "csv", "stream": "log"}))][0] == head
