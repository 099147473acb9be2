"""Filling forms at a door: what is known is there, what is not is not made up, nothing is thrown away by one press."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.outreach import sealing
from dinh.web.field.tests.browser.node import Node
from dinh.web.field.tests.browser.phone import Phone
from dinh.web.field.tests.browser.test_troubles import NEXT_CODE, send_now

pytestmark = [pytest.mark.browser, pytest.mark.long]
PICTURE = """() => new Promise(done => {
  const canvas = document.createElement('canvas');
  canvas.width = 400; canvas.height = 300;
  canvas.toBlob(async blob => done([...new Uint8Array(await blob.arrayBuffer())]), 'image/png');
})"""


def begin(phone: Phone, node: Node, about: int | None) -> None:
    """Begin a request of the head of the first house, for somebody of it."""
    house = node.households[0]
    phone.go(f"file/{house['i']}/{house['p'][0]['i']}")
    phone.page.locator("select").select_option("" if about is None else house["p"][about]["i"])
    phone.press("Bắt đầu")
    phone.page.locator("form.step").wait_for()


@pytest.mark.parametrize("about", [None, 0, 1])
def test_whom_a_request_is_about_is_filled_in_only_when_it_is_another_person(
    phone: Phone, node: Node, about: int | None
) -> None:
    phone.enrol()

    begin(phone, node, about)

    people = node.households[0]["p"]
    elder = phone.page.locator("[name='elder.full_name']").input_value()
    assert elder == (people[1]["n"] if about == 1 else "")
    assert phone.page.locator("[name='applicant.full_name']").input_value() == people[0]["n"]


def test_what_an_answer_makes_known_is_filled_in_on_the_next_page(phone: Phone, node: Node) -> None:
    phone.enrol()
    begin(phone, node, None)
    phone.page.locator("[name='elder.full_name']").fill("Vàng Thị Xuân")

    phone.press("Tiếp tục")

    phone.page.locator("[name=asker]").wait_for()
    assert phone.page.locator("[name=asker]").input_value() == node.households[0]["p"][0]["n"]


def test_what_was_only_looked_at_leaves_nothing_and_what_was_begun_goes_on(phone: Phone, node: Node) -> None:
    phone.enrol()
    for _time in range(2):
        phone.go(f"house/{node.households[0]['i']}")
        phone.press("Ghi khó khăn")
        phone.page.locator("form.step").wait_for()
    phone.go("today")
    phone.title("Hôm nay")
    assert phone.page.locator("h2", has_text="Đang làm dở").count() == 0
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi khó khăn")
    phone.page.locator("[name=words]").fill("Không có sóng")
    phone.page.wait_for_timeout(600)  # what is typed is saved when the fingers rest

    phone.press("Bỏ, không ghi")

    phone.page.get_by_role("alert").filter(has_text="sẽ mất").wait_for()
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi khó khăn")
    assert phone.page.locator("[name=words]").input_value() == "Không có sóng"
    phone.press("Bỏ, không ghi")
    phone.press("Bỏ hẳn")
    phone.title(node.households[0]["a"])
    assert phone.stored("drafts") == []


def test_a_change_begins_with_what_is_known_and_sends_only_what_differs(phone: Phone, node: Node) -> None:
    person = node.households[0]["p"][0]
    person["k"]["skills"] = {"payment": 1}
    phone.enrol()
    phone.go(f"person/{person['i']}")
    phone.press("Kỹ năng")
    assert phone.page.locator("[name='skills.payment'][value='1']").is_checked()
    phone.press("Xong, ghi lại")
    phone.page.locator(".summary", has_text="Không có gì khác").wait_for()

    phone.page.locator("[name='skills.payment'][value='2']").check()
    phone.press("Xong, ghi lại")
    phone.receipt()

    send_now(phone)
    [op] = node.ops.values()
    assert op["body"]["changes"] == {"skills.payment": [1, 2]}


def test_a_form_without_an_answer_is_not_kept_and_the_mark_goes_with_the_answer(
    phone: Phone, node: Node
) -> None:
    phone.enrol()
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Mạng và điện")
    phone.press("Xong, ghi lại")
    phone.page.locator(".summary", has_text="Chưa trả lời câu nào").wait_for()
    assert phone.stored("outbox") == []
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi chuyến thăm")
    phone.press("Xong, ghi lại")
    phone.page.locator(".field-bad").wait_for()

    phone.page.locator("input[name=outcome][value=absent]").check()

    assert phone.page.locator(".field-bad, .summary").count() == 0
    assert phone.page.locator("#met").is_hidden()


def test_what_is_told_stands_where_it_is_seen(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.go("outbox")

    phone.press("Gửi ngay")

    told = phone.page.locator("#said", has_text="Xã đã nhận đủ")
    told.wait_for()
    assert told.bounding_box()["height"] > 40


def test_another_language_without_a_line_keeps_the_forms(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.offline()
    phone.open("#today", language="fr")
    phone.page.locator("#pin").fill("270391")
    phone.page.get_by_role("button", name="Ouvrir").click()
    phone.title("Aujourd")

    phone.go(f"house/{node.households[0]['i']}")

    phone.page.get_by_role("button", name="Noter une visite").wait_for()
    phone.offline(False)
    phone.page.evaluate("import('/field/app/sync.js').then(m => m.talk({asked: true}))")
    assert phone.page.evaluate("import('/field/app/pack.js').then(m => m.pack.rest.language)") == "fr"


@pytest.mark.long
def test_a_file_of_unsent_work_carries_the_signature(chromium: Any, phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.offline()
    _file_a_pension(phone, node)
    phone.go("outbox")
    with phone.page.expect_download() as coming:
        phone.press("Xuất việc chưa gửi ra tệp")
    file = coming.value.path()
    node.codes.add(NEXT_CODE)
    other = Phone(chromium, node.url)
    other.enrol(NEXT_CODE)
    other.go("hand-in")

    other.page.locator("#hand-in").set_input_files(file)

    other.page.locator(".notice.green", has_text="Xã đã nhận 1 việc").wait_for()
    [op] = node.ops.values()
    named = {op["body"]["consent"]["proof"], op["body"]["attachments"][0]["sha256"]}
    assert set(node.blobs) == named and op["device"].endswith("1")
    for name, box in node.blobs.items():
        kid, epk, iv, ct = box[:16].decode(), box[16:81], box[81:93], box[93:]
        assert sealing.open_bytes(kid, epk, iv, ct, aad=f"blob|{name}")
    other.close()


@pytest.mark.long
def test_papers_of_a_former_enrolment_go_under_its_name(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.offline()
    _file_a_pension(phone, node)
    node.codes.add(NEXT_CODE)
    node.faults = {"sealed": "drop"}
    phone.offline(False)
    phone.enrol(NEXT_CODE)
    assert len(phone.stored("blobs")) == 2 and node.blobs == {}
    node.faults = {}

    assert send_now(phone) == "Xã đã nhận đủ."

    assert phone.stored("blobs") == [] and len(node.blobs) == 2
    assert not any(one.startswith("blob/") for one in node.asked)


def _file_a_pension(phone: Phone, node: Node) -> None:
    """File for the head of the first house, with a photograph and a drawn signature."""
    begin(phone, node, 0)
    phone.press("Tiếp tục")
    phone.page.locator("[name=alone][value=yes]").check()
    phone.press("Tiếp tục")
    picture = bytes(phone.page.evaluate(PICTURE))
    phone.page.locator("#doc-form").set_input_files(
        [{"name": "a.png", "mimeType": "image/png", "buffer": picture}]
    )
    phone.page.locator(".photo .saved", has_text="KB").wait_for()
    phone.press("Tiếp tục")
    phone.page.locator("input[name=how][value=drawn]").check()
    phone.page.locator("#signature").scroll_into_view_if_needed()
    box = phone.page.locator("#signature").bounding_box()
    phone.page.mouse.move(box["x"] + 30, box["y"] + 30)
    phone.page.mouse.down()
    for step in range(8):
        phone.page.mouse.move(box["x"] + 30 + step * 25, box["y"] + 30 + step % 2 * 40)
    phone.page.mouse.up()
    phone.press("Tiếp tục")
    phone.press("Xong, ghi lại")
    phone.receipt()


def test_a_recording_is_heard_without_a_line(phone: Phone, node: Node) -> None:
    url = "/voice/field.visit.outcome/gia?v=0123456789abcdef"
    node.voices = [{"code": "gia", "title": "Tiếng Giáy", "urls": {"field.visit.outcome": url}}]
    phone.enrol()
    kept = "url => caches.open('dinh-voices').then(c => c.match(url)).then(Boolean)"
    for _try in range(40):
        if phone.page.evaluate(kept, url):
            break
        phone.page.wait_for_timeout(50)
    phone.offline()
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi chuyến thăm")
    phone.page.evaluate("""() => {
      const play = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = function () { window.player = this; return play.call(this); };
    }""")

    phone.page.locator("[data-field=outcome] .listen").click()

    told = "window.player ? [window.player.src.slice(0, 5), window.player.readyState > 1] : []"
    for _try in range(40):
        if phone.page.evaluate(told) == ["blob:", True]:
            break
        phone.page.wait_for_timeout(50)
    assert phone.page.evaluate(told) == ["blob:", True]
    assert phone.complaints == []
