"""A stored file reaches a browser under a true name, and can run nothing there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.lib.errors import NotFound
from dinh.papers import actions, blobs
from dinh.papers.models import Blob
from dinh.papers.serving import serve
from dinh.papers.tests.test_keep import PDF

pytestmark = pytest.mark.django_db


def test_a_pdf_is_shown_in_place_with_safe_headers(home: Path) -> None:
    response = serve(actions.keep(PDF, MONDAY_MORNING), "Trích lục khai sinh")

    assert b"".join(response.streaming_content) == PDF  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_download_is_an_attachment(home: Path) -> None:
    response = serve(actions.keep(PDF, MONDAY_MORNING), "don.pdf", download=True)

    assert response["Content-Disposition"] == 'attachment; filename="don.pdf"'


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("don.html", "don.pdf"),
        ("../../etc/passwd", "..-..-etc-passwd.pdf"),
        ("", "file.pdf"),
        ("a.b c d", "a.b c d.pdf"),
    ],
)
def test_the_name_tells_the_true_kind_and_no_path(home: Path, given: str, named: str) -> None:
    response = serve(actions.keep(PDF, MONDAY_MORNING), given)

    assert f'filename="{named}"' in response["Content-Disposition"]


def test_a_line_break_in_a_name_starts_no_header(home: Path) -> None:
    response = serve(actions.keep(PDF, MONDAY_MORNING), "a\r\nSet-Cookie: x=1")

    assert "\n" not in response["Content-Disposition"]
    assert "Set-Cookie" not in response


def test_another_kind_is_only_downloaded_and_never_under_its_own_type(home: Path) -> None:
    kept = actions.keep(PDF, MONDAY_MORNING)
    Blob.objects.update(media_type="text/html")
    kept.refresh_from_db()

    response = serve(kept, "page.html")

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="page.bin"'


def test_missing_bytes_are_not_found(home: Path) -> None:
    kept = actions.keep(PDF, MONDAY_MORNING)
    blobs.path_of(kept.sha256).unlink()

    with pytest.raises(NotFound):
        serve(kept, "don")
