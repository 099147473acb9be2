"""A telephone in the hand of a volunteer: a browser of its size, and what people press on it."""

from __future__ import annotations

from typing import Any

CODE = "K7M2-9QXT-3WAB"
PIN = "270391"
PATIENCE = 10_000  # ms


class Phone:
    """One browser with a store of its own; complaints of the page are collected."""

    def __init__(self, browser: Any, url: str, *, lax: bool = False, **context: Any) -> None:
        given = {"viewport": {"width": 360, "height": 740}, "locale": "vi-VN", "accept_downloads": True}
        self.context = browser.new_context(**{**given, **context}, bypass_csp=lax)
        self.url = url
        self.complaints: list[str] = []
        self.page = self.tab()

    def tab(self) -> Any:
        """Open a tab and listen to its complaints."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, said: Any) -> None:
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.complaints.append(said.text)

    def open(self, place: str = "", language: str = "vi") -> Any:
        """Go to a place of the app and wait until it is drawn."""
        self.page.goto(f"{self.url}/field/{language}/{place}")
        self.ready()
        return self.page

    def ready(self) -> None:
        """Wait until the app can be used."""
        self.page.locator("html[data-ready]").wait_for(state="attached")

    def press(self, name: str) -> None:
        """Press a button or follow a link, by what is written on it."""
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()

    def enrol(self, code: str = CODE) -> None:
        """Set the phone up, from the code to today's list."""
        self.open(f"#enrol={code}")
        self.page.locator("#label").fill("Samsung của Lan")
        self.press("Tiếp tục")
        self.pin_twice()
        for _card in range(2):
            self.press("Tiếp tục")
        self.press("Bắt đầu")
        self.title("Hôm nay")

    def pin_twice(self) -> None:
        """Choose the PIN."""
        self.page.locator("#pin1").fill(PIN)
        self.page.locator("#pin2").fill(PIN)
        self.press("Tiếp tục")

    def unlock(self, pin: str = PIN) -> None:
        """Type the PIN."""
        self.page.locator("#pin").fill(pin)
        self.press("Mở")

    def reload(self) -> None:
        """Start the app again."""
        self.page.reload()
        self.ready()

    def title(self, text: str) -> None:
        """Wait for a heading."""
        self.page.locator("#title", has_text=text).wait_for()

    def go(self, place: str) -> None:
        """Follow an address inside the app."""
        self.page.evaluate("place => { location.hash = place; }", place)

    def offline(self, yes: bool = True) -> None:
        """Take the line away, or give it back."""
        self.context.set_offline(yes)

    def stored(self, store: str) -> list[Any]:
        """Return what lies in a store of the browser."""
        return list(self.page.evaluate(
            """async store => {
              const db = await new Promise((done) => { const r = indexedDB.open('dinh-field'); r.onsuccess = () => done(r.result); });
              const rows = await new Promise((done) => { const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => done(r.result); });
              db.close();
              return JSON.parse(JSON.stringify(rows));
            }""",
            store,
        ))  # fmt: skip

    def visit(self, house: str, outcome: str = "met") -> str:
        """Note a visit to a house; return its code."""
        self.go(f"house/{house}")
        self.press("Ghi chuyến thăm")
        self.page.locator(f"input[name=outcome][value={outcome}]").check()
        if outcome == "met":
            self.page.locator("#met").check()
        self.press("Xong, ghi lại")
        return self.receipt()

    def receipt(self) -> str:
        """Return the code that is shown now."""
        self.title("Đã ghi")
        return str(self.page.locator(".receipt .code").inner_text())

    def close(self) -> None:
        """Put it away."""
        self.context.close()
