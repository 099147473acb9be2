"""People and registers: found within reach, opened with a trace; nothing of another commune."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.population.models import Household, Import, Person
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import NUMBER, make_dossier, make_household, make_person, phuc

PEOPLE = "/vi/desk/people/"


def birth(cast: Cast, unit_name: str = "cocsan") -> Record:
    return registers.enter(
        register="births", unit=getattr(cast, unit_name), data=BIRTH, registered_on=date(2020, 3, 1),
        person=phuc(cast), person_name="Vàng Văn Phúc", provenance="import", by=None, at=timezone.now(),
    )  # fmt: skip


BIRTH = {"full_name": "Vàng Văn Phúc", "sex": "1", "birth": "1975-03-12", "birth_place": "Cốc San"}


def test_a_person_is_found_without_accents_and_the_search_is_written_down(cast: Cast, at_desk: Seat) -> None:
    person = phuc(cast)

    answer = at_desk(cast.reception).post(PEOPLE, {"q": "vang phuc"})

    assert "Vàng Văn Phúc" in answer.content.decode()
    assert Access.objects.get(kind="search").shown == [person.pk.hex]


def test_nobody_of_another_commune_is_found(cast: Cast, at_desk: Seat) -> None:
    make_person(cast.next_commune, full_name="Giàng A Páo")

    answer = at_desk(cast.reception).post(PEOPLE, {"q": "giang"})

    assert answer.context["rows"] == []


def test_without_a_question_nobody_is_listed(cast: Cast, at_desk: Seat) -> None:
    phuc(cast)

    answer = at_desk(cast.reception).get(PEOPLE)

    assert not answer.context["asked"]
    assert not Access.objects.exists()


def test_a_person_is_found_by_the_head_of_the_household(cast: Cast, at_desk: Seat) -> None:
    head = phuc(cast)
    home = make_household(cast.cocsan, cast.un_ta, head)
    child = make_person(cast.cocsan, full_name="Vàng Thị Mây", number="010190009999", household=home)

    answer = at_desk(cast.reception).post(PEOPLE, {"head": "vang van phuc"})

    assert {row["pk"] for row in answer.context["rows"]} == {head.pk, child.pk}


def test_opening_a_person_leaves_a_trace_that_the_person_sees(cast: Cast, at_desk: Seat) -> None:
    person = phuc(cast)
    client = at_desk(cast.reception)

    page = client.get(f"{PEOPLE}{person.pk}/")
    looked = client.get(f"{PEOPLE}{person.pk}/looked")

    assert NUMBER in page.content.decode()
    assert cast.reception.full_name in looked.content.decode()


def test_a_person_of_another_commune_is_not_opened(cast: Cast, at_desk: Seat) -> None:
    person = make_person(cast.next_commune, full_name="Giàng A Páo")

    for path in ("", "looked"):
        answer = at_desk(cast.reception).get(f"{PEOPLE}{person.pk}/{path}")
        assert answer.status_code == 403
        assert "Giàng A Páo" not in answer.content.decode()


def test_those_without_the_right_search_nobody(cast: Cast, at_desk: Seat) -> None:
    for account in (cast.clerk, cast.auditor, cast.province_viewer, cast.citizen):
        assert at_desk(account).post(PEOPLE, {"q": "phuc"}).status_code == 403


def test_a_household_shows_its_members(cast: Cast, at_desk: Seat) -> None:
    home = make_household(cast.cocsan, cast.un_ta, phuc(cast))

    answer = at_desk(cast.reception).get(f"/vi/desk/households/{home.pk}/")

    assert "Vàng Văn Phúc" in answer.content.decode()
    assert at_desk(cast.next_reception).get(f"/vi/desk/households/{home.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nhà số 7", "nhà số 7, thôn Ún Tà, xã Cốc San"),
        ("nhà số 7, Thôn Ún Tà", "nhà số 7, Thôn Ún Tà, xã Cốc San"),
    ],
)
def test_the_village_of_a_household_is_named_once(cast: Cast, at_desk: Seat, address: str, told: str) -> None:
    home = make_household(cast.cocsan, cast.un_ta, phuc(cast))
    Household.objects.filter(pk=home.pk).update(address=address)

    shown = at_desk(cast.reception).get(f"/vi/desk/households/{home.pk}/").context["address"]

    assert shown.startswith(told)


def test_a_register_is_searched_and_a_record_opened(cast: Cast, at_desk: Seat) -> None:
    record = birth(cast)
    client = at_desk(cast.examiner)

    assert client.get("/vi/desk/registers/").status_code == 200
    found = client.get("/vi/desk/registers/births/", {"q": "phuc"})
    page = client.get(f"/vi/desk/records/{record.pk}/")

    assert record.number in found.content.decode()
    assert "12/03/1975" in page.content.decode()
    assert Access.objects.filter(kind="open", subject=record.pk).count() == 1


def test_records_of_another_commune_stay_there(cast: Cast, at_desk: Seat) -> None:
    record = birth(cast, "next_commune")
    client = at_desk(cast.examiner)

    assert record.pk not in {line["pk"] for line in client.get("/vi/desk/registers/births/").context["lines"]}
    assert client.get(f"/vi/desk/records/{record.pk}/").status_code == 403


def test_a_register_is_sorted_paged_and_taken_away(
    cast: Cast, at_desk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinh.web.desk.views.tables.LIMIT", 2)
    dossiers = [make_dossier(cast, "approved") for _one in range(3)]
    client, url = at_desk(cast.examiner), "/vi/desk/registers/certified_copies/"

    newest = client.get(url)
    oldest = client.get(url, {"order": "oldest"})
    rest = client.get(f"{url}?{oldest.context['asked']['next']}")
    taken = client.get(url, {"order": "oldest", "form": "csv"})

    assert [line["number"] for line in newest.context["lines"]] == ["3/2026", "2/2026"]
    assert [line["number"] for line in oldest.context["lines"]] == ["1/2026", "2/2026"]
    assert [line["number"] for line in rest.context["lines"]] == ["3/2026"]
    assert rest.context["asked"]["next"] == ""
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + len(dossiers)
    assert Access.objects.get(kind="export", subject_type="record").actor == cast.examiner.pk
    looking = at_desk(cast.reception)
    assert "form=csv" not in looking.get(url).content.decode()
    assert looking.get(url, {"form": "csv"}).status_code == 403


def test_a_register_of_other_readers_is_not_there(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.police_officer).get("/vi/desk/registers/births/").status_code == 404
    assert at_desk(cast.examiner).get("/vi/desk/registers/no_such/").status_code == 404


CSV = "Họ và tên,Ngày sinh,Số định danh,Giới tính\nLý Thị Mẩy,12/03/1951,010151000001,Nữ\n{second}\n"
BAD = "Vàng A Sử,31/02/1980,010080000002,Nam"
GOOD = "Vàng A Sử,28/02/1980,010080000002,Nam"


def send(cast: Cast, client: object, second: str, unit: object = None) -> Import:
    file = SimpleUploadedFile("dan-cu.csv", CSV.format(second=second).encode(), "text/csv")
    client.post(f"{PEOPLE}import/", {"unit": str((unit or cast.cocsan).pk), "file": file})  # type: ignore[attr-defined]
    return Import.objects.get()


def test_a_file_is_checked_first_and_nothing_is_loaded(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)

    kept = send(cast, client, BAD)
    page = client.get(f"{PEOPLE}import/{kept.pk}/")

    assert (kept.rows, kept.good) == (2, 1)
    assert [fault["row"] for fault in page.context["wrong"]] == [3]
    assert page.content.decode().count(page.context["wrong"][0]["message"]) == 1
    assert not Person.objects.exists()


def test_the_faults_of_a_file_are_taken_away_to_be_corrected(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    url = f"{PEOPLE}import/{send(cast, client, BAD).pk}/?form=csv"

    lines = client.get(url).content.decode("utf-8-sig").splitlines()

    assert len(lines) == 2 and lines[1].startswith("3,Ngày sinh,")
    assert at_desk(cast.next_administrator).get(url).status_code == 403


def test_a_good_file_is_loaded_when_told_so(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    kept = send(cast, client, GOOD)

    client.post(f"{PEOPLE}import/{kept.pk}/")

    assert Person.objects.filter(unit=cast.cocsan).count() == 2


def test_with_faults_only_the_good_lines_come_in_and_only_when_said(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    kept = send(cast, client, BAD)

    assert client.post(f"{PEOPLE}import/{kept.pk}/").status_code == 422
    assert not Person.objects.exists()
    client.post(f"{PEOPLE}import/{kept.pk}/", {"good_only": "1"})
    assert Person.objects.count() == 1


def test_a_file_for_another_commune_is_not_taken(cast: Cast, at_desk: Seat) -> None:
    client = at_desk(cast.administrator)
    file = SimpleUploadedFile("dan-cu.csv", CSV.format(second=GOOD).encode(), "text/csv")

    answer = client.post(f"{PEOPLE}import/", {"unit": str(cast.next_commune.pk), "file": file})

    assert answer.status_code == 422
    assert not Import.objects.exists()


def test_a_check_is_seen_by_its_own_commune_only(cast: Cast, at_desk: Seat) -> None:
    kept = send(cast, at_desk(cast.administrator), BAD)

    assert at_desk(cast.next_administrator).get(f"{PEOPLE}import/{kept.pk}/").status_code == 403
    assert at_desk(cast.reception).get(f"{PEOPLE}import/").status_code == 403


def test_a_field_with_fewer_readers_is_shown_to_them_alone(cast: Cast, at_desk: Seat) -> None:
    record = registers.enter(
        register="social_protection", unit=cast.cocsan, registered_on=date(2026, 3, 1), person_name="Lù Thị Lý",
        data={"file_number": "BT99001", "full_name": "Lù Thị Lý", "account_number": "970099123456"},
        provenance="import", by=None, at=timezone.now(),
    )  # fmt: skip
    registers.amend(
        row=record, changes={"account_number": "970099654321"}, reason="Đổi tài khoản", provenance="correction",
        by=None, at=timezone.now(),
    )  # fmt: skip
    path = f"/vi/desk/records/{record.pk}/"

    social = at_desk(cast.social).get(path).content.decode()
    leader = at_desk(cast.leader).get(path).content.decode()

    assert "970099654321" in social
    assert "970099123456" in social
    assert "Lù Thị Lý" in leader
    assert "9700996" not in leader
    assert "9700991" not in leader
