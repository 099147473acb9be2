"""A volunteer's phone: set up, taken offline, used, and back on the line."""

from __future__ import annotations

from dinh.web.field.tests.browser.node import Node
from dinh.web.field.tests.browser.phone import Phone


def test_what_is_done_without_a_line_arrives_when_there_is_one(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.offline()
    phone.reload()
    phone.unlock()
    phone.go("search")
    phone.page.locator("#q").fill("giang lan 1951")
    phone.page.locator(".rows a", has_text="Giàng Thị Lan").click()
    phone.title("Giàng Thị Lan")

    code = phone.visit(node.households[0]["i"])

    assert node.ops == {}
    phone.page.locator("#line", has_text="1 việc chưa gửi").wait_for()
    phone.offline(False)
    phone.go("outbox")
    phone.press("Gửi ngay")
    phone.page.locator("#line", has_text="chưa gửi").wait_for(state="detached")
    [op] = node.ops.values()
    assert (op["kind"], op["receipt"], op["seq"]) == ("visit", code, 1)
    assert op["body"]["met"] == [node.households[0]["p"][0]["i"]]
    assert phone.stored("outbox") == []
    assert phone.stored("sent")[0]["state"] == "applied"
    assert phone.complaints == []
