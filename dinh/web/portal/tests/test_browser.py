"""The portal in a real browser: nothing for axe to find, nothing that overflows, no need of scripts.

Screenshots go to the folder named by PORTAL_SHOTS, for people to look at.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from dinh.catalogue import store
from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import World, begun
from dinh.web.portal.tests.conftest import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {360: 740, 1280: 900}
WIDTHS = [360, pytest.param(1280, marks=pytest.mark.long)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visit:
    """Somebody before a screen; what the browser complains of is collected."""

    def __init__(
        self, browser: Any, server: str, width: int, account: Any = None, *, script: bool = True
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": SIZES[width]}, locale="vi-VN", java_script_enabled=script
        )
        if account is not None:
            cookie = signed_in(account).cookies[settings.SESSION_COOKIE_NAME]
            self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.server, self.width = server, width
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )

    def open(self, path: str) -> Any:
        self.page.goto(self.server + path)
        return self.page

    def press(self, selector: str) -> None:
        """Press what leads to another page, and wait until that page stands."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def look(self, name: str, *, status_errors: int = 0) -> None:
        """Ask axe, look for overflow and complaints, take a picture."""
        from axe_core_python.base import AXE_FILE_PATH  # the script alone; the strict policy stays on

        self.page.evaluate(Path(AXE_FILE_PATH).read_text())
        found = self.page.evaluate(
            "rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES
        )["violations"]  # fmt: skip
        where = f"{name} at {self.width}"
        assert not found, (where, [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found])
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (where, wide)
        # A page that answers 404 or 422 on purpose is itself reported by the browser.
        errors = [text for text in self.complaints if "Failed to load resource" not in text]
        assert not errors, (where, errors)
        if shots := os.environ.get("PORTAL_SHOTS"):
            self.page.screenshot(path=f"{shots}/{name}-{self.width}.png", full_page=True)


@pytest.fixture
def town(cast: Cast) -> World:
    return acts.settled(cast)


def waiting_dossier(town: World) -> Dossier:
    """Return a dossier that waits for Mr Phúc's papers."""
    yesterday = timezone.now() - timedelta(days=1)
    dossier = acts.received(town, "certified_copy", at=yesterday)
    by = acts.actor(town, store.get_procedure("certified_copy"), "examine")
    items = [
        {"item": "paper_title", "fault": "incorrect", "note": "Ghi đúng tên bằng"},
        {"item": "original", "fault": "incomplete", "note": "Thiếu trang 2"},
    ]
    actions.request_supplement(dossier=dossier, items=items, by=by, at=yesterday + timedelta(hours=1))
    return dossier


@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_are_open_to_everyone(town: World, chromium: Any, live_server: Any, width: int) -> None:
    visit = Visit(chromium, live_server.url, width)
    pages = {
        "home": "/vi/",
        "find": "/vi/find/?q=giay+khai+xinh",
        "nothing": "/vi/find/?q=qwzx",
        "procedure": "/vi/procedure/birth_registration/",
        "procedure-fr": "/fr/procedure/civil_status_extract_copy/",
        "sign-in": "/vi/sign-in/",
        "check": "/k/?lang=vi",
        "unknown": "/k/ABCDEFGHJK/?lang=en",
        "helping": "/fr/helping/",
        "complain": "/fr/complain/",
        "real": "/vi/real/",
        "privacy": "/en/privacy/",
        "not-found": "/vi/nothing-here/",
    }
    for name, path in pages.items():
        visit.open(path)
        visit.look(name)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_request_is_filled_with_mistakes_and_sent(
    town: World, chromium: Any, live_server: Any, width: int
) -> None:
    draft = begun(town)
    visit = Visit(chromium, live_server.url, width, town.cast.citizen)
    page = visit.open("/vi/begin/civil_status_extract_copy/")
    visit.look("begin")
    visit.open(f"/vi/draft/{draft.code}/page/what/")
    page.get_by_label("Của người khác").check()
    visit.press("main .actions button")
    visit.look("new-question")
    page.get_by_label("Của tôi").check()
    visit.press("main .actions button")
    while "/page/applicant/" not in page.url:
        visit.look(f"page-{page.url.rstrip('/').rpartition('/')[2]}")
        visit.press("main .actions button")
    page.get_by_label("Ngày, tháng, năm sinh").fill("12/03/20255")
    visit.press("main .actions button")
    assert page.title().startswith("Lỗi: ")
    assert page.evaluate("document.activeElement.id") == "errors"
    visit.look("error")
    page.locator(".summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_applicant-birth"
    page.keyboard.press("Control+A")
    page.keyboard.type("12/03/1975")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    visit.look("summary")
    page.locator("#id_true").check()
    visit.press("main .actions button")
    page.wait_for_url("**/filed/**")
    visit.look("filed")
    visit.press("main .actions a")
    visit.look("dossier-new")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_mine_can_be_followed(town: World, chromium: Any, live_server: Any, width: int) -> None:
    draft = begun(town)
    waiting = waiting_dossier(town)
    done = acts.returned(town, at=timezone.now() - timedelta(days=2))
    table = begun(town, "permanent_residence")
    papers = begun(town, "certified_copy")
    visit = Visit(chromium, live_server.url, width, town.cast.citizen)
    pages = {
        "draft": f"/vi/draft/{draft.code}/",
        "people": f"/vi/draft/{table.code}/page/{_page_with('permanent_residence', 'members')}/",
        "place": f"/vi/draft/{table.code}/page/{_page_with('permanent_residence', 'new.unit')}/",
        "papers": f"/vi/draft/{papers.code}/papers/",
        "summary-incomplete": f"/vi/draft/{table.code}/check/",
        "mine": "/vi/mine/",
        "follow": f"/vi/dossier/{done.number}/",
        "follow-fr": f"/fr/dossier/{waiting.number}/",
        "supplement": f"/vi/dossier/{waiting.number}/supplement/",
        "withdraw": f"/vi/dossier/{waiting.number}/withdraw/",
        "my-data": "/vi/my-data/",
        "notices": "/vi/notices/",
    }
    for name, path in pages.items():
        visit.open(path)
        visit.look(name)


def _page_with(procedure: str, field: str) -> str:
    from dinh.catalogue import layout

    pages = layout.pages(store.get_procedure(procedure))
    return next(page.id for page in pages if field in {one.id for one in page.fields})


def test_a_place_is_chosen_and_a_request_sent_without_any_script(
    town: World, chromium: Any, live_server: Any
) -> None:
    visit = Visit(chromium, live_server.url, 360, script=False)
    page = visit.open("/vi/begin/civil_status_extract_copy/")
    page.locator("#id_number").fill("010075001234")
    page.locator("main form .actions button").first.click()
    page.locator("#id_code").fill(page.locator(".code").inner_text())
    page.locator("main form .actions button").first.click()
    page.locator("main form .actions button").click()
    while "/check/" not in page.url:
        page.locator("main .actions button").first.click()
    page.locator("#id_true").check()
    page.locator("main .actions button").click()

    assert "/filed/" in page.url
    assert Dossier.objects.filter(account=town.cast.citizen).count() == 1


def test_the_first_page_is_usable_on_a_slow_line_and_an_old_phone(
    town: World, chromium: Any, live_server: Any
) -> None:
    visit = Visit(chromium, live_server.url, 360)
    visit.open("/vi/privacy/")  # the server has compiled its templates; the browser's cache is emptied below
    session = visit.context.new_cdp_session(visit.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    session.send("Network.emulateNetworkConditions", slow)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    visit.open("/vi/")
    painted = visit.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")

    # Here the files are sent uncompressed, which a real node never does: 2 s are held with a reserve.
    assert painted < 2500, painted
