"""Each verdict and reason, on rows whose fault is known."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from dinh.verification.engine.tests.town import Town, build

Prove = Callable[..., dict[str, dict[str, Any]]]
TCVN3 = str.maketrans(
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĐ",
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ§",
)


def without_marks(text: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return letters.replace("Đ", "D").replace("đ", "d")


@pytest.fixture(scope="module")
def faults() -> tuple[Town, dict[str, str]]:
    """A town whose register ends with one row per fault, about person 1000 and those after."""
    town = build()
    rows: dict[str, str] = {}

    def fault(name: str, pid: int, **changes: str) -> None:
        rows[name] = town.row(pid, **changes)["rid"]

    names = [person["full_name"] for person in town.people]
    fault("capitals", 1000, full_name=names[1000].upper())
    fault("decomposed", 1001, full_name=unicodedata.normalize("NFD", names[1001]))
    fault("tcvn3", 1002, full_name="Nguyễn Đức".translate(TCVN3) + " " + names[1002].translate(TCVN3))
    fault("marks", 1003, full_name=without_marks(names[1003]))
    fault("spaces", 1004, full_name=names[1004].replace(" ", "  ", 1) + " ")
    fault("order", 1005, full_name=" ".join(reversed(names[1005].split())))
    fault(
        "wrong_digit",
        1006,
        cccd=town.people[1006]["cccd"][:-1] + str((int(town.people[1006]["cccd"][-1]) + 5) % 10),
    )
    fault("of_another", 1007, cccd=town.people[2500]["cccd"])
    fault("zero_lost", 1008, cccd=town.people[1008]["cccd"].lstrip("0"))
    fault("cut", 1009, cccd=town.people[1009]["cccd"][:11])
    fault("old_in_field", 1010, cccd="171234567", cmnd="")
    fault("no_number", 1011, cccd="", cmnd="")
    year, month, day = town.people[1012]["dob"].split("-")
    fault("year_only", 1012, dob=year)
    fault("first_day", 1013, dob=f"01/01/{town.people[1013]['dob'][:4]}")
    fault(
        "short_date",
        1014,
        dob="{0[2]}/{0[1]}/{0[0]}".format([int(p) for p in town.people[1014]["dob"].split("-")]),
    )
    fault("sex_code", 1015, gender="1" if town.people[1015]["gender"] == "Nam" else "0")
    fault("other_sex", 1016, gender="Nữ" if town.people[1016]["gender"] == "Nam" else "Nam")
    fault(
        "former_unit", 1017, address="Thôn 3, xã Cẩm Khê, huyện Hà Trung, Thanh Hóa", commune_code="0380099"
    )
    fault("other_line", 1018, address="Thôn 77, xã Yên Lâm, tỉnh Thanh Hóa")
    fault("no_line", 1019, address="xã Yên Lâm, tỉnh Thanh Hóa")
    fault("first_copy", 1020)
    fault("second_copy", 1020, full_name=names[1020].upper())
    town.people[1021]["status"] = "dead"
    fault("dead", 1021)
    fault(
        "nobody",
        1022,
        cccd="001099123456",
        cmnd="",
        full_name="Kpă Y Blơm",
        dob="03/02/1931",
        gender="Nam",
        address="Thôn 9, xã Yên Lâm, tỉnh Thanh Hóa",
    )
    town.people[1023] |= {"commune_code": "0380001"}
    fault(
        "moved",
        1023,
        commune_code="0380002",
        address=f"{town.people[1023]['address']}, xã Phú Sơn, tỉnh Thanh Hóa",
    )
    return town, rows


@pytest.fixture(scope="module")
def answer(
    faults: tuple[Town, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    from dinh.verification.engine.run import Job, verify
    from dinh.verification.engine.tests.conftest import read

    town, rows = faults
    folder = tmp_path_factory.mktemp("town")
    town.write(folder)
    out = folder / "out.parquet"
    verify(
        Job(
            "person_extract",
            folder / "register.csv",
            folder / "population.csv",
            out,
            folder / "communes.csv",
            memory=1 << 30,
        )
    )
    found = read(out)
    return {"_all": found} | {name: found[rid] for name, rid in rows.items()}


def test_rows_that_tell_the_truth_are_verified_and_hold_all_four_criteria(answer: dict[str, Any]) -> None:
    truthful = [answer["_all"][str(rid)] for rid in range(1, 601)]

    assert {row["verdict"] for row in truthful} == {"verified"}
    assert all(row["dung"] and row["du"] and row["sach"] and row["song"] for row in truthful)
    assert all(row["reasons"] == [] and row["proposed"] is None for row in truthful)
    assert [row["pid"] for row in truthful] == [str(pid) for pid in range(600)]


@pytest.mark.parametrize(
    ("name", "pid", "verdict", "reason", "broken"),
    [
        ("capitals", 1000, "verified", "name_capitals", {"sach"}),
        ("decomposed", 1001, "verified", "name_not_composed", {"sach"}),
        ("marks", 1003, "corrected", "name_marks_lost", {"dung"}),
        ("spaces", 1004, "verified", "name_spaces", {"sach"}),
        ("order", 1005, "corrected", "name_order", {"dung"}),
        ("wrong_digit", 1006, "corrected", "number_slip", {"dung"}),
        ("of_another", 1007, "other_person", "number_of_another", {"dung"}),
        ("zero_lost", 1008, "verified", "number_zero_lost", {"sach"}),
        ("cut", 1009, "corrected", "number_cut", {"dung", "du", "sach"}),
        ("no_number", 1011, "verified", "number_missing", {"du"}),
        ("year_only", 1012, "verified", "birth_partial", {"du"}),
        ("sex_code", 1015, "verified", "sex_form", {"sach"}),
        ("other_sex", 1016, "corrected", "sex_differs", {"dung"}),
        ("no_line", 1019, "verified", "line_missing", {"du"}),
        ("first_copy", 1020, "verified", None, set()),
        ("second_copy", 1020, "duplicate", "duplicate", {"sach"}),
        ("dead", 1021, "dead", "dead", {"song"}),
        ("moved", 1023, "verified", "moved", {"song"}),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_breaks_its_criteria_alone(
    answer: dict[str, Any], name: str, pid: int, verdict: str, reason: str | None, broken: set[str]
) -> None:
    row = answer[name]

    assert (row["pid"], row["verdict"]) == (str(pid), verdict)
    if reason:
        assert reason in row["reasons"]
    failing = {criterion for criterion in ("dung", "du", "sach", "song") if not row[criterion]}
    assert failing - ({"song"} if name == "no_line" else set()) == broken


def test_nobody_has_no_person(answer: dict[str, Any]) -> None:
    row = answer["nobody"]

    assert (row["verdict"], row["pid"], row["proposed"]) == ("not_found", None, None)
    assert not row["dung"] and not row["song"] and row["du"]


def test_a_former_commune_leads_to_the_one_of_today(answer: dict[str, Any], faults: Any) -> None:
    person = faults[0].people[1017]

    assert "old_unit" in answer["former_unit"]["reasons"]
    assert ("moved" in answer["former_unit"]["reasons"]) == (person["commune_code"] != "0380001")


def test_corrections_are_what_the_population_says(answer: dict[str, Any], faults: Any) -> None:
    people = faults[0].people

    assert answer["marks"]["proposed"]["full_name"] == people[1003]["full_name"]
    assert answer["marks"]["proposed"]["cccd"] is None
    assert answer["wrong_digit"]["proposed"]["cccd"] == people[1006]["cccd"]
    year, month, day = people[1013]["dob"].split("-")
    assert answer["first_day"]["proposed"]["dob"] == f"{day}/{month}/{year}"
    assert answer["other_line"]["proposed"]["address"].startswith(people[1018]["address"] + ", xã ")


def test_only_a_row_without_person_has_no_pid(answer: dict[str, Any]) -> None:
    for row in answer["_all"].values():
        assert (row["pid"] is None) == (row["verdict"] == "not_found")
