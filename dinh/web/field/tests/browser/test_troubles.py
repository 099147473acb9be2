"""What goes wrong on a telephone, one thing at a time: nothing that was finished is ever lost, nothing is done twice."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.web.field.tests.browser.node import Node
from dinh.web.field.tests.browser.phone import PIN, Phone

pytestmark = [pytest.mark.browser, pytest.mark.long]
NEXT_CODE = "AAAA-BBBB-CCCC"


def set_kv(phone: Phone, key: str, value: Any) -> None:
    """Write a setting of the app behind its back."""
    phone.page.evaluate(
        """async ([key, value]) => {
          const store = await import('/field/app/store.js');
          await store.write([{ store: 'kv', key, put: value }]);
        }""",
        [key, value],
    )


def send_now(phone: Phone) -> str:
    """Press "Send now"; return what is told."""
    phone.go("outbox")
    phone.title("Việc đã ghi")
    return str(phone.page.evaluate("async () => (await import('/field/app/views/mine.js')).sendNow()"))


def visited(phone: Phone, node: Node, house: int = 0) -> str:
    """Enrol if need be, note a visit without a line, and come back on the line."""
    if not phone.page.url.startswith(node.url):
        phone.enrol()
    phone.offline()
    code = phone.visit(node.households[house]["i"])
    return code


def test_a_sign_in_page_of_a_hotel_is_not_believed(phone: Phone, node: Node) -> None:
    visited(phone, node)
    node.faults = dict.fromkeys(("ops", "pack", "beat"), "portal")
    phone.offline(False)

    said = send_now(phone)

    assert said == "Mạng này đòi đăng nhập trước"
    assert len(phone.stored("outbox")) == 1 and phone.stored("sent") == []
    phone.page.locator("#line", has_text="đòi đăng nhập").wait_for()
    node.faults = {}
    assert send_now(phone) == "Xã đã nhận đủ."
    assert node.kinds() == ["visit"]


@pytest.mark.parametrize("fault", ["drop", "lost", 429, 500])
def test_what_was_taken_but_not_answered_is_sent_again_and_counts_once(
    phone: Phone, node: Node, fault: Any
) -> None:
    visited(phone, node)
    node.faults = {"ops": fault}
    phone.offline(False)

    send_now(phone)

    assert len(phone.stored("outbox")) == 1
    node.faults = {}
    assert send_now(phone) == "Xã đã nhận đủ."
    assert (phone.stored("outbox"), node.kinds()) == ([], ["visit"])
    assert phone.complaints == []


def test_a_token_that_is_no_longer_good_keeps_the_work_for_the_next_enrolment(
    phone: Phone, node: Node
) -> None:
    code = visited(phone, node)
    [device] = node.devices.values()
    device["token"] = "another"
    node.codes.add(NEXT_CODE)
    phone.offline(False)
    send_now(phone)
    phone.go("today")
    phone.page.locator(".notice.red", has_text="chưa được đăng ký").wait_for()

    phone.enrol(NEXT_CODE)

    assert send_now(phone) == "Xã đã nhận đủ."
    [op] = node.ops.values()
    assert (op["receipt"], "sealed" in node.asked) == (code, True)


def test_a_phone_that_was_taken_off_the_list_is_erased_and_hands_in_its_work(
    phone: Phone, node: Node
) -> None:
    visited(phone, node)
    node.faults = {"pack": 423}
    phone.offline(False)

    send_now(phone)

    phone.title("Điện thoại này đã bị gỡ")
    assert node.kinds() == ["visit"]
    assert phone.stored("chunks") == [] and "wiped" in node.asked


def test_a_refusal_says_why_and_its_repair_names_it(phone: Phone, node: Node) -> None:
    phone.enrol()
    node.refuse["visit"] = ("value_invalid", "Ghi chú có số căn cước. Bỏ ra rồi gửi lại.", "edit")
    phone.visit(node.households[0]["i"])
    send_now(phone)
    phone.go("outbox")
    phone.page.locator("h2", has_text="Cần sửa (1)").wait_for()
    [refused] = phone.stored("outbox")
    phone.page.locator(".rows a").first.click()
    phone.page.locator(".notice.red", has_text="Bỏ ra rồi gửi lại").wait_for()
    node.refuse.clear()

    phone.press("Sửa và gửi lại")
    assert phone.page.locator("input[name=outcome][value=met]").is_checked()
    phone.press("Xong, ghi lại")
    phone.receipt()

    assert send_now(phone) == "Xã đã nhận đủ."
    [op] = node.ops.values()
    assert op["replaces"] == refused["op_id"] != op["op_id"]


@pytest.mark.long
def test_ten_wrong_pins_erase_the_list_and_not_the_work(phone: Phone, node: Node) -> None:
    code = visited(phone, node)
    phone.offline(False)
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    node.faults = {"ops": "drop"}
    phone.reload()
    for n in range(9):
        set_kv(phone, "tries", {"n": n, "until": 0})
        assert not phone.page.evaluate(
            "async () => (await (await import('/field/app/keys.js')).unlock('000000')).ok"
        )
    assert phone.stored("chunks") != []
    assert (
        phone.page.evaluate(f"async () => (await (await import('/field/app/keys.js')).unlock('{PIN}')).ok")
        is False
    )  # too soon
    set_kv(phone, "tries", {"n": 9, "until": 0})

    phone.unlock("111111")

    phone.title("Danh sách đã bị xóa")
    assert phone.stored("chunks") == [] and phone.stored("drafts") == []
    node.codes.add(NEXT_CODE)
    node.faults = {}
    phone.enrol(NEXT_CODE)
    send_now(phone)
    assert [op["receipt"] for op in node.ops.values()] == [code]


@pytest.mark.long
def test_three_weeks_without_contact_take_the_list_and_leave_the_work(phone: Phone, node: Node) -> None:
    visited(phone, node)
    set_kv(phone, "contact", 1_600_000_000_000)
    phone.page.evaluate("async () => { (await import('/field/app/keys.js')).lock(); }")

    phone.unlock()

    phone.title("Quá lâu không liên lạc")
    assert phone.stored("chunks") == [] and len(phone.stored("outbox")) == 1
    phone.offline(False)
    phone.press("Thử lại")
    phone.title("Hôm nay")
    assert node.kinds() == ["visit"]


def test_a_full_phone_drops_its_history_before_anything_else(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.visit(node.households[0]["i"])
    send_now(phone)
    phone.page.evaluate("""() => {
      const put = IDBObjectStore.prototype.put;
      let full = true;
      const clear = IDBObjectStore.prototype.clear;
      IDBObjectStore.prototype.clear = function () { if (this.name === 'sent') full = false; return clear.apply(this, arguments); };
      IDBObjectStore.prototype.put = function (...given) {
        if (full && this.name === 'outbox') throw new DOMException('full', 'QuotaExceededError');
        return put.apply(this, given);
      };
    }""")
    phone.offline()

    phone.visit(node.households[1]["i"])

    assert phone.stored("sent") == [] and len(phone.stored("outbox")) == 1


@pytest.mark.long
def test_a_phone_with_no_room_at_all_says_so_and_keeps_the_draft(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi chuyến thăm")
    phone.page.locator("input[name=outcome][value=met]").check()
    phone.page.locator("#met").check()
    phone.page.evaluate("""() => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (...given) {
        if (this.name === 'outbox') throw new DOMException('full', 'QuotaExceededError');
        return put.apply(this, given);
      };
    }""")

    phone.press("Xong, ghi lại")

    phone.page.locator(".saved", has_text="Điện thoại đầy bộ nhớ").wait_for()
    assert len(phone.stored("drafts")) == 1


@pytest.mark.long
def test_storage_that_was_cleared_leads_to_a_new_start(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.page.evaluate(
        "async () => { (await (await import('/field/app/store.js')).database()).close(); indexedDB.deleteDatabase('dinh-field'); }"
    )

    phone.reload()

    phone.title("Cài đặt điện thoại này")
    assert phone.complaints == []


def test_a_store_that_does_not_open_is_tried_once_more_and_then_offers_a_way_out(
    chromium: Any, node: Node
) -> None:
    phone = Phone(chromium, node.url)
    phone.context.add_init_script("indexedDB.open = () => { throw new Error('closed'); };")
    phone.page.goto(f"{node.url}/field/vi/")

    phone.title("Không mở được bộ nhớ")

    assert phone.page.get_by_role("button", name="Xuất việc chưa gửi ra tệp").is_visible()
    assert phone.page.evaluate("sessionStorage.getItem('reloaded')") == "1"
    phone.close()


def test_a_chat_program_stores_nothing(chromium: Any, node: Node) -> None:
    agent = "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 Chrome/109.0 Mobile Safari/537.36 Zalo android/2310"
    phone = Phone(chromium, node.url, user_agent=agent)
    phone.open("#enrol=K7M2-9QXT-3WAB")

    phone.title("Mở bằng Chrome")

    assert phone.page.get_by_role("img").is_visible()
    assert phone.page.evaluate("indexedDB.databases()") == []
    phone.close()


@pytest.mark.long
def test_a_colleague_hands_in_a_file_without_reading_it(chromium: Any, phone: Phone, node: Node) -> None:
    code = visited(phone, node)
    phone.go("outbox")
    with phone.page.expect_download() as coming:
        phone.press("Xuất việc chưa gửi ra tệp")
    file = coming.value.path()
    assert "met" not in file.read_text()
    node.codes.add(NEXT_CODE)
    other = Phone(chromium, node.url)
    other.enrol(NEXT_CODE)
    other.go("hand-in")

    other.page.locator("#hand-in").set_input_files(file)

    other.page.locator(".notice.green", has_text="Xã đã nhận 1 việc").wait_for()
    assert [op["receipt"] for op in node.ops.values()] == [code]
    other.close()


def test_an_identity_number_is_nowhere_on_the_phone(phone: Phone, node: Node) -> None:
    phone.enrol()
    house = node.households[0]
    phone.go(f"file/{house['i']}/{house['p'][0]['i']}")
    phone.press("Bắt đầu")
    phone.press("Tiếp tục")
    phone.page.locator("input[name=alone][value=no]").check()
    phone.page.locator("#id_carer").fill("010051001234")
    phone.page.locator("#id_phone").fill("0912345678")
    phone.page.locator("[data-field=carer] .source").wait_for()
    assert phone.page.locator("#id_carer").input_value() == "•••• 1234"
    assert phone.page.locator("[data-field='applicant.number']").is_hidden()
    phone.page.wait_for_timeout(600)  # what is typed is saved when the fingers rest
    phone.reload()
    phone.unlock()

    phone.page.locator("#id_carer").wait_for()

    assert phone.page.locator("#id_carer").input_value() == "•••• 1234"
    draft = phone.page.evaluate("""async () => {
      const [keys, store] = [await import('/field/app/keys.js'), await import('/field/app/store.js')];
      return JSON.stringify(await keys.show((await store.all('drafts'))[0]));
    }""")
    assert "0912345678" in draft
    assert "010051001234" not in draft
