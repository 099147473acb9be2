"""Designed answers to what goes wrong: a sentence, what was kept, and a next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.sizes import show_size

SECRET_NAMES = {"csrfmiddlewaretoken", "code", "otp", "pin", "login"}
KEPT_MAX = 400

HEADINGS = {
    400: lambda: _("We could not read this request"),
    403: lambda: _("This page is not for this account"),
    404: lambda: _("There is nothing here"),
    405: lambda: _("This page opens only with its button"),
    409: lambda: _("This has changed in the meantime"),
    413: lambda: _("This file is too large"),
    422: lambda: _("Something has to be corrected"),
    429: lambda: _("Please wait a little"),
    503: lambda: _("The house cannot write anything down just now"),
}
SENTENCES = {
    403: lambda: _("You are signed in with an account that may not open it. Nothing was changed."),
    404: lambda: _("The address may be mistyped, or it leads to something that this account may not see."),
    500: lambda: _(
        "It is not your fault. What was saved before is safe; the last step may not have been saved."
    ),
    503: lambda: _(
        "Nothing was lost: what was saved before is safe. "
        "The last step was not saved, so please do it again in a few minutes."
    ),
}


def wants_part(request: HttpRequest) -> bool:
    """Tell whether the answer is to stand inside a page that is there already (htmx): a pane, a list, a row."""
    whole = ("hx-boosted", "hx-history-restore-request")
    given = request.headers
    return given.get("hx-request") == "true" and not any(given.get(name) == "true" for name in whole)


def move_window(response: HttpResponse) -> HttpResponse:
    """Turn a redirect that answers a request for a part into one of the whole window: sign-in stands in no pane."""
    response["HX-Redirect"] = response["Location"]
    del response["Location"]
    response.status_code = 204
    return response


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal in the form in which it was asked."""
    sentence = str(error.message or "")
    faults = list(error.faults) if isinstance(error, Invalid) else []
    if request.path.startswith("/api/"):
        body: dict[str, Any] = {"code": error.code, "message": sentence}
        if faults:
            body["faults"] = [{"path": f.path, "code": f.code, "message": str(f.message)} for f in faults]
        return JsonResponse(body, status=error.status)
    if wants_part(request) and sentence:
        return _part(error.status, "", sentence, faults)
    response = _page(request, error.status, sentence, faults=faults, code=error.code)
    again_at = getattr(error, "again_at", None)
    if again_at is not None:
        response["Retry-After"] = str(max(1, int((again_at - timezone.now()).total_seconds())))
    return response


def _page(request: HttpRequest, status: int, sentence: str = "", **more: Any) -> HttpResponse:
    heading = HEADINGS.get(status, HEADINGS[409])()
    sentence = sentence or (SENTENCES[status]() if status in SENTENCES else "")
    if wants_part(request):
        return _part(status, heading, sentence, more.get("faults", ()))
    context = {
        "status": status,
        "heading": heading,
        "sentence": sentence,
        "back": _own_referer(request),
        **more,
    }
    return render(request, "components/errors/refused.html", context, status=status)


def _part(status: int, heading: str, sentence: str, faults: Sequence[Fault] = ()) -> HttpResponse:
    context = {"heading": heading, "sentence": sentence, "faults": faults}
    return HttpResponse(render_to_string("components/errors/part.html", context), status=status)


def _own_referer(request: HttpRequest) -> str:
    """Return the page one came from, when it is ours and another one."""
    came = urlsplit(request.headers.get("referer", ""))
    try:
        host = request.get_host()
    except DisallowedHost:  # this is the page that says so
        return ""
    return came.path if came.netloc == host and came.path != request.path else ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 when the form itself was too large."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _page(
        request, 400, _("Something in the address or in the form was not as expected. Go back and try again.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"code": "web.not_found", "message": _("There is nothing at this address.")}, status=404
        )
    return _page(request, 404)


def not_this_way(request: HttpRequest, allow: str) -> HttpResponse:
    """Answer 405: somebody read an address that only takes what a form sends, after changing the language say.

    allow  the methods that the address takes, as the header says them
    """
    sentence = _("It only takes what a form sends, and nothing was sent. Nothing was changed.")
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse({"code": "web.not_this_way", "message": sentence}, status=405)
    else:
        response = _page(request, 405, sentence, above=_page_above(request.path))
    response["Allow"] = allow
    return response


def _page_above(path: str) -> str:
    """Return the nearest address above one, which is where its form stood; the root when there is none."""
    while path.count("/") > 2:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        for address in (path, path.rstrip("/")):
            try:
                resolve(address)
            except Resolver404:
                continue
            return address
    return "/"


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413: the file was not kept, everything else was."""
    sentence = _(
        "A file may have at most %(size)s. Take the photo again at a smaller size, or bring the paper to the counter. "
        "What you had typed before is kept."
    ) % {"size": show_size(settings.DINH_MAX_UPLOAD_BYTES, get_language() or "vi")}
    return _page(request, 413, sentence)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503: the disk is full or the database does not answer."""
    if wants_part(request):
        return _part(503, HEADINGS[503](), SENTENCES[503]())
    context = {"heading": HEADINGS[503](), "sentence": SENTENCES[503]()}
    return HttpResponse(render_to_string("components/errors/unavailable.html", context), status=503)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking anything of the database."""
    from dinh.lib.request import request_id

    heading, sentence = _("Something broke on our side"), SENTENCES[500]()
    if wants_part(request):
        return _part(500, heading, sentence)
    context = {"heading": heading, "sentence": sentence, "request_id": request_id.get()[:12]}
    return HttpResponse(render_to_string("components/errors/broken.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Keep what was typed when a page had grown old: show it again with a button "send again".

    Only for a form that came from our own pages; another site must not be able to
    put its own values behind our button.
    """
    if not _from_here(request):
        return _page(request, 403, _("This form did not come from our pages, so nothing was sent."))
    return send_again(request, no_cookie=reason == REASON_NO_CSRF_COOKIE, status=403)


def send_again(
    request: HttpRequest,
    *,
    signed_out: bool = False,
    no_cookie: bool = False,
    sign_in: str = "portal:sign_in",
    status: int = 403,
) -> HttpResponse:
    """Show the posted values in hidden fields with a button that sends them again; they stay in the browser.

    sign_in  name of the page at which this person signs in
    """
    kept = [(name, value) for name, values in request.POST.lists() for value in values if not _secret(name)]
    context = {
        "kept": kept[:KEPT_MAX],
        "shown": [value for _name, value in kept if value.strip()][:KEPT_MAX],
        "action": request.get_full_path(),
        "signed_out": signed_out,
        "no_cookie": no_cookie,
        "sign_in": sign_in,
        "had_files": bool(request.FILES),
        "heading": _("Your answers are still here"),
    }
    response = render(request, "components/errors/send_again.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _secret(name: str) -> bool:
    return name in SECRET_NAMES or "password" in name.lower()


def _from_here(request: HttpRequest) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin") or request.headers.get("referer", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
