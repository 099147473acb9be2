"""What telephones fetch: the pack, the forms, and one card that somebody holds out at a door."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation

from dinh.journal import access
from dinh.outreach.actions import devices
from dinh.outreach.actions.devices import home_of
from dinh.outreach.models import Device
from dinh.outreach.queries.pack import whole
from dinh.web.field import cards, offline
from dinh.web.field.api.phones import keys
from dinh.web.field.api.wire import NOT_UNDERSTOOD, Call, WireError, answer, endpoint

PURPOSE = "field.pack"


@endpoint("GET", "HEAD")
def pack(call: Call) -> dict[str, Any]:
    """Give the pack of the member's villages: whole, or what changed since the telephone's cursor."""
    asked = call.request.GET
    since, epoch = _number(asked.get("since", "0")), _number(asked.get("epoch", "0"))
    device = call.known
    language = _language(call)
    with translation.override(language):
        found = whole.pack(device, since=since, epoch=epoch, at=call.at, language=language)
    if found.households:
        _journal(call, found)
    _note(device, call, found.content, since)
    made = offline.made(language, home_of(device.account, call.at))
    return {
        **found.content,
        "forms": {"digest": made.digest, "url": f"{reverse('field:forms')}?lang={language}"},
        "cards": cards.cards(language),
        "voices": cards.spoken(language),
        **keys(call),
    }


@endpoint("GET", "HEAD")
def forms(call: Call) -> HttpResponse:
    """Give every form in one language; asked again with its ETag, it is not sent again."""
    language = _language(call)
    made = offline.made(language, home_of(call.known.account, call.at))
    if call.request.headers.get("If-None-Match", "").removeprefix("W/").strip('"') == made.digest:
        response = answer(call, {}, 304)
        response.content = b""
        del response["Content-Type"]
    else:
        response = answer(call, made.content)
    response["ETag"] = f'"{made.digest}"'
    response["Content-Language"] = language
    return response


def _journal(call: Call, found: whole.Pack) -> None:
    """Write down whose data went to a telephone: their households, a thousand to a row."""
    account, ids = call.known.account, found.households
    for start in range(0, len(ids), 1000):
        access.listed(
            subject_type="household", query={"pack": str(call.known.pk), "part": start // 1000},
            ids=ids[start : start + 1000], by=account, at=call.at, purpose=PURPOSE, unit=home_of(account, call.at),
        )  # fmt: skip


def _note(device: Device, call: Call, content: dict[str, Any], since: int) -> None:
    # What a telephone gives back as its cursor it has; what it is given now may yet be lost on the way.
    has = {"cursor": since, "epoch": content["epoch"]} if device.cursor != since else {}
    devices.touch(device, call.at, **has)


def _language(call: Call) -> str:
    """Return the language in which the app is read now; the telephone's when it does not say."""
    asked = call.request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else call.known.language


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise WireError(422, "not_understood", NOT_UNDERSTOOD, "update_app", where=["since", "epoch"])
    return int(text)
