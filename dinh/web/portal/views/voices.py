"""Recordings of sentences, for everybody: portal, kiosk, telephones. They hold nobody's data but the speaker's voice."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dinh.lib.errors import NotFound
from dinh.outreach.queries.voices import find_audible
from dinh.papers.blobs import open_blob

FOR_EVER, A_DAY = "public, max-age=31536000, immutable", "public, max-age=86400"
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


@require_safe
def play(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """Answer the sound of a sentence; with `?v=<digest>` it may be kept for ever. Parts are answered (iPhones ask)."""
    found = find_audible(key, language)
    if found is None:
        raise Http404
    blob = found.blob
    etag = f'"{blob.sha256[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        try:
            with open_blob(blob.sha256) as file:
                response = _part(request, file.read(), blob.media_type)
        except NotFound as gone:
            raise Http404 from gone
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = FOR_EVER if request.GET.get("v", "") == blob.sha256[:16] else A_DAY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _part(request: HttpRequest, data: bytes, kind: str) -> HttpResponse:
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        return HttpResponse(data, content_type=kind)
    first, last = asked.groups()
    start = int(first) if first else max(len(data) - int(last), 0)
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end:
        response = HttpResponse(status=416, content_type=kind)
        response["Content-Range"] = f"bytes */{len(data)}"
        return response
    response = HttpResponse(data[start : end + 1], status=206, content_type=kind)
    response["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return response
