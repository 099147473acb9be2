"""The wire of telephones: enrolment, heartbeat, revocation, and garbage of every kind."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinh.directory.tests.cast import Cast
from dinh.outreach import carried, sealing
from dinh.outreach.actions import devices
from dinh.outreach.models import Device
from dinh.outreach.rules.devices import new_code
from dinh.outreach.tests.enrolled import Phone, make_field, make_phone

pytestmark = pytest.mark.django_db
API = "/field/api/1/"


def post(path: str, content: Any, phone: Phone | None = None, told: dict[str, str] | None = None) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {**(phone.header if phone else {}), **(told or {})}
    return Client().post(API + path, body, content_type="application/json", headers=headers)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return make_phone(make_field(cast).volunteer, at=timezone.now())


def test_a_telephone_enrols_and_is_known_from_then_on(cast: Cast) -> None:
    member = make_field(cast).volunteer
    _row, code = devices.make_enrol_code(account=member, by=member, at=timezone.now())
    point = sealing.point_of(ec.generate_private_key(sealing.CURVE).public_key())
    asked = {"code": code, "label": " Vivo Y21 ", "language": "vi", "public": sealing.b64(point), "app": "1"}

    response = post("enrol", asked)

    said = response.json()
    assert response.status_code == 200 and response["Dinh-Field"] == "1"
    assert said["account"] == {"id": str(member.pk), "name": member.full_name}
    assert said["key"] in said["keys"] and said["min_app"] == "1" and said["server_time"].endswith("Z")
    known = {"Authorization": f"Dinh-Device {said['device']}.{said['token']}"}
    assert post("beat", {"unsent": 0}, told=known).status_code == 200
    assert Device.objects.get().label == "Vivo Y21"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_clock_that_nobody_can_read_is_no_reason_to_hear_nothing(phone: Phone, at: str) -> None:
    assert post("beat", {"unsent": 3, "oldest_unsent": at}, phone).status_code == 200

    phone.device.refresh_from_db()
    assert (phone.device.unsent, phone.device.oldest_unsent) == (3, None)


def test_refusals_say_what_to_do_in_the_readers_language(cast: Cast) -> None:
    asked = {"code": new_code(), "label": "x", "public": "A" * 87}

    response = post("enrol", asked, told={"Accept-Language": "fr"})

    assert response.status_code == 409
    assert response.json()["error"] == "code_unknown"
    assert response.json()["act"] == "ask_leader"


def test_guessing_codes_ends_soon(cast: Cast) -> None:
    statuses = [
        post("enrol", {"code": new_code(), "label": "x", "public": "A" * 87}).status_code
        for _guess in range(22)
    ]

    assert statuses[:20] == [409] * 20
    last = post("enrol", {"code": new_code(), "label": "x", "public": "A" * 87})
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0 and last.json()["act"] == "wait"


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "Dinh-Device",
        "Dinh-Device x.y",
        "Bearer abc",
        "Dinh-Device 0193a5f0-7c1e-7b7a-9d6e-3c1f5a2b4c6d.z",
    ],
)
def test_an_unknown_telephone_is_told_to_enrol(db: None, shown: str) -> None:
    response = post("beat", {"unsent": 0}, told={"Authorization": shown} if shown else None)

    assert (response.status_code, response.json()["error"]) == (401, "re_enrol")


def test_a_wrong_token_is_an_unknown_telephone(phone: Phone) -> None:
    phone.token = phone.token[:-1] + ("A" if phone.token[-1] != "A" else "B")
    assert post("beat", {"unsent": 0}, phone).status_code == 401


def test_a_revoked_telephone_is_told_to_wipe_and_may_still_hand_in(phone: Phone) -> None:
    devices.revoke_device(device=phone.device, reason="mất", by=phone.device.account, at=timezone.now())

    refused = Client().get(API + "pack", headers=phone.header)
    assert (refused.status_code, refused.json()["error"]) == (423, "wiped")
    assert post("beat", {"unsent": 2}, phone).status_code == 200
    assert post("wiped", {}, phone).status_code == 200
    assert Device.objects.get().wiped_at is not None


def test_an_old_app_is_told_to_take_the_new_one(phone: Phone) -> None:
    response = post("beat", {"unsent": 0}, phone, {"Dinh-App": "0"})
    assert (response.status_code, response.json()["act"]) == (426, "update_app")


def test_packed_and_plain_bodies_are_read_and_a_bomb_is_not(phone: Phone) -> None:
    body = gzip.compress(json.dumps({"unsent": 4}).encode())
    assert post("beat", body, phone, {"Content-Encoding": "gzip"}).status_code == 200
    assert Device.objects.get().unsent == 4

    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 256 * 1024
    assert post("beat", bomb, phone, {"Content-Encoding": "gzip"}).status_code == 413
    assert post("beat", b"no gzip", phone, {"Content-Encoding": "gzip"}).status_code == 400
    assert post("beat", b"{}", phone, {"Content-Encoding": "br"}).status_code == 415


@pytest.mark.parametrize("path", ["", "nothing", "ops/x", "../pack"])
def test_an_unknown_address_answers_as_the_app_understands(db: None, path: str) -> None:
    response = Client().get(API + path)
    assert (response.status_code, response["Dinh-Field"]) == (404, "1")


def test_another_method_is_refused_in_the_same_form(phone: Phone) -> None:
    for method in ("get", "delete", "options", "patch"):
        response = getattr(Client(), method)(API + "beat", headers=phone.header)
        assert (response.status_code, response.json()["error"]) == (405, "method")


def test_no_cookie_is_read_or_given(phone: Phone, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.reception)
    response = client.post(
        API + "beat", b'{"unsent":0}', content_type="application/json", headers=phone.header
    )
    assert response.status_code == 200
    assert not response.cookies and "cookie" not in response["Vary"].lower()


def test_a_file_arrives_in_pieces_and_goes_on_where_it_ended(phone: Phone) -> None:
    from dinh.outreach.actions.devices_keys import sealing_key

    key = sealing_key(timezone.now())
    name, box = carried.seal_file(b"chu ky" * 1000, key_public=bytes(key.public), kid=key.id)
    url = f"{API}blob/{name}"

    def put(offset: int, piece: bytes) -> Any:
        head = {**phone.header, "Upload-Length": str(len(box))}
        return Client().put(f"{url}?offset={offset}", piece, "application/octet-stream", headers=head)

    assert put(0, box[:100]).json()["received"] == 100
    assert (put(0, box[:100]).status_code, put(0, box[:100]).json()["received"]) == (409, 100)
    assert Client().get(url, headers=phone.header).json()["received"] == 100
    assert put(100, box[100:]).json()["complete"] is True
    assert put(0, box).json()["complete"] is True
    assert carried.find(phone.device.pk, name) == b"chu ky" * 1000
    assert carried.find(phone.device.pk, "0" * 64) is None
    carried.forget(phone.device.pk, name)
    assert carried.find(phone.device.pk, name) is None


def test_a_file_that_is_not_what_its_name_says_begins_anew(phone: Phone) -> None:
    url = f"{API}blob/{'ab' * 32}?offset=0"
    head = {**phone.header, "Upload-Length": "200"}

    response = Client().put(url, b"x" * 200, "application/octet-stream", headers=head)

    assert (response.status_code, response.json()["error"]) == (422, "sealed_wrong")
    assert Client().get(url, headers=phone.header).json()["received"] == 0
    long = {**phone.header, "Upload-Length": str(10**9)}
    assert Client().put(url, b"x", "application/octet-stream", headers=long).status_code == 413
    assert Client().put(f"{API}blob/short", b"x", "a/b", headers=head).status_code == 422


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["code", "label", "language", "public", "app", "unsent", "failures", "ops", "v", "device",
                         "envelopes", "made_at", "number", "name", "birth_year"])  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["enrol", "beat", "wiped", "sealed", "lookup", "blob/x"]),
    body=st.binary(max_size=60)
    | st.dictionaries(NAMES, JSON, max_size=5).map(lambda one: json.dumps(one).encode()),
    packed=st.booleans(),
)
def test_garbage_is_answered_and_never_breaks_the_node(
    phone: Phone, path: str, body: bytes, packed: bool
) -> None:
    extra = {"Content-Encoding": "gzip"} if packed else {}
    response = post(path, gzip.compress(body) if packed else body, phone, extra)

    assert response.status_code < 500
    assert response["Dinh-Field"] == "1" and "server_time" in response.json()
