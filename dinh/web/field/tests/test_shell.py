"""What a telephone fetches to have the app: under the addresses that its worker keeps, small, and asked for again cheaply."""

from __future__ import annotations

import gzip
import re
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.test import Client

from dinh.web.field import shipped

PAGES = (
    "/field/vi/",
    "/field/fr/words.json",
    "/field/en/app.webmanifest",
    "/field/sw.js",
    "/field/app/views/day.js",
)


def test_all_that_the_page_asks_for_is_what_its_worker_keeps(settings: Any) -> None:
    # As on a node, where other faces have digests in the names of their files.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    shipped.shell.cache_clear()
    page = Client().get("/field/vi/").content.decode()

    asked = set(re.findall(r'(?:href|src)="([^"]+)"', page))

    kept = {shipped.address(name) for name in shipped.files()} | set(shipped.shells())
    assert len(asked) > 20 and asked <= kept
    assert set(shipped.modules()) < asked


@pytest.mark.parametrize("place", PAGES)
def test_it_is_sent_packed_and_only_when_it_changed(place: str) -> None:
    plain = Client().get(place)
    packed = Client().get(place, headers={"Accept-Encoding": "gzip, br"})
    older = Client().get(place, headers={"Accept-Encoding": "gzip"})

    again = Client().get(place, headers={"Accept-Encoding": "gzip, br", "If-None-Match": packed["ETag"]})

    assert brotli.decompress(packed.content) == gzip.decompress(older.content) == plain.content
    assert (again.status_code, again.content) == (304, b"")
    assert len({plain["ETag"], packed["ETag"], older["ETag"]}) == 3
    assert "Accept-Encoding" in packed["Vary"] and packed["Cache-Control"] == "no-cache"


@pytest.mark.django_db
def test_only_files_of_the_app_are_given() -> None:
    assert [
        Client().get(f"/field/app/{name}").status_code for name in ("worker.js", "../apps.py", "x.js")
    ] == [404] * 3


def test_what_is_left_out_of_a_module_is_said_to_its_readers_alone() -> None:
    for name in shipped.files():
        if not name.endswith(".js"):
            continue
        whole, sent = (shipped.FOLDER / name).read_text(), shipped.content(name)
        assert sent.count("\n") == whole.count("\n"), name
        assert re.findall(r"^export .*?[({=]", sent, re.M) == re.findall(r"^export .*?[({=]", whole, re.M), (
            name
        )
        assert not re.search(r"^\s*//|/\*\*", sent, re.M), name
