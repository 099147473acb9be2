"""Two tabs, a page that dies in mid-sentence, a new version in mid-form."""

from __future__ import annotations

import pytest

from dinh.web.field.tests.browser.node import Node
from dinh.web.field.tests.browser.phone import Phone

pytestmark = [pytest.mark.browser]
FINISH = """async house => {
  const { finish } = await import('/field/app/outbox.js');
  const one = n => ({kind: 'visit', entity: {type: 'household', id: house}, body: {household: house, outcome: 'met', met: []}, label: 'x' + n, about: [house]});
  await Promise.all([1, 2, 3, 4, 5].map(n => finish([one(n)])));
}"""


def test_two_tabs_number_their_work_once_and_send_it_once(phone: Phone, node: Node) -> None:
    phone.enrol()
    other = phone.tab()
    other.goto(f"{phone.url}/field/vi/")
    other.locator("#pin").fill("270391")
    other.get_by_role("button", name="Mở").click()
    other.locator("#title", has_text="Hôm nay").wait_for()
    phone.offline()
    house = node.households[0]["i"]
    for page in (phone.page, other):
        page.evaluate(f"void ({FINISH})('{house}')")
    phone.page.locator("#line", has_text="10 việc chưa gửi").wait_for()

    phone.offline(False)
    for page in (phone.page, other):
        page.evaluate("void import('/field/app/sync.js').then(m => m.talk({asked: true}))")

    phone.page.locator("#line b", has_text="chưa gửi").wait_for(state="detached")
    assert sorted(op["seq"] for op in node.ops.values()) == list(range(1, 11))
    before = [op["prev"] for op in sorted(node.ops.values(), key=lambda op: op["seq"])]
    assert before == [None, *range(1, 10)]
    assert phone.stored("outbox") == []


@pytest.mark.long
@pytest.mark.parametrize("moment", [0, 2, 5, 10, 20, 40, 80])
def test_a_page_that_dies_while_finishing_leaves_the_draft_or_the_act_never_both(
    phone: Phone, node: Node, moment: int
) -> None:
    phone.enrol()
    phone.offline()
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi chuyến thăm")
    phone.page.locator("input[name=outcome][value=met]").check()
    phone.page.locator("#met").check()
    phone.page.locator("form.step > .actions button.button").evaluate(
        "button => { setTimeout(() => button.click(), 0); }"
    )
    phone.page.wait_for_timeout(moment)
    phone.page.close()
    phone.offline(False)
    node.faults = {"ops": "drop"}
    phone.page = phone.tab()
    phone.open()
    phone.unlock()
    phone.title("Hôm nay")

    drafts, acts = phone.stored("drafts"), phone.stored("outbox")

    assert (len(drafts), len(acts)) in {(1, 0), (0, 1)}
    if drafts:
        phone.page.locator(".rows a", has_text="Đến thăm nhà").click()
        phone.press("Xong, ghi lại")
        phone.receipt()
    assert [one["seq"] for one in phone.stored("outbox")] == [1]


@pytest.mark.long
def test_a_new_version_waits_until_the_form_is_done(phone: Phone, node: Node) -> None:
    phone.enrol()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi chuyến thăm")
    phone.page.locator("input[name=outcome][value=met]").check()
    node.build = "2"

    state = phone.page.evaluate("""async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const coming = registration.installing || registration.waiting;
      while (coming.state === 'installing') await new Promise(done => coming.addEventListener('statechange', done, {once: true}));
      return [coming.state, !!registration.waiting];
    }""")
    phone.page.locator("#met").check()

    assert state == ["installed", True]
    phone.press("Xong, ghi lại")
    phone.receipt()
    phone.reload()
    phone.page.evaluate("""async () => {
      for (let n = 0; n < 100 && (await caches.keys()).length > 1; n += 1) await new Promise(done => setTimeout(done, 50));
    }""")
    names = phone.page.evaluate("caches.keys()")
    assert len(names) == 1 and names[0].endswith("2")


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_every_language_opens_without_a_line(phone: Phone, node: Node, language: str) -> None:
    phone.open()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.offline()

    phone.open(language=language)

    wanted = {"vi": "Cài đặt điện thoại này", "fr": "Préparer ce téléphone", "en": "Set up this phone"}
    phone.title(wanted[language])
    assert phone.page.locator("html").get_attribute("lang") == language
