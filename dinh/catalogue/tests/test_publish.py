"""Publishing: a version is kept for ever, and the same version with another effect is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dinh.catalogue import digest as digests
from dinh.catalogue import store
from dinh.catalogue.diff import changes
from dinh.catalogue.digest import digest
from dinh.catalogue.models import Published
from dinh.catalogue.tests.samples import FORM, PROCEDURE, small
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Old versions are remembered by the process; another test has others of the same name."""
    store.forget()
    yield
    store.forget()


AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


def versions(tmp_path: Path, *texts: str, form: str = FORM) -> list[store.Catalogue]:
    """Return one small catalogue for each text of the procedure."""
    return [
        store.load([small(tmp_path / str(number), procedures__pavement_use=text, forms__person=form)])
        for number, text in enumerate(texts)
    ]


@pytest.mark.django_db
def test_each_version_is_kept_once_and_journalled(tmp_path: Path) -> None:
    (catalogue,) = versions(tmp_path, PROCEDURE)

    first = store.publish(catalogue, AT)
    second = store.publish(catalogue, AT)

    assert sorted((row.kind, row.item) for row in first) == [
        ("procedure", "pavement_use"),
        ("register", "permits"),
    ]
    assert second == []
    assert Published.objects.count() == 2
    assert Entry.objects.filter(kind="catalogue.published").count() == 2


@pytest.mark.django_db
def test_the_same_version_with_another_effect_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    old, new = versions(tmp_path, PROCEDURE, PROCEDURE.replace("value = 5", "value = 6"))
    store.publish(old, AT)

    with pytest.raises(Invalid) as refused:
        store.publish(new, AT)

    assert refused.value.code == "catalogue.version_reused"
    assert [fault.path for fault in refused.value.faults] == ["procedures/pavement_use.toml: version"]
    assert Published.objects.count() == 2


@pytest.mark.django_db
def test_better_words_need_no_new_version(tmp_path: Path) -> None:
    old, new = versions(tmp_path, PROCEDURE, PROCEDURE.replace("Cấp phép sử dụng", "Xin dùng"))
    store.publish(old, AT)

    assert store.publish(new, AT) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("amount_vnd = 1000", "amount_vnd = 1001", id="fee"),
        pytest.param("value = 5", "value = 4", id="time-limit"),
        pytest.param("minimum = 1", "minimum = 2", id="limit-of-an-answer"),
        pytest.param('"tables > 10"', '"tables > 9"', id="when-a-question-is-asked"),
        pytest.param("share = 40", "share = 40 # same", id="a-comment-changes-nothing"),
    ],
)
def test_the_digest_covers_what_has_legal_effect(tmp_path: Path, old: str, new: str) -> None:
    before, after = versions(tmp_path, PROCEDURE, PROCEDURE.replace(old, new))

    equal = digest(before.procedures["pavement_use"]) == digest(after.procedures["pavement_use"])

    assert equal is ("same" in new)


def test_the_digest_covers_the_shared_groups(tmp_path: Path) -> None:
    (before,) = versions(tmp_path / "a", PROCEDURE)
    (after,) = versions(tmp_path / "b", PROCEDURE, form=FORM.replace("< 18", "< 16"))

    assert digest(before.procedures["pavement_use"]) != digest(after.procedures["pavement_use"])


@pytest.mark.django_db
def test_an_old_version_comes_back_as_it_was(tmp_path: Path) -> None:
    (catalogue,) = versions(tmp_path, PROCEDURE)
    store.publish(catalogue, AT)

    found = store.get_procedure("pavement_use", "1")

    assert found == catalogue.procedures["pavement_use"]
    assert digest(found) == digest(catalogue.procedures["pavement_use"])


@pytest.mark.django_db
def test_a_version_of_an_older_format_is_read_by_way_of_upcasters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (catalogue,) = versions(tmp_path, PROCEDURE)
    store.publish(catalogue, AT)
    row = Published.objects.get(item="pavement_use")
    row.content["name"] = row.content.pop("title")  # as an older shape might have called it
    row.save()

    def renamed(old: dict[str, Any]) -> dict[str, Any]:
        return {"title": old["name"]} | {key: value for key, value in old.items() if key != "name"}

    monkeypatch.setattr(digests, "FORMAT", 2)
    monkeypatch.setitem(digests.UPCASTERS, 1, renamed)
    store.forget()

    assert store.get_procedure("pavement_use", "1") == catalogue.procedures["pavement_use"]


@pytest.mark.django_db
def test_a_version_that_nobody_published_is_not_found() -> None:
    assert store.get_procedure("birth_registration").version
    with pytest.raises(NotFound):
        store.get_procedure("birth_registration", "1999.1")
    with pytest.raises(NotFound):
        store.get_procedure("witchcraft")


def test_changes_are_told_by_stable_id(tmp_path: Path) -> None:
    moved = PROCEDURE.replace('version = "1"', 'version = "2"').replace("value = 5", "value = 4")
    moved = moved.replace('id = "music"', 'id = "noise"')
    old, new = versions(tmp_path, PROCEDURE, moved)

    found = changes(old.procedures["pavement_use"], new.procedures["pavement_use"])

    assert [(change.kind, change.place) for change in found] == [
        ("removed", "fields.music"),
        ("added", "fields.noise"),
        ("changed", "time_limit.value"),
    ]


@pytest.mark.django_db
def test_the_shipped_catalogue_can_be_published() -> None:
    new = store.publish(store.get(), AT)

    catalogue = store.get()
    kinds = ("procedures", "registers", "measures", "indicators", "activities")
    assert len(new) == sum(len(getattr(catalogue, kind)) for kind in kinds)
