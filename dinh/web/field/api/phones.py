"""Telephones: enrolment, heartbeat, "my list of houses is erased"."""

from __future__ import annotations

from typing import Any

from dinh.directory import limits
from dinh.directory.limits import address
from dinh.outreach import sealing
from dinh.outreach.actions import devices
from dinh.outreach.actions.devices_keys import sealing_key, sealing_keys
from dinh.outreach.models import SealingKey
from dinh.outreach.queries.scope import epoch_of
from dinh.web.field.api.shapes import Beat, Enrol, Nothing
from dinh.web.field.api.wire import Call, WireError, endpoint

GUESSES = "20/10m"  # wrong codes from one address; right ones are not counted: a whole commune enrols on one evening
SCOPE = "field.enrol"


@endpoint("POST", known=False)
def enrol(call: Call) -> dict[str, Any]:
    """Make a telephone one of a member's, by a code that is good for 24 hours."""
    given = call.read(Enrol)
    limits.check(SCOPE, address(call.request), GUESSES, call.at)
    try:
        made = devices.enrol(
            code=given.code, label=given.label, language=given.language,
            public=sealing.unb64(given.public, sealing.POINT), app=given.app, at=call.at,
        )  # fmt: skip
    except devices.CodeRefused:
        limits.limit(SCOPE, address(call.request), GUESSES, call.at)
        raise
    except devices.TooManyDevices as refused:
        raise WireError(
            409, "too_many_devices", refused.message, "ask_leader",
            devices=[{"id": str(one.pk), "label": one.label} for one in refused.devices],
        ) from refused  # fmt: skip
    account = made.device.account
    return {
        "device": str(made.device.pk),
        "token": made.token,
        "account": {"id": str(account.pk), "name": account.full_name},
        "epoch": epoch_of(account),
        **keys(call),
    }


@endpoint("POST", revoked=True)
def beat(call: Call) -> dict[str, Any]:
    """Take note of how a telephone is, and tell the key to which it now seals."""
    told = call.read(Beat)
    devices.touch(
        call.known, call.at, unsent=told.unsent, oldest_unsent=told.oldest_unsent if told.unsent else None,
        app_version=told.app, persisted=told.persisted, free_mb=told.free_mb,
        sync_failures=sum(told.failures.values()),
    )  # fmt: skip
    return keys(call)


@endpoint("POST", revoked=True)
def wiped(call: Call) -> dict[str, Any]:
    """Note that a telephone erased its pack."""
    call.read(Nothing)
    devices.note_wiped(device=call.known, at=call.at)
    return {}


def keys(call: Call) -> dict[str, Any]:
    """Return the key to which telephones seal now, and all that still open."""
    current = sealing_key(call.at)
    return {"key": _key(current), "keys": [_key(one) for one in sealing_keys()]}


def _key(key: SealingKey) -> dict[str, str]:
    return {"id": key.id, "public": sealing.b64(bytes(key.public))}
