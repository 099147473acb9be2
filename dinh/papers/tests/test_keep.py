"""A file is kept whole under its digest, or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction

from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.lib.errors import Invalid, NotFound, Refused
from dinh.papers import actions, blobs
from dinh.papers.models import Blob

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


def left_over(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")],
    ids=["pdf", "png", "jpg"],
)
def test_a_file_is_kept_under_its_digest_with_the_kind_of_its_bytes(
    home: Path, data: bytes, kind: str
) -> None:
    blob = actions.keep(data, MONDAY_MORNING)

    assert (blob.sha256, blob.size_bytes, blob.media_type) == (
        hashlib.sha256(data).hexdigest(),
        len(data),
        kind,
    )
    assert blobs.path_of(blob.sha256).read_bytes() == data
    assert left_over(home) == [blobs.path_of(blob.sha256)]
    assert blobs.path_of(blob.sha256).stat().st_mode & 0o077 == 0


def test_pieces_make_the_same_file_as_the_whole_and_it_is_stored_once(home: Path) -> None:
    whole = actions.keep(PDF, MONDAY_MORNING)

    pieces = actions.keep((PDF[at : at + 3] for at in range(0, len(PDF), 3)), MONDAY_MORNING)

    assert pieces == whole
    assert Blob.objects.count() == len(left_over(home)) == 1


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        pytest.param(b"<html><script>alert(1)</script></html>", "don.pdf", id="html-called-pdf"),
        pytest.param(b"\n" + PDF, "don.pdf", id="pdf-behind-another-byte"),
        pytest.param(b"%PDX-1.7 ....", "don.pdf", id="wrong-header"),
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00", "don.exe", id="program"),
        pytest.param(PDF, "anh.jpg", id="pdf-called-jpg"),
        pytest.param(PDF, "don.svg.PNG", id="pdf-called-png"),
        pytest.param(b"", "don.pdf", id="empty"),
        pytest.param(b"%PDF", "don.pdf", id="cut-in-its-header"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_left(
    home: Path, data: bytes, filename: str
) -> None:
    with pytest.raises(Invalid, match=r"papers\.not_what_it_says"):
        actions.keep(data, MONDAY_MORNING, filename=filename)

    assert not left_over(home)
    assert not Blob.objects.exists()


@pytest.mark.parametrize("filename", ["", "don", "don.PDF", "Đơn xin.v2.pdf", "don.docx"])
def test_a_name_that_promises_nothing_else_is_taken(home: Path, filename: str) -> None:
    assert actions.keep(PDF, MONDAY_MORNING, filename=filename).media_type == "application/pdf"


def test_a_file_too_large_is_refused_while_it_is_read(home: Path, settings: LazySettings) -> None:
    settings.DINH_MAX_UPLOAD_BYTES = 1024 * 1024
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        yield PDF
        while True:
            read += 1
            yield b"x" * 64 * 1024

    with pytest.raises(Invalid, match=r"papers\.too_large") as refused:
        actions.keep(endless(), MONDAY_MORNING)

    assert read == 16
    assert "1 MB" in str(refused.value.message)
    assert not left_over(home)


def test_a_file_of_exactly_the_limit_is_kept(home: Path, settings: LazySettings) -> None:
    settings.DINH_MAX_UPLOAD_BYTES = len(PDF)

    assert actions.keep(PDF, MONDAY_MORNING).size_bytes == len(PDF)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_plainly_and_leaves_nothing_half_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(Refused, match=r"papers\.disk_full"):
        actions.keep(PDF, MONDAY_MORNING)

    assert not left_over(home)
    assert not Blob.objects.exists()


def test_a_source_that_breaks_off_leaves_nothing(home: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield PDF
        raise ConnectionResetError(errno.ECONNRESET, "gone")

    with pytest.raises(ConnectionResetError):
        actions.keep(broken(), MONDAY_MORNING)

    assert not left_over(home)


def test_a_digest_without_file_is_not_found(home: Path) -> None:
    with pytest.raises(NotFound):
        blobs.open_blob("0" * 64)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_nothing_names_goes_with_its_row(home: Path) -> None:
    kept = actions.keep(PDF, MONDAY_MORNING)

    actions.forget([kept.sha256])

    assert not Blob.objects.exists()
    assert not blobs.path_of(kept.sha256).exists()
    assert actions.keep(PDF, MONDAY_MORNING).sha256 == kept.sha256  # and may come again
    assert blobs.path_of(kept.sha256).exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_is_there_again_when_what_threw_it_away_is_rolled_back(home: Path) -> None:
    kept = actions.keep(PDF, MONDAY_MORNING)

    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        actions.forget([kept.sha256])
        raise ZeroDivisionError

    assert Blob.objects.filter(pk=kept.pk).exists()
    assert blobs.path_of(kept.sha256).exists()
