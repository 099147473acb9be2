"""What a browser fetches to have the app: shell page, worker, manifest, words. Public, and the same for everybody.

What they hold is made by `shipped` and `words`; the app's files are asked under `/static/field/` by their plain
names, so that its modules import each other by relative paths.
"""

from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
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
    context = {"language": language, "languages": settings.LANGUAGES, "build": shipped.build()}
    with translation.override(language):
        return _asked_again(render(request, "field/shell.html", context), language)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the place that gives it the whole app as its scope."""
    response = HttpResponse(shipped.worker_script(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("field:door")
    return _asked_again(response)


@require_safe
def words(request: HttpRequest, language: str) -> HttpResponse:
    """Every word of the app in one language."""
    return _asked_again(_json(spoken.words(language), "application/json"), language)


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a telephone needs to install the app."""
    return _asked_again(_json(shipped.manifest(language), "application/manifest+json"), language)


def _json(content: object, kind: str) -> JsonResponse:
    return JsonResponse(content, content_type=kind, json_dumps_params={"ensure_ascii": False})


def _asked_again(response: HttpResponse, language: str = "") -> HttpResponse:
    # Kept by the worker, not by the browser's cache: that must ask each time whether there is a newer one.
    response["Cache-Control"] = "no-cache"
    response["Dinh-Field"] = "1"
    if language:
        response["Content-Language"] = language
    return response
