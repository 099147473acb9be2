"""What a page weighs on the line and how soon an old telephone can use it, on the real node (gunicorn, WhiteNoise).

The first portal page and a form page may weigh 15 KB each, compressed: page, styles, scripts and icons together, no
web font. On 400 kbit/s with 400 ms of latency and a processor four times slower they are usable in two seconds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]
MOST_BYTES, MOST_SECONDS = 15_000, 2.0
NUMBER, VILLAGE = "010075001234", "Ún Tà"
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
# What a browser would fetch of a page: the files it names, less those of the small print.
FETCHED = re.compile(r'<(?:link[^>]+rel="(?:stylesheet|icon)"[^>]+|script[^>]+|img[^>]+)>')
ADDRESS = re.compile(r'(?:href|src)="([^"]+)"')
SPRITE = re.compile(r'<use href="([^"#]+)')
BACKGROUND = re.compile(r"url\(['\"]?([^)'\"]+)")
SEED = """
from django.utils import timezone
from dinh.directory.models import Level, Unit
from dinh.directory.tests.cast import people
from dinh.dossiers.tests.world import begun, settled
print(begun(settled(people()), at=timezone.now()).code)
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Run a real node on a home of its own; give its address and the code of a draft of Mr Phúc."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"DINH_HOME": str(home), "DINH_DEMO": "1", "PORT": str(port)}
    hidden = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "DINH_NODE"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden} | given
    environment["DJANGO_SETTINGS_MODULE"] = "dinh.config.settings"
    start = [sys.executable, "-c"]
    ready = "import django; django.setup()\nfrom django.core.management import call_command\n"
    laid = ready + "call_command('migrate', verbosity=0)\n" + SEED
    done = subprocess.run([*start, laid], env=environment, capture_output=True, text=True, check=True)
    code = done.stdout.split()[-1]
    log = (home / "run.log").open("w")
    running = subprocess.Popen([sys.executable, "-m", "dinh", "run"], env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, running, home)
        yield address, code
    finally:
        running.terminate()
        running.wait(timeout=30)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_ready(address: str, running: Any, home: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert running.poll() is None, (home / "run.log").read_text()[-3000:]
        try:
            with urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310
                if json.load(answer)["status"] == "ok":
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError((home / "run.log").read_text()[-3000:])


@pytest.fixture
def phuc(chromium: Any, node: tuple[str, str]) -> Iterator[Any]:
    """Mr Phúc's telephone, signed in as people sign in."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{node[0]}/vi/sign-in/")
    page.locator("#id_number").fill(NUMBER)
    page.locator("main .actions button").first.click()
    page.locator("#id_code").fill(page.locator("main .code").inner_text())
    with page.expect_navigation():
        page.locator("main .actions button").first.click()
    yield page
    context.close()


def _get(url: str, cookie: str = "") -> tuple[bytes, bytes, int]:
    """Return (decoded body, body on the line, bytes of it) as a telephone asks for it."""
    head = {"Accept-Encoding": "gzip, br", "Cookie": cookie, "User-Agent": "telephone"}
    with urlopen(Request(url, headers=head), timeout=20) as answer:  # noqa: S310
        sent = answer.read()
        coding = answer.headers.get("Content-Encoding", "")
    return _open(sent, coding), sent, len(sent)


def _open(data: bytes, coding: str) -> bytes:
    import gzip

    import brotli  # type: ignore[import-untyped]

    if coding == "br":
        return bytes(brotli.decompress(data))
    return gzip.decompress(data) if coding == "gzip" else data


def weight(address: str, path: str, cookie: str = "") -> dict[str, int]:
    """Return the bytes on the line of a page and everything it makes a browser fetch, each once."""
    body, _sent, size = _get(address + path, cookie)
    found = {path: size}
    text = body.decode()
    wanted = [ADDRESS.search(tag) for tag in FETCHED.findall(text)]
    files = {match[1] for match in wanted if match} | set(SPRITE.findall(text))
    for name in sorted(files):
        if not name.startswith("/"):
            continue
        style, _raw, found[name] = _get(address + name)
        if name.endswith(".css"):
            for other in BACKGROUND.findall(style.decode()):
                inside = (
                    name.rsplit("/", 1)[0] + "/" + other if not other.startswith(("/", "data:")) else other
                )
                if inside.startswith("/") and inside not in found:
                    found[inside] = _get(address + inside)[2]
    return found


def usable_after(page: Any, url: str) -> float:
    """Return the seconds from asking for a page to the first thing seen that can be pressed, the slowest way."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    client.send("Network.emulateNetworkConditions", SLOW)
    client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="load")
    taken = page.evaluate(
        """async () => {
          const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
          while (!seen()) await new Promise((done) => setTimeout(done, 20));  // the page may be whole before it is drawn
          const painted = seen();
          const [page] = performance.getEntriesByType('navigation');
          return {paint: painted.startTime, interactive: page.domInteractive};
        }"""
    )
    return float(max(taken["paint"], taken["interactive"])) / 1000


@pytest.mark.parametrize("which", ["the first page", "a form page"])
def test_a_page_weighs_little_and_is_soon_usable(
    which: str, node: tuple[str, str], phuc: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    address, code = node
    path = "/vi/" if which == "the first page" else f"/vi/draft/{code}/page/applicant/"
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in phuc.context.cookies())

    weighed = weight(address, path, "" if which == "the first page" else cookie)
    if which == "the first page":
        phuc.context.clear_cookies()
    _get(address + path, cookie)  # the node has its templates compiled, as it has after the first reader
    phuc.goto(f"{address}/vi/privacy/")
    seconds = usable_after(phuc, address + path)

    with capsys.disabled():
        sys.stdout.write(
            f"\n{which}: {sum(weighed.values())} bytes, usable after {seconds:.2f} s {weighed}\n"
        )
    assert not [name for name in weighed if name.endswith((".woff", ".woff2", ".ttf"))]
    assert sum(weighed.values()) <= MOST_BYTES, weighed
    assert seconds <= MOST_SECONDS
