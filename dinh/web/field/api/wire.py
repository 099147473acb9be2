"""How a telephone and the node talk: who it is, what it sent, what it is answered.

1. A request names its device in `Authorization: Dinh-Device ID.TOKEN`; cookies are not read (`middleware.NoSession`).
2. A body is JSON, plain or gzip; it is measured packed and unpacked before it is believed.
3. Every answer, of errors too, is a JSON object with `server_time`, `epoch` and `min_app`, and has the header
   `Dinh-Field: 1`: what a captive portal answers has neither.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from hmac import compare_digest
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ValidationError

from dinh.directory.limits import TooMany
from dinh.lib.errors import Invalid, Refused
from dinh.outreach.models import Device
from dinh.outreach.queries.scope import epoch_of

MIN_APP = 1
PACKED, PLAIN = 256 * 1024, 2 * 1024 * 1024  # bytes of one request, as sent and unpacked
PACK_FROM = 1024  # bytes from which an answer is packed
SCHEME = "Dinh-Device "
NOT_UNDERSTOOD = _("The node did not understand what the app sent. Nothing was taken in. Update the app.")
RE_ENROL = _("This telephone is not known here. Ask the digital officer for a code and enrol it again.")
WIPED = _(
    "This telephone was taken off the list. Its list of houses is erased; what was not sent yet can still be handed in."
)
UPDATE = _("The app is too old for this node. Close it and open it again to take the new one.")
TOO_MUCH = _("That is too much at once. Send it in smaller parts.")
UNKNOWN = _("This address is not known here. Update the app.")
METHOD = _("This address does not take that. Update the app.")

log = logging.getLogger("dinh.field")
M = TypeVar("M", bound=BaseModel)


class WireError(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, code: str, message: object, act: str = "nothing", **more: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.act, self.more = status, code, message, act, more


@dataclass
class Call:
    """One request of a telephone."""

    request: HttpRequest
    at: datetime
    device: Device | None = None

    @property
    def known(self) -> Device:
        """Return the device; only of endpoints that ask for one."""
        if self.device is None:
            raise WireError(401, "re_enrol", RE_ENROL, "re_enrol")
        return self.device

    def read(self, shape: type[M], packed: int = PACKED, plain: int = PLAIN) -> M:
        """Return the body in its shape. Raises WireError 400, 413 or 422; what was sent is not repeated."""
        try:
            return shape.model_validate_json(body_of(self.request, packed, plain))
        except ValidationError as wrong:
            where = sorted({".".join(str(part) for part in one["loc"]) for one in wrong.errors()})
            raise WireError(422, "not_understood", NOT_UNDERSTOOD, "update_app", where=where[:20]) from wrong


Endpoint = Callable[[Call], dict[str, Any] | HttpResponse]


def endpoint(
    *methods: str, known: bool = True, revoked: bool = False
) -> Callable[[Callable[..., dict[str, Any] | HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of a function that takes a `Call` and returns what to answer.

    known    only for an enrolled telephone
    revoked  for one that was taken off the list, too
    """

    def wrap(function: Callable[..., dict[str, Any] | HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(function)
        def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
            call = Call(request, timezone.now())
            language = translation.get_language_from_request(request)
            try:
                with translation.override(language):
                    _meant(request, methods)
                    if known:
                        call.device = device_of(request)
                        translation.activate(call.device.language)
                        _still_allowed(request, call.device, revoked)
                    given = function(call, **arguments)
                    return given if isinstance(given, HttpResponse) else answer(call, given)
            except (WireError, Refused) as error:
                with translation.override(call.device.language if call.device else language):
                    return refusal(call, error)

        return view

    return wrap


def device_of(request: HttpRequest) -> Device:
    """Return the telephone that asks. Raises WireError 401. One query."""
    given = request.headers.get("Authorization", "")
    name, _dot, token = given.removeprefix(SCHEME).partition(".")
    try:
        key = UUID(name) if given.startswith(SCHEME) else None
    except ValueError:
        key = None
    found = Device.objects.select_related("account").filter(pk=key).first() if key else None
    if found is None or not compare_digest(found.token, digest_of_token(token)):
        raise WireError(401, "re_enrol", RE_ENROL, "re_enrol")
    return found


def digest_of_token(token: str) -> str:
    """Return what the node keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def body_of(request: HttpRequest, packed: int = PACKED, plain: int = PLAIN) -> bytes:
    """Return the body, unpacked. Raises WireError 413 when it is larger than said, 400 when it is no gzip."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > max(packed, plain):
        raise WireError(413, "too_many", TOO_MUCH, "smaller")
    coding = request.headers.get("Content-Encoding", "").lower()
    if coding not in {"", "identity", "gzip"}:
        raise WireError(415, "not_understood", NOT_UNDERSTOOD, "update_app")
    most = packed if coding == "gzip" else plain
    sent = request.read(most + 1)
    if len(sent) > most:
        raise WireError(413, "too_many", TOO_MUCH, "smaller")
    return unpack(sent, plain) if coding == "gzip" else sent


def unpack(sent: bytes, most: int) -> bytes:
    """Return what gzip packed, never more than `most` bytes of it in memory."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(sent, most + 1)
    except zlib.error as wrong:
        raise WireError(400, "not_understood", NOT_UNDERSTOOD, "again") from wrong
    if len(content) > most:
        raise WireError(413, "too_many", TOO_MUCH, "smaller")
    if not unpacker.eof or unpacker.unused_data:
        raise WireError(400, "not_understood", NOT_UNDERSTOOD, "again")
    return content


def answer(call: Call, content: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Answer an object with what every answer says."""
    said = {
        "server_time": instant(call.at),
        "epoch": epoch_of(call.device.account) if call.device else 0,
        "min_app": str(MIN_APP),
        **content,
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return sent(call.request, text, status)


def sent(request: HttpRequest, text: bytes, status: int = 200, packed: bytes | None = None) -> HttpResponse:
    """Answer JSON text, packed when the telephone takes that."""
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    if takes and (packed is not None or len(text) >= PACK_FROM):
        # Level 4: a third of the time of level 9 for a twentieth more bytes.
        response = HttpResponse(
            packed or gzip.compress(text, 4, mtime=0), status=status, content_type="application/json"
        )
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(text, status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept-Encoding, Authorization"
    response["Dinh-Field"] = "1"
    return response


def refusal(call: Call, error: WireError | Refused) -> HttpResponse:
    """Answer an error: code, sentence, next act."""
    if isinstance(error, Refused):
        error = _of_house(error)
    log.info("refused", extra={"code": error.code, "status": error.status})
    content = {"error": error.code, "message": str(error.message), "act": error.act, **error.more}
    response = answer(call, content, error.status)
    if error.status in {429, 503}:
        # Telephones that were all sent away come back one by one.
        response["Retry-After"] = str(int(error.more.get("wait", 30)) + random.randint(0, 30))  # noqa: S311
    if error.status == 401:
        response["WWW-Authenticate"] = SCHEME.strip()
    return response


def instant(at: datetime) -> str:
    """Return a time as the wire writes it: "2026-11-22T03:04:05.678Z"."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@endpoint("GET", "HEAD", "POST", "PUT", "OPTIONS", known=False)
def unknown(call: Call, rest: str = "") -> dict[str, Any]:
    """Answer an address that is not there, in a form that the app knows."""
    raise WireError(404, "unknown_path", UNKNOWN, "update_app")


def _of_house(error: Refused) -> WireError:
    if isinstance(error, TooMany):
        wait = max(1, int((error.again_at - timezone.now()).total_seconds()))
        return WireError(429, "too_often", error.message, "wait", wait=wait)
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        more["faults"] = [{"path": f.path, "code": f.code, "message": str(f.message)} for f in error.faults]
    return WireError(error.status, error.code.removeprefix("outreach."), error.message, "ask_leader", **more)


def _meant(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        raise WireError(405, "method", METHOD, "update_app")
    version = request.headers.get("Dinh-App", "")
    if version.isdecimal() and len(version) < 9 and int(version) < MIN_APP:
        raise WireError(426, "update_app", UPDATE, "update_app")


def _still_allowed(request: HttpRequest, device: Device, revoked: bool) -> None:
    gone = device.revoked_at is not None or not device.account.is_active
    if gone and not revoked:
        raise WireError(423, "wiped", WIPED, "wipe")
