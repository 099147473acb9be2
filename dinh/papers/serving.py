"""Hands a stored file to a browser so that it can do no harm there. Who may read it is the caller's question."""

from __future__ import annotations

from django.http import FileResponse

from dinh.papers import rules
from dinh.papers.blobs import open_blob
from dinh.papers.models import Blob

# What a browser may show in place: kinds that run nothing in our origin. All else is only downloaded.
SHOWN = frozenset(rules.EXTENSIONS)


def serve(blob: Blob, filename: str, *, download: bool = False) -> FileResponse:
    """Answer with the file, under a name whose extension tells its true kind.

    filename  without its extension, or with a wrong one: it is put right
    download  ask the browser to save it even when it could show it

    Raises NotFound when the bytes are gone.
    """
    known = blob.media_type in SHOWN
    kind = blob.media_type if known else "application/octet-stream"
    response = FileResponse(
        open_blob(blob.sha256),
        as_attachment=download or not known,
        filename=_named(filename, kind),
        content_type=kind,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return response


def _named(filename: str, kind: str) -> str:
    stem = filename.replace("/", "-").replace("\\", "-")
    head, dot, extension = stem.rpartition(".")
    wanted = rules.EXTENSIONS.get(kind, "bin")
    if dot and extension.isalnum() and len(extension) <= 4:
        stem = head
    return f"{stem or 'file'}.{wanted}"
