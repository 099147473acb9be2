"""A real browser at a kiosk: what the second person finds of the first, in every place where a browser keeps things.

Screenshots go to the folder named by KIOSK_SHOTS, for people to look at.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from dinh.dossiers.models import Draft
from dinh.dossiers.tests.world import World, begun
from dinh.outreach.models import Kiosk
from dinh.web.kiosk import keys

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BACKEND = "dinh.directory.signed_in.Backend"
KEPT = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length, clip: await navigator.clipboard.readText(),
})"""
LEAVE_TRACES = """async () => {
  localStorage.setItem("name", "Phúc"); sessionStorage.setItem("name", "Phúc");
  await new Promise((done) => { const open = indexedDB.open("people"); open.onsuccess = () => { open.result.close(); done(); }; });
  await (await caches.open("pages")).put("/x", new Response("Phúc"));
  await navigator.clipboard.writeText("012345678901");
}"""


@pytest.fixture
def draft(world: World) -> Draft:
    """A request that Mr Phúc has begun."""
    return begun(world, "certified_copy")


def kiosk_of(chromium: Any, server: Any, registered: tuple[Kiosk, str], **more: Any) -> Any:
    """Return the browser window of a kiosk, paired at its own screen."""
    window = chromium.new_context(
        viewport={"width": 1080, "height": 1920}, locale="vi-VN", accept_downloads=True, **more
    )
    page = window.new_page()
    page.set_default_timeout(10_000)
    page.goto(server.url + "/vi/kiosk/")
    page.fill("[name=code]", registered[1])
    page.click("form[action$='/machine/'] button")
    page.wait_for_selector(".kiosk-doors")
    return page


def sign_in(page: Any, server: Any, account: Any) -> None:
    """Sign a citizen in during the visit, beside the pages that a demonstration alone has."""
    page.click("a[href$='/door/ask/']")
    page.wait_for_selector("[data-kiosk]")
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookies[settings.SESSION_COOKIE_NAME]
    kept = dict(client.session)
    client.force_login(account, backend=BACKEND)
    session = client.session
    session.update({key: value for key, value in kept.items() if key.startswith("kiosk.")})
    session.save()
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": str(session.session_key),
                "url": server.url,
                "httpOnly": True,
            }
        ]
    )


def test_the_second_person_finds_nothing_of_the_first(
    chromium: Any, live_server: Any, world: World, registered: tuple[Kiosk, str], draft: Draft
) -> None:
    page = kiosk_of(chromium, live_server, registered, permissions=["clipboard-read", "clipboard-write"])
    downloads: list[Any] = []
    page.on("download", lambda one: downloads.append(one))
    sign_in(page, live_server, world.cast.citizen)
    page.goto(f"{live_server.url}/vi/draft/{draft.code}/")
    assert "kiosk-bar" in page.content()
    page.evaluate(LEAVE_TRACES)
    for _page in range(3):
        page.click("a.what >> nth=0")  # a page of the draft
        page.wait_for_selector("main form")
        page.goto(f"{live_server.url}/vi/draft/{draft.code}/")
    assert page.evaluate(KEPT)["clip"] == "012345678901"

    page.click("form[data-finish] button")
    page.wait_for_url("**/kiosk/finished/")
    page.wait_for_selector("html[data-forgotten]")

    kept = page.evaluate(KEPT)
    assert kept.pop("clip").strip() == ""
    assert not any(kept.values()), kept
    assert {one["name"] for one in page.context.cookies()} <= {keys.COOKIE, settings.CSRF_COOKIE_NAME}
    page.wait_for_url("**/vi/kiosk/", timeout=15_000)
    page.wait_for_selector(".kiosk-doors")

    # The second person begins, then goes as far back and forward as the browser lets anybody go.
    page.click("a[href$='/door/ask/']")
    page.wait_for_selector("[data-kiosk]")
    seen = []
    for step in (-1, -1, -1, 1, 1, 1, 1):
        page.evaluate(f"setTimeout(() => history.go({step}), 50)")
        page.wait_for_timeout(700)
        seen.append((page.url, page.inner_text("body")))
    assert not [url for url, _text in seen if draft.code in url], seen
    assert not [text for _url, text in seen if "Phúc" in text.split("Mr Phúc")[0] and "Văn" in text]
    page.goto(f"{live_server.url}/vi/draft/{draft.code}/")
    assert "/sign-in/" in page.url
    assert not downloads
    page.context.close()


def test_nobody_there_for_ninety_seconds_ends_the_visit_and_keeps_the_draft(
    chromium: Any, live_server: Any, world: World, registered: tuple[Kiosk, str], draft: Draft
) -> None:
    page = kiosk_of(chromium, live_server, registered)
    page.clock.install()
    sign_in(page, live_server, world.cast.citizen)
    page.goto(f"{live_server.url}/vi/draft/{draft.code}/")
    page.click("a.what >> nth=0")
    page.wait_for_selector("main form")
    offers = "[...document.querySelectorAll('main input')].filter(one => one.autocomplete !== 'off').length"
    assert page.evaluate(offers) == 0
    asked = page.locator("main form input[type=text]:visible").first
    asked.fill("Điều đang viết dở")
    name = asked.get_attribute("name")
    page.clock.run_for(55_000)
    assert not page.locator("dialog.still").is_visible()
    page.clock.run_for(8_000)
    assert page.locator("dialog.still").is_visible()
    assert draft.code[:4] in page.locator("dialog.still").inner_text()
    look(page, "still")
    page.click("[data-stay]")
    page.clock.run_for(50_000)
    assert not page.locator("dialog.still").is_visible()

    page.clock.run_for(42_000)

    page.wait_for_url("**/kiosk/finished/")
    draft.refresh_from_db()
    assert draft.answers[name].get("typed", draft.answers[name].get("value")) == "Điều đang viết dở"
    page.context.close()


def test_every_page_of_the_kiosk_can_be_used_by_everybody(
    chromium: Any, live_server: Any, world: World, registered: tuple[Kiosk, str]
) -> None:
    page = kiosk_of(chromium, live_server, registered)
    look(page, "home")
    page.click("a[href$='/door/ticket/']")
    look(page, "take")
    page.click("button[name=wish] >> nth=0")
    page.wait_for_selector(".ticket-number")
    look(page, "ticket")
    for path in ("follow/", "print/", "scan/", "guidance/", "helping/"):
        page.goto(f"{live_server.url}/vi/kiosk/{path}")
        look(page, path.strip("/"))
    page.goto(f"{live_server.url}/vi/kiosk/board/{world.cast.offices['service_centre'].pk}/")
    look(page, "board")
    page.goto(f"{live_server.url}/vi/commune/")
    look(page, "commune")
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("kiosk/helping/", "kiosk/ticket/", "kiosk/"):
        page.goto(f"{live_server.url}/vi/{path}")
        look(page, "narrow-" + path.strip("/").replace("/", "-"))
    page.context.close()


def look(page: Any, name: str) -> None:
    """Ask axe, look for overflow, take a picture."""
    from axe_core_python.base import AXE_FILE_PATH

    page.evaluate(Path(AXE_FILE_PATH).read_text())
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)["violations"]
    assert not found, (name, [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found])
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, (name, wide)
    if shots := os.environ.get("KIOSK_SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png")
