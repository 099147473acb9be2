from __future__ import annotations

from typing import Any

import pytest

from dinh.journal import upcasters
from dinh.journal.fold import fold, history
from dinh.journal.models import Entry
from dinh.journal.tests.acts import make, rename
from dinh.lib.errors import Broken

pytestmark = pytest.mark.django_db


def test_a_row_is_the_fold_of_its_entries_in_any_order() -> None:
    thing = make(name="một")
    rename(thing, "hai")
    entries = history(thing.pk)

    assert fold(entries) == fold(reversed(entries)) == {"name": "hai", "version": 2}


def test_a_missing_version_is_not_folded_over() -> None:
    thing = make()
    rename(thing, "hai")
    rename(thing, "ba")
    entries = history(thing.pk)

    with pytest.raises(Broken, match="fold_gap"):
        fold([entries[0], entries[2]])
    with pytest.raises(Broken, match="fold_gap"):
        fold([entries[0], history(make().pk)[0]])


def test_an_erased_body_sets_nothing() -> None:
    thing = make()
    Entry.objects.update(body=None, salt=None)

    assert fold(history(thing.pk)) == {"version": 1}


def test_bodies_of_older_releases_pass_their_upcasters(monkeypatch: Any) -> None:
    monkeypatch.setattr(upcasters, "_upcasters", {})

    @upcasters.upcaster("things.made", 1)
    def split(body: dict[str, Any]) -> dict[str, Any]:
        return {"set": {"title": body["set"]["name"]}}

    @upcasters.upcaster("things.made", 2)
    def mark(body: dict[str, Any]) -> dict[str, Any]:
        return {"set": {**body["set"], "marked": True}}

    with pytest.raises(ValueError, match="already"):
        upcasters.upcaster("things.made", 1)(split)
    assert fold(history(make(name="x").pk)) == {"title": "x", "marked": True, "version": 1}
