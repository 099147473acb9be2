"""Somebody at a screen: a browser that is signed in, and what can be asked of the page it shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from dinh.directory.models import Account

WIDTHS = {"narrow": (360, 780), "wide": (1280, 860)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Seat:
    """Somebody at a screen of one width."""

    def __init__(self, browser: Any, server: str, account: Account, width: str) -> None:
        client = Client()
        client.force_login(account)
        size = WIDTHS[width]
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, bypass_csp=False, locale="vi-VN"
        )
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.server, self.width = server, width
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.faults.append(said.text) if said.type == "error" and "favicon" not in said.text else None
            ),
        )

    def open(self, path: str) -> Any:
        self.page.goto(f"{self.server}{path}")
        return self.page

    def shoot(self, name: str) -> None:
        folder = os.environ.get("DESK_SHOTS")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}-{self.width}.png", full_page=True)

    def axe(self) -> list[str]:
        """Return what axe finds, in words."""
        import axe_core_python

        source = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
        self.page.evaluate(source)
        found = self.page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        return [
            f"{one['id']}: {node['target']} {node['failureSummary'][:160]}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def overflow(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))
