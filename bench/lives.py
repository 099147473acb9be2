"""A whole life over HTTP: a citizen asks, four officers act, page by page as browsers do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from browser import Browser

PROCEDURE = "civil_status_extract_copy"
CODE = re.compile(r"\b(\d{6})\b")


def totp(secret: str, at: float) -> str:
    """Return the code that an authenticator shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def sign_in_staff(port: int, username: str, password: str, secret: str) -> Browser:
    """Sign in with password and code."""
    browser = Browser(port)
    page = browser.get("/vi/account/login/")
    page = browser.submit(page, {"login": username, "password": password})
    page = browser.submit(page, {"code": totp(secret, time.time())})
    if browser.get("/vi/desk/").status != 200:
        raise RuntimeError(f"{username} could not sign in: {page.status} {page.path}")
    return browser


def sign_in_citizen(port: int, number: str) -> Browser:
    """Sign in with a citizen number and the code that the demonstration shows."""
    browser = Browser(port)
    page = browser.submit(browser.get("/vi/sign-in/"), {"number": number})
    shown = re.search(r'data-code="(\d{6})"', page.body) or CODE.search(
        re.sub(r"<[^>]+>|value=\"\d+\"", " ", page.body)
    )
    if shown is None:
        raise RuntimeError(f"no code is shown: {page.body[:800]}")
    page = browser.submit(page, {"code": shown.group(1)})
    if browser.get("/vi/mine/").status != 200:
        raise RuntimeError(f"a citizen could not sign in: {page.status}")
    return browser


@dataclass
class Sessions:
    """Everybody's session; every client opens connections of its own with them."""

    citizens: list[Browser]
    reception: Browser
    examiner: Browser
    leader: Browser

    @classmethod
    def open(cls, port: int, people: dict[str, Any], citizens: int = 4) -> Sessions:
        """Sign everybody in over HTTP."""
        staff = {
            name: sign_in_staff(port, name, people["password"], people["staff"][name])
            for name in ("huong", "minh", "son")
        }
        asking = [sign_in_citizen(port, number) for number in people["citizens"][:citizens]]
        return cls(asking, staff["huong"], staff["minh"], staff["son"])


@dataclass
class Client:
    """One client: browsers of its own for each person of the story."""

    citizen: Browser
    reception: Browser
    examiner: Browser
    leader: Browser

    @property
    def browsers(self) -> tuple[Browser, ...]:
        return (self.citizen, self.reception, self.examiner, self.leader)

    def live(self, pause: Callable[[], None]) -> None:
        """Live one life; `pause` is called before each page a person opens or sends."""
        number = self._ask(pause)
        for browser, verb, answers in (
            (self.reception, "receive", {}),
            (self.examiner, "examine", {}),
            (self.leader, "approve", {}),
            (
                self.reception,
                "return_result",
                {"collector_name": "Vàng Văn Phúc", "relation": "applicant", "checked": "card"},
            ),
        ):
            pause()
            page = browser.get(f"/vi/desk/dossier/{quote(number)}/")
            pause()
            page = browser.submit(page, answers, part=f"/act/{verb}")
            if page.status != 200:
                raise RuntimeError(f"{verb}: {page.status} {re.sub('<[^>]+>', ' ', page.body)[:400]}")

    def _ask(self, pause: Callable[[], None]) -> str:
        """Fill and send a request; return the dossier's number."""
        pause()
        page = self.citizen.get(f"/vi/begin/{PROCEDURE}/")
        pause()
        page = self.citizen.submit(page, {}, part="/begin/")
        for _page in range(12):
            pause()
            if "/page/" in page.path:
                page = self.citizen.submit(
                    page, {"applicant.residence": "thôn Ún Tà, xã Cốc San"}, part="/page/"
                )
            elif page.path.endswith("/papers/"):
                page = self.citizen.submit(page, {}, part="/papers/")
            elif page.path.endswith("/check/"):
                page = self.citizen.submit(page, {"true": "on"}, part="/check/")
            else:
                break
        found = re.search(r"/filed/([^/?]+(?:/[^/?]+)*)/", page.path)
        if found is None:
            raise RuntimeError(
                f"not filed: {page.status} {page.path} {re.sub('<[^>]+>', ' ', page.body)[:600]}"
            )
        return found.group(1)


@dataclass
class Crowd:
    """What many clients did in a time."""

    clients: int
    think: float
    seconds: float
    lives: int = 0
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        ordered = sorted(self.times) or [0.0]

        def at(percent: float) -> float:
            return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))], 1)

        return {
            "clients": self.clients, "think_s": self.think, "seconds": round(self.seconds, 1), "lives": self.lives,
            "requests": len(self.times), "per_second": round(len(self.times) / self.seconds, 1),
            "p50_ms": at(50), "p95_ms": at(95), "p99_ms": at(99), "errors": len(self.errors), "first_errors": self.errors[:3],
        }  # fmt: skip


def crowd(sessions: Sessions, clients: int, think: float, seconds: float) -> Crowd:
    """Let clients live lives side by side for so many seconds, `think` seconds before each page."""
    found = Crowd(clients, think, seconds)
    until = time.monotonic() + seconds
    lock = threading.Lock()

    def work(at: int) -> None:
        client = Client(
            sessions.citizens[at % len(sessions.citizens)].again(), sessions.reception.again(),
            sessions.examiner.again(), sessions.leader.again(),
        )  # fmt: skip

        def pause() -> None:
            if think:
                time.sleep(think)
            if time.monotonic() > until:
                raise TimeoutError

        lives, errors = 0, []
        try:
            while True:
                client.live(pause)
                lives += 1
        except TimeoutError:
            pass
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}"[:500])
        with lock:
            found.lives += lives
            found.errors += errors
            for browser in client.browsers:
                found.times += browser.times
                found.errors += browser.errors

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(at,)) for at in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.monotonic() - began
    return found
