"""`load`: every fault of every file is reported at once, with its file and its place in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.catalogue.tests.samples import FORM, LIST, PROCEDURE, REGISTER, ROLE, faults_of, small
from dinh.lib.errors import Invalid

FILE = "procedures/pavement_use.toml"


def changed(old: str, new: str, text: str = PROCEDURE) -> str:
    """Return the sample with one passage changed; fails when the passage is not there."""
    assert old in text
    return text.replace(old, new, 1)


def test_the_sample_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(small(tmp_path)) == {}


def test_five_faults_in_five_files_come_at_once(tmp_path: Path) -> None:
    small(
        tmp_path,
        procedures__pavement_use=changed("value = 5", 'value = "5"'),
        forms__person=changed('title = { vi = "Họ tên" }', 'title = { en = "Name" }', FORM),
        registers__permits=changed('version = "1"', 'version = "1"\ncolour = "red"', REGISTER),
        roles__officer="id = officer",
        lists__permissions=LIST.format(id="rights", entries='{ code = "a", title = { vi = "A" } }'),
    )

    found = faults_of(tmp_path)

    assert found == {
        "lists/permissions.toml: id": "catalogue.id_is_not_the_name",
        "forms/person.toml: fields[full_name].title.vi": "catalogue.missing",
        f"{FILE}: time_limit.value": "catalogue.int_type",
        "registers/permits.toml: colour": "catalogue.extra_forbidden",
        "roles/officer.toml": "catalogue.not_toml",
    }


def test_references_of_a_procedure_are_all_reported_together(tmp_path: Path) -> None:
    procedure = changed('role = "officer"', 'role = "inspector"')
    procedure = changed('visible_if = "tables > 10"', 'visible_if = "chairs > 10"', procedure)
    procedure = changed("{tables}", "{chairs}", procedure)
    procedure = changed('register_id = "permits"', 'register_id = "licences"', procedure)
    procedure = changed('sector = "streets"', 'sector = "roads"', procedure)
    small(tmp_path, procedures__pavement_use=procedure)

    found = faults_of(tmp_path)

    assert found == {
        f"{FILE}: steps[receive].role": "catalogue.unknown_role",
        f"{FILE}: fields[music].visible_if": "catalogue.unknown_field",
        f"{FILE}: summary_line": "catalogue.unknown_field",
        f"{FILE}: effects[0].register_id": "catalogue.unknown_register",
        f"{FILE}: sector": "catalogue.unknown_code",
    }


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ('id = "pavement_use"', 'id = "pavement"', "id", "catalogue.id_is_not_the_name"),
        ('visible_if = "tables > 10"', 'visible_if = "tables >"', "fields[music].visible_if", "catalogue.expression"),
        ('visible_if = "tables > 10"', 'visible_if = "present(applicant.birth)"', "fields[music].visible_if", "catalogue.looks_forward"),
        ('[result]', '[[documents]]\nid = "map"\ntitle = { vi = "Sơ đồ" }\n[[documents]]\nid = "map"\ntitle = { vi = "Bản đồ" }\n[result]', "documents[map]", "catalogue.duplicate_id"),
        ('type = "yes_no"', 'type = "choice"', "pages[what].fields[music].type", "catalogue.choice_of_what"),
        ('type = "yes_no"', 'type = "choice"\nlist = "tunes"', "pages[what].fields[music].list", "catalogue.unknown_list"),
        ('type = "yes_no"', 'type = "record"\nregister_id = "tunes"', "pages[what].fields[music].register_id", "catalogue.unknown_register"),
        ('type = "yes_no"', 'type = "place"\nwithin = "tables"', "fields[music].within", "catalogue.unknown_field"),
        ('type = "yes_no"', 'type = "text"\nprefill = ["answer.nothing"]', "fields[music].prefill", "catalogue.unknown_prefill"),
        ('type = "yes_no"', 'type = "text"\nprefill = ["record.permits.colour"]', "fields[music].prefill", "catalogue.unknown_prefill"),
        ('id = "music"', 'id = "bank_password"', "pages[what].fields[bank_password]", "catalogue.asks_for_secret"),
        ('vi = "Có nhạc không?"', 'vi = "Mã OTP"', "pages[what].fields[music]", "catalogue.asks_for_secret"),
        ('vi = "Có nhạc không?"', 'vi = "Mật khẩu ngân hàng"', "pages[what].fields[music]", "catalogue.asks_for_secret"),
        ('use = "person"', 'use = "animal"', "pages", "catalogue.unknown_form"),
        ('use = "person", ', 'use = "person", omit = ["age"], ', "pages[who].groups", "catalogue.unknown_field"),
        ('per = "tables"', 'per = "music"', "fees[permit].per", "catalogue.unknown_field"),
        ("share = 40", "share = 41", "steps", "catalogue.shares"),
        ('kind = "examine"', 'kind = "return"', "steps", "catalogue.steps_out_of_order"),
        ('id = "approve"', 'id = "sign"', "exclusive", "catalogue.unknown_step"),
        ('values = { holder = "applicant.full_name" }', "values = {}", "effects[0].values", "catalogue.effect_lacks"),
        ('values = { holder =', 'values = { colour = "tables", holder =', "effects[0].values.colour", "catalogue.effect_value"),
        ('kind = "enter_record"\nregister_id = "permits"\nvalues = { holder = "applicant.full_name" }', 'kind = "close_person"\nvalues = { person = "applicant.full_name" }', "effects[0].values", "catalogue.effect_lacks"),
        ('[result]', '[[documents]]\nid = "card"\ntitle = { vi = "Căn cước" }\nheld_as = ["population"]\n[result]', "documents[card]", "catalogue.asks_for_held_paper"),
        ('[result]', '[[documents]]\nid = "old"\ntitle = { vi = "Giấy cũ" }\nrequired = true\nheld_as = ["register:permits"]\n[result]', "documents[old]", "catalogue.asks_for_held_paper"),
        ('valid_from = 2026-01-01', 'valid_from = 2026-01-01\nvalid_to = 2025-12-31', "valid_to", "catalogue.validity"),
        ('id = "tables"', 'id = "tables"\nnot_before = "music"', "fields[tables].not_before", "catalogue.unknown_field"),
        ('valid_from = 2026-01-01', 'valid_from = 2026-01-01\nconsents = ["owner"]', "consents", "catalogue.unknown_code"),
        ('valid_from = 2026-01-01', 'valid_from = "2026-01-01"', "valid_from", "catalogue.date_type"),
        ('valid_from = 2026-01-01', 'valid_from = 2026-01-01\nsubject = "child"', "subject", "catalogue.unknown_group"),
        ('template = "permit"', 'template = "permit"\nnumber_format = "{book}"', "result.number_format", "catalogue.number_format"),
        ('code = "1.000001"', 'code = "1001"', "code", "catalogue.string_pattern_mismatch"),
    ],
)  # fmt: skip
def test_one_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, path: str, code: str) -> None:
    owners = LIST.format(id="consents", entries='{ code = "head", title = { vi = "Chủ hộ" } }')
    small(tmp_path, procedures__pavement_use=changed(old, new), lists__consents=owners)

    found = faults_of(tmp_path)

    assert found == {f"{FILE}: {path}": code}


def test_a_template_that_is_missing_is_a_fault_where_papers_are_at_hand(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "receipt.typ").touch()

    assert faults_of(tmp_path) == {f"{FILE}: result.template": "catalogue.unknown_template"}


def test_a_folder_of_an_unknown_kind_is_a_fault(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "procedure").mkdir()

    assert faults_of(tmp_path) == {"procedure": "catalogue.unknown_kind"}


def test_a_folder_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    missing = tmp_path / "lao_cai"

    assert faults_of(small(tmp_path / "base"), missing) == {str(missing): "catalogue.no_folder"}


def test_two_procedures_of_one_national_code_are_a_fault(tmp_path: Path) -> None:
    small(tmp_path, procedures__terrace=PROCEDURE.replace("pavement_use", "terrace"))

    assert faults_of(tmp_path) == {"procedures/terrace.toml: code": "catalogue.duplicate_code"}


def test_a_code_that_stands_twice_in_a_list_is_a_fault(tmp_path: Path) -> None:
    entry = '{ code = "streets", title = { vi = "Đường phố" } }'
    small(tmp_path, lists__sectors=LIST.format(id="sectors", entries=f"{entry}, {entry}"))

    assert faults_of(tmp_path) == {"lists/sectors.toml: entries[streets]": "catalogue.duplicate_id"}


def test_a_role_with_an_unknown_permission_is_a_fault(tmp_path: Path) -> None:
    small(tmp_path, roles__officer=changed("dossiers.read", "dossiers.burn", ROLE.format(id="officer")))

    assert faults_of(tmp_path) == {"roles/officer.toml: permissions": "catalogue.unknown_code"}


def test_a_condition_of_a_shared_group_is_told_where_it_stands(tmp_path: Path) -> None:
    small(tmp_path, forms__person=changed("age(birth) < 18", "age(birth <", FORM))

    assert faults_of(tmp_path) == {"forms/person.toml: fields[school].visible_if": "catalogue.expression"}


def test_a_code_with_a_zero_must_be_in_quotation_marks(tmp_path: Path) -> None:
    small(tmp_path, lists__sectors=LIST.format(id="sectors", entries="{ code = 01, title = { vi = 'x' } }"))

    assert faults_of(tmp_path)["lists/sectors.toml"] == "catalogue.not_toml"


def test_the_faults_are_told_in_words(tmp_path: Path) -> None:
    small(tmp_path, procedures__pavement_use=changed("value = 5", 'value = "5"'))

    with pytest.raises(Invalid) as refused:
        store.load([tmp_path])

    assert [fault.path for fault in refused.value.faults] == [f"{FILE}: time_limit.value"]
    assert len(str(refused.value.faults[0].message)) > 10


@pytest.mark.parametrize("own", ["line", "id", "book", "registered_on"])
def test_a_field_that_would_hide_what_is_known_of_the_record_is_a_fault(tmp_path: Path, own: str) -> None:
    field = f'{{ id = "{own}", type = "text", title = {{ vi = "Dòng" }} }}'
    small(tmp_path, registers__permits=changed("fields = [", f"fields = [{field}, ", REGISTER))

    assert faults_of(tmp_path) == {f"registers/permits.toml: fields[{own}]": "catalogue.name_of_the_record"}


def test_a_number_made_of_what_a_book_does_not_have_is_a_fault(tmp_path: Path) -> None:
    small(
        tmp_path,
        registers__permits=changed(
            'version = "1"', 'version = "1"\nnumber_format = "{sequence}/{year}"', REGISTER
        ),
    )

    assert faults_of(tmp_path) == {"registers/permits.toml: number_format": "catalogue.number_format"}
