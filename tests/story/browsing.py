"""People before screens: what they press, what axe says of what they see, and programs that read papers."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from dinh.journal.testing import settle

HEIGHTS = {360: 740, 1280: 860}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
BACKEND = "dinh.directory.signed_in.Backend"
PATIENCE = 15_000  # ms, for a busy machine


class Person:
    """Somebody at a screen of one width; what the browser complains of is collected."""

    def __init__(
        self,
        browser: Any,
        server: str,
        width: int,
        *,
        script: bool = True,
        account: Any = None,
        lax: bool = False,
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="vi-VN",
            java_script_enabled=script,
            bypass_csp=lax,
        )
        if account is not None:
            self.context.add_cookies([session_of(account, server)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.server, self.width = server, width
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, said: Any) -> None:
        # A page that answers 404 or 422 on purpose is itself reported by the browser.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.complaints.append(said.text)

    def open(self, path: str) -> Any:
        """Go to an address of the house, or to a whole one."""
        self.page.goto(path if path.startswith("http") else self.server + path)
        return self.page

    def press(self, selector: str) -> None:
        """Press what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def take(self, selector: str, to: Path) -> bytes:
        """Follow a link to a file as the browser would, signed in as this person; return what came."""
        address = self.page.locator(selector).first.get_attribute("href")
        answer = self.context.request.get(self.server + str(address))
        assert answer.ok, (address, answer.status)
        to.write_bytes(answer.body())
        return bytes(answer.body())

    def close(self) -> None:
        """Leave, having heard no complaint of the browser."""
        self.context.close()
        assert not self.complaints, self.complaints


def session_of(account: Any, server: str) -> Any:
    """Return the cookie of an account that is signed in, with its second factor."""
    client = Client()
    client.force_login(account, backend=BACKEND)
    session = client.session
    session["second_factor"] = True  # what the sign-in gate finds out at the first request
    session.save()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": server}


def the_worker_works() -> None:
    """Seal and run what waits; in a thread of its own, for signing runs an event loop and this one has one."""

    def work() -> None:
        settle()
        connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(work).result()


def program(name: str) -> str:
    """Return where a program is, or skip."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def codes_in(pdf: Path) -> list[str]:
    """Return what zbarimg reads on the pages of a PDF."""
    pictures = pdf.with_suffix("")
    subprocess.run([program("pdftoppm"), "-r", "150", "-png", pdf, pictures], check=True, capture_output=True)
    found: list[str] = []
    for picture in sorted(pdf.parent.glob(f"{pictures.name}-*.png")):
        found += read_codes(picture)
    return found


def read_codes(picture: Path) -> list[str]:
    """Return what zbarimg reads on a picture."""
    read = subprocess.run(
        [program("zbarimg"), "-q", "--raw", picture], capture_output=True, text=True, check=False
    )
    return read.stdout.split()


def signatures_of(pdf: Path, root: Path) -> str:
    """Return what pdfsig says of a file when only this root is trusted."""
    nss = pdf.parent / "nss"
    nss.mkdir()
    certutil = program("certutil")
    subprocess.run([certutil, "-N", "-d", nss, "--empty-password"], check=True, capture_output=True)
    trust: list[str | Path] = [certutil, "-A", "-d", nss, "-n", "dinh-demo", "-t", "CT,C,C", "-i", root]
    subprocess.run(trust, check=True, capture_output=True)
    said = subprocess.run(
        [program("pdfsig"), "-nssdir", nss, pdf], capture_output=True, text=True, check=False
    )
    return said.stdout
