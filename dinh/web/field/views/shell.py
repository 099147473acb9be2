"""What a browser fetches to have the app: shell page, worker, manifest, words. Public, and the same for everybody.

What they hold is made by `shipped` and `words`; the app's files are asked under `/field/app/` by their plain
names, so that its modules import each other by relative paths. Each goes out small, with an ETag: a telephone on a
thin line asks for them again and again, and gets them when they changed.
"""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePath

import brotli  # type: ignore[import-untyped]
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dinh.web.field import shipped
from dinh.web.field import words as spoken

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# Pictures and recordings come from the phone's own store.
POLICY = {
    "img-src": ["blob:"],
    "media-src": ["'self'", "blob:"],
    "worker-src": ["'self'"],
    "manifest-src": ["'self'"],
    "connect-src": ["'self'"],
}


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Lead to the app in the browser's language; Vietnamese when it asks for none of ours."""
    asked = translation.get_language_from_request(request)
    response = HttpResponseRedirect(
        reverse("field:shell", args=[asked if asked in LANGUAGES else LANGUAGES[0]])
    )
    response["Cache-Control"] = "no-store"
    return response


@csp_update(POLICY)  # type: ignore[arg-type]  # its stubs know no arguments of addresses
@require_safe
def shell(request: HttpRequest, language: str) -> HttpResponse:
    """The one page of the app, in one language; what it shows comes from the phone."""
    return _sent(request, shipped.shell(language), "text/html; charset=utf-8", language)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the place that gives it the whole app as its scope."""
    response = _sent(request, shipped.worker_script(), "text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("field:door")
    return response


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the app."""
    if name not in shipped.files():
        raise Http404(name)
    return _sent(request, shipped.content(name), f"{shipped.KINDS[PurePath(name).suffix]}; charset=utf-8")


@require_safe
def words(request: HttpRequest, language: str) -> HttpResponse:
    """Every word of the app in one language."""
    return _sent(request, _json(spoken.words(language)), "application/json", language)


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a telephone needs to install the app."""
    return _sent(request, _json(shipped.manifest(language)), "application/manifest+json", language)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


def _sent(request: HttpRequest, text: str, kind: str, language: str = "") -> HttpResponse:
    """Send a text as small as the browser takes it, or say that what it has is still good."""
    content = text.encode()
    accepted = request.headers.get("Accept-Encoding", "")
    way = next((one for one in ("br", "gzip") if one in accepted), "")
    tag = f'"{sha256(content).hexdigest()[:20]}{f"-{way}" if way else ""}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(_packed(content, way), content_type=kind)
        if way:
            response["Content-Encoding"] = way
    response["ETag"] = tag
    patch_vary_headers(response, ["Accept-Encoding"])
    # Kept by the worker, not by the browser's cache: that must ask each time whether there is a newer one.
    response["Cache-Control"] = "no-cache"
    response["Dinh-Field"] = "1"
    if language:
        response["Content-Language"] = language
    return response


@lru_cache(maxsize=128)
def _packed(content: bytes, way: str) -> bytes:
    if way == "br":
        return bytes(brotli.compress(content))
    return gzip.compress(content, 9) if way else content
