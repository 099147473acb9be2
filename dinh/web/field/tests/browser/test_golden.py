"""The browser answers as Python does: conditions, sealing, receipts, answers that cannot be read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from dinh.catalogue.shapes.procedure import Field
from dinh.dossiers.rules import values
from dinh.outreach import sealing
from dinh.web.field.phrases import faults
from dinh.web.field.tests.browser.node import Node

pytestmark = [pytest.mark.browser]
GOLDEN = Path(sealing.__file__).parent / "tests" / "golden"
EXAMPLES = Path(settings.BASE_DIR).parent / "catalogue" / "examples" / "expressions.json"
TODAY = "2026-11-22"
TYPED = {
    "date": [
        "12/03/1951",
        "1951",
        "30/02/2024",
        "12/3/51",
        "22112026",
        "1/1/20255",
        "x",
        "12-3-1951",
        "2999-01-01",
    ],
    "partial_date": [
        "03/1951",
        "1951-03",
        "00/1951",
        "__/__/1951",
        "ngày 12 tháng 3 năm 1951",
        "13/1951",
        "1700",
    ],
    "year": ["1951", "51", "1800"],
    "time": ["7:30", "7 giờ 30", "25:00", "7h", "7"],
    "integer": ["2", "1.000", "x", "-5", "999"],
    "money": ["1.000.000 đ", "-1", "2,000", "12x"],
    "name": ["Giàng Thị Lan", "Lan 2", "@", "  A   B "],
    "phone": ["0912 345 678", "+84912345678", "12", "+4912345678901"],
    "email": ["a@b.vn", "a@b", "x"],
    "text": ["a", "b" * 60],
    "citizen_number": ["010051001234", "123456789", "123", "01005100123x", "010 051 001 234"],
    "yes_no": ["yes", "no"],
}


@pytest.fixture(scope="module")
def page(chromium: Any) -> Any:
    """A page of the app's origin on which its modules can be asked."""
    node = Node(1)
    one = chromium.new_page()
    one.goto(f"{node.url}/field/vi/")
    yield one
    one.close()
    node.close()


def run(page: Any, module: str, work: str, given: Any) -> Any:
    """Call a module of the app."""
    return page.evaluate(f"async given => {{ const m = await import('/field/app/{module}'); {work} }}", given)


def test_every_example_of_a_condition_has_the_value_that_python_gives(page: Any) -> None:
    examples = json.loads(EXAMPLES.read_text())["examples"]

    found = run(page, "expr.js", "return given.map(e => m.evaluate(e.tree, e.answers, e.today));", examples)

    assert len(examples) > 80
    wrong = [
        (e["name"], e["expected"], got)
        for e, got in zip(examples, found, strict=True)
        if got != e["expected"]
    ]
    assert wrong == []
    assert [type(got) for got in found] == [type(e["expected"]) for e in examples]


def test_receipts_are_those_of_python(page: Any) -> None:
    golden = json.loads((GOLDEN / "receipts.json").read_text())

    found = run(
        page, "seal.js", "return Promise.all(given.map(m.receiptOf));", [one["op_id"] for one in golden]
    )

    assert found == [one["receipt"] for one in golden]


def test_ids_are_uuid7_and_sort_by_time(page: Any) -> None:
    early, late = run(page, "seal.js", "return given.map(m.uuid7);", [1_700_000_000_000, 1_700_000_000_001])

    assert early < late
    assert (early[14], early[19] in "89ab", len(early)) == ("7", True, 36)


def test_python_opens_what_the_browser_seals(page: Any) -> None:
    pair = sealing.make_pair()
    operation = {
        "op_id": "01932f5e-7c00-7abc-8def-0123456789ab",
        "device": "d",
        "seq": 3,
        "body": {"note": "Bà Lý – đã gặp"},
    }
    key = {"id": pair.id, "public": sealing.b64(pair.public)}

    made = run(page, "seal.js", """
      const device = await m.deviceKey();
      const file = await m.sealFile(new TextEncoder().encode('picture').buffer, given.key);
      return {envelope: await m.sealOperation(given.operation, given.key, device.pair.privateKey), public: device.public,
              extractable: device.pair.privateKey.extractable, field: await m.sealField('carer', '010051001234', 'd', given.key),
              sha256: file.sha256, file: [...file.bytes]};
    """, {"operation": operation, "key": key})  # fmt: skip

    assert json.loads(sealing.open_envelope(made["envelope"], sealing.unb64(made["public"]))) == operation
    assert sealing.open_box(made["field"], aad="field|carer|d") == b"010051001234"
    raw = bytes(made["file"])
    aad = f"blob|{made['sha256']}"
    assert sealing.open_bytes(raw[:16].decode(), raw[16:81], raw[81:93], raw[93:], aad=aad) == b"picture"
    assert made["extractable"] is False


def test_the_browser_opens_what_python_sealed(page: Any) -> None:
    """The derivation is the same both ways: golden envelopes made by Python open in WebCrypto."""
    golden = json.loads((GOLDEN / "sealing.json").read_text())

    found = page.evaluate("""async golden => {
      const {unb64, join, utf8} = await import('/field/app/seal.js');
      const pem = atob(golden.node.private_pkcs8);
      const curve = {name: 'ECDH', namedCurve: 'P-256'};
      const mine = await crypto.subtle.importKey('pkcs8', Uint8Array.from(pem, c => c.charCodeAt(0)), curve, false, ['deriveBits']);
      const device = await crypto.subtle.importKey('raw', unb64(golden.device.public), {name: 'ECDSA', namedCurve: 'P-256'}, false, ['verify']);
      const found = [];
      for (const {envelope: e} of golden.envelopes) {
        const epk = unb64(e.epk);
        const theirs = await crypto.subtle.importKey('raw', epk, curve, false, []);
        const secret = await crypto.subtle.deriveBits({name: 'ECDH', public: theirs}, mine, 256);
        const hkdf = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
        const key = await crypto.subtle.deriveKey({name: 'HKDF', hash: 'SHA-256', salt: join(epk, unb64(golden.node.public)),
          info: utf8('dinh field operation 1')}, hkdf, {name: 'AES-GCM', length: 256}, false, ['decrypt']);
        const about = `${e.op_id}|${e.device}|${e.seq}`;
        const plain = await crypto.subtle.decrypt({name: 'AES-GCM', iv: unb64(e.iv), additionalData: utf8(about)}, key, unb64(e.ct));
        const signed = await crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, device, unb64(e.sig), join(utf8(about + '|'), unb64(e.ct)));
        found.push([new TextDecoder().decode(plain), signed]);
      }
      return found;
    }""", golden)  # fmt: skip

    assert found == [[one["plain"], True] for one in golden["envelopes"]]


@pytest.mark.parametrize("kind", sorted(TYPED))
def test_an_answer_is_read_and_refused_with_the_words_of_python(page: Any, kind: str) -> None:
    about = (
        {"type": kind, "max_length": 50, "minimum": 0, "maximum": 100}
        if kind == "integer"
        else {"type": kind, "max_length": 50}
    )
    field = Field.model_validate({"id": "x", "title": {"vi": "x", "fr": "x", "en": "x"}, **about})

    found = run(page, "check.js", """
      await (await import('/field/app/dom.js')).load();
      return given.typed.map(raw => { try { return [m.read(given.field, raw, given.today), '']; } catch (e) { return [null, e.message]; } });
    """, {"typed": TYPED[kind], "field": about, "today": TODAY})  # fmt: skip

    with translation.override("vi"):
        expected = [_read(field, raw) for raw in TYPED[kind]]
    assert dict(zip(TYPED[kind], found, strict=True)) == dict(zip(TYPED[kind], expected, strict=True))


def _read(field: Field, raw: str) -> list[Any]:
    try:
        return [values.read(field, raw, {}, date.fromisoformat(TODAY)), ""]
    except values.Wrong as wrong:
        return [None, str(wrong.message)]


def test_sentences_shared_with_the_server_are_translated_there() -> None:
    with translation.override("fr"):
        same = [phrase for phrase in faults.PHRASES.values() if translation.gettext(phrase) == phrase]

    assert same == []
