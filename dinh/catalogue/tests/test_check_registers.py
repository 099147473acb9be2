"""Registers: each wrong name or setting is told with its place; all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.catalogue.digest import digest
from dinh.catalogue.tests.samples import faults_of, small

FILE = "registers/permits.toml"
WHOLE = """
id = "permits"
title = { vi = "Sổ giấy phép" }
valid_from = 2025-01-01
source = "Invented example, no legal value"
version = "1"
key = "code"
valid_to_field = "until"
person = { name = "holder", number = "number", birth = "birth" }
others.witness = { name = "witness" }
fields = [
  { id = "code", type = "text", max_length = 20, title = { vi = "Mã" } },
  { id = "holder", type = "name", required = true, title = { vi = "Người được cấp" }, headers = ["chu the"] },
  { id = "number", type = "citizen_number", title = { vi = "Số" } },
  { id = "birth", type = "partial_date", title = { vi = "Ngày sinh" } },
  { id = "witness", type = "name", title = { vi = "Người làm chứng" }, readers = ["officer"] },
  { id = "until", type = "date", title = { vi = "Đến ngày" } },
]

[[contradictions]]
id = "twice"
title = { vi = "Hai giấy phép" }
advice = { vi = "Giữ một" }
kind = "twice"
where = "present(until)"
source = "Invented example, no legal value"
"""
CONTRADICTION = 'kind = "twice"\nwhere = "present(until)"'


def changed(old: str, new: str) -> str:
    assert old in WHOLE
    return WHOLE.replace(old, new, 1)


def test_the_whole_register_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(small(tmp_path, registers__permits=WHOLE)) == {}


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ('name = "holder"', 'name = "bearer"', "person.name", "catalogue.unknown_field"),
        ('birth = "birth"', 'birth = "holder"', "person.birth", "catalogue.wrong_type"),
        ('name = "witness"', 'name = "until"', "others[witness].name", "catalogue.wrong_type"),
        ('key = "code"', 'key = "kode"', "key", "catalogue.unknown_field"),
        ('key = "code"', 'key = "until"', "key", "catalogue.wrong_type"),
        ("max_length = 20", "max_length = 41", "key", "catalogue.long_key"),
        ('valid_to_field = "until"', 'valid_to_field = "code"', "valid_to_field", "catalogue.wrong_type"),
        ('version = "1"', 'version = "1"\nbands = { green = 70, yellow = 75 }', "bands", "catalogue.bands"),
        ('readers = ["officer"]', 'readers = ["pirate"]', "fields[witness].readers", "catalogue.unknown_role"),
        ('type = "text", max_length', 'type = "text", decimals = 1, max_length', "fields[code].decimals", "catalogue.useless_setting"),
        ('type = "text", max_length', 'type = "text", pattern = "(", max_length', "fields[code].pattern", "catalogue.pattern"),
        ('type = "text", max_length', 'type = "text", headers = ["Chủ thể"], max_length', "fields", "catalogue.duplicate_header"),
        ('type = "text", max_length', 'type = "text", precision = "day", max_length', "fields[code].precision", "catalogue.useless_setting"),
        (CONTRADICTION, 'kind = "also_in"', "contradictions[twice].other", "catalogue.contradiction_lacks"),
        (CONTRADICTION, 'kind = "also_in"\nother = "licences"', "contradictions[twice].other", "catalogue.unknown_register"),
        (CONTRADICTION, 'kind = "deceased"\nfield = "until"', "contradictions[twice].field", "catalogue.useless_setting"),
        (CONTRADICTION, 'kind = "age"', "contradictions[twice]", "catalogue.contradiction_lacks"),
        (CONTRADICTION, 'kind = "expired"\nfield = "code"', "contradictions[twice].field", "catalogue.wrong_type"),
        (CONTRADICTION, 'kind = "twice"\nrole = "mother"', "contradictions[twice].role", "catalogue.unknown_person"),
        (CONTRADICTION, 'kind = "twice"\nwhere = "until >"', "contradictions[twice].where", "catalogue.expression"),
        (CONTRADICTION, 'kind = "twice"\nwhere = "present(colour)"', "contradictions[twice].where", "catalogue.unknown_field"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, path: str, code: str
) -> None:
    found = faults_of(small(tmp_path, registers__permits=changed(old, new)))

    assert found == {f"{FILE}: {path}": code}


def test_a_form_cannot_ask_for_an_outline(tmp_path: Path) -> None:
    from dinh.catalogue.tests.samples import FORM

    found = faults_of(small(tmp_path, forms__person=FORM.replace('type = "text"', 'type = "geometry"', 1)))

    assert found == {"forms/person.toml: fields[school].type": "catalogue.only_registers"}


def test_what_was_published_keeps_its_digest_when_only_the_person_is_declared() -> None:
    # The digest that version 2025.1 of the register of births was published with in release 0.1.0.
    assert digest(store.get().registers["births"])[:16] == "b2f9d38ffcf2d464"


def test_who_reads_a_field_has_legal_effect() -> None:
    register = store.get().registers["pupils"]
    fields = tuple(field.model_copy(update={"readers": ()}) for field in register.fields)

    assert digest(register.model_copy(update={"fields": fields})) != digest(register)


def test_fourteen_registers_and_more_are_declared_with_the_people_they_are_about() -> None:
    registers = store.get().registers
    kept = {
        "pupils", "education_staff", "tax_codes", "tax_dependants", "social_protection", "people_of_merit", "employment",
        "union_members", "health_insurance", "land_parcels", "household_businesses", "household_bank_accounts",
        "office_equipment", "paper_births", "paper_marriages", "paper_deaths", "vehicles", "driving_licences",
        "construction_certificates", "judgments", "person_extract",
    }  # fmt: skip

    assert kept <= registers.keys()
    assert {id for id in kept if registers[id].person is None} == {"judgments"}
    assert all(registers[id].readers and registers[id].domain and registers[id].source for id in kept)
    assert all(registers[id].complete() for id in kept)
