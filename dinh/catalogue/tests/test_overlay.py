"""A province's folder: whole items replaced, named values overridden, nothing cloned."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.catalogue.tests.samples import PROCEDURE, faults_of, small, write


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return small(tmp_path / "base")


@pytest.fixture
def province(tmp_path: Path) -> Path:
    return tmp_path / "province"


def test_a_later_folder_replaces_a_whole_item(base: Path, province: Path) -> None:
    theirs = PROCEDURE.replace('version = "1"', 'version = "2"').replace("value = 5", "value = 3")
    write(province, {"procedures/pavement_use": theirs})

    procedure = store.load([base, province]).procedures["pavement_use"]

    assert (procedure.version, procedure.time_limit.value) == ("2", 3)


def test_an_override_changes_only_what_it_names(base: Path, province: Path) -> None:
    override = 'version = "1-lao-cai"\n[fees.permit]\namount_vnd = 500\nsource = "Resolution 12"\n'
    write(province, {"procedures/pavement_use.override": override})

    before = store.load([base]).procedures["pavement_use"]
    after = store.load([base, province]).procedures["pavement_use"]

    assert (after.fees[0].amount_vnd, after.fees[0].source) == (500, "Resolution 12")
    assert (after.fees[0].per, after.title, after.pages) == ("tables", before.title, before.pages)


def test_two_folders_override_one_after_the_other(base: Path, province: Path, tmp_path: Path) -> None:
    commune = tmp_path / "commune"
    write(province, {"procedures/pavement_use.override": 'version = "1-p"\n[fees.permit]\namount_vnd = 500'})
    write(commune, {"procedures/pavement_use.override": 'version = "1-c"\n[time_limit]\nvalue = 2'})

    procedure = store.load([base, province, commune]).procedures["pavement_use"]

    assert (procedure.version, procedure.fees[0].amount_vnd, procedure.time_limit.value) == ("1-c", 500, 2)


def test_an_override_of_words_needs_no_version(base: Path, province: Path) -> None:
    write(province, {"procedures/pavement_use.override": '[title]\nvi = "Xin dùng vỉa hè"'})

    procedure = store.load([base, province]).procedures["pavement_use"]

    assert (procedure.title.vi, procedure.title.en) == ("Xin dùng vỉa hè", "Permit to use the pavement")


def test_an_override_with_legal_effect_needs_a_version_of_its_own(base: Path, province: Path) -> None:
    write(province, {"procedures/pavement_use.override": "[fees.permit]\namount_vnd = 500"})

    found = faults_of(base, province)

    file = f"{province}/procedures/pavement_use.override.toml"
    assert found == {f"{file}: version": "catalogue.version_unchanged"}


def test_an_override_of_something_unknown_is_a_fault(base: Path, province: Path) -> None:
    write(
        province,
        {
            "procedures/terrace.override": 'version = "2"',
            "procedures/pavement_use.override": 'version = "2"\n[fees.stamp]\namount_vnd = 500',
        },
    )

    found = faults_of(base, province)

    assert found == {
        f"{province}/procedures/terrace.override.toml": "catalogue.nothing_to_override",
        f"{province}/procedures/pavement_use.override.toml: fees[stamp]": "catalogue.nothing_to_override",
    }


def test_an_override_is_held_to_the_same_shape(base: Path, province: Path) -> None:
    write(province, {"procedures/pavement_use.override": 'version = "2"\n[fees.permit]\namount = 500'})

    file = f"{province}/procedures/pavement_use.override.toml"
    assert faults_of(base, province) == {f"{file}: fees[permit].amount": "catalogue.extra_forbidden"}


def test_get_reads_the_folders_of_the_settings(settings: object, tmp_path: Path) -> None:
    override = '[title]\nvi = "Giấy khai sinh"'
    write(tmp_path, {"procedures/birth_registration.override": override})

    settings.DINH_CATALOGUE_PATHS = [tmp_path]  # type: ignore[attr-defined]

    assert store.get().procedures["birth_registration"].title.vi == "Giấy khai sinh"
    assert store.get() is store.get()
