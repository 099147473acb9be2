"""Measure the field app in Chromium with a processor six times slower: start, search, first pack, a thousand operations.

    python -m bench.field_browser

Against the small node of the tests, so that only the browser and the line are measured. Nothing else should run.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings_test")
SLOWER = 6
HOUSES = 2_500  # about 10,000 people
OPERATIONS = 1_000
SLOW_LINE = {
    "offline": False,
    "latency": 200,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}  # 400 kbit/s
FREE_LINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
TYPED = ("giang lan", "lan", "n", "vang a son 1951", "nha so 1200", "khong co ai")
SEARCH = """async typed => {
  const [pack, search] = [await import('/field/app/pack.js'), await import('/field/app/search.js')];
  const began = performance.now();
  const entries = pack.entries();
  const index = performance.now() - began;
  return {people: pack.pack.ofPerson.size, index, each: typed.map(words => {
    const start = performance.now();
    search.find(entries, words, {most: 40});
    return performance.now() - start;
  })};
}"""
FINISH = """async ([house, n]) => {
  const { finish } = await import('/field/app/outbox.js');
  const began = performance.now();
  for (let i = 0; i < n; i += 1) {
    await finish([{kind: 'visit', entity: {type: 'household', id: house}, body: {household: house, outcome: 'met', met: [], note: 'đã gặp chủ hộ'}, label: 'x', about: [house]}]);
  }
  return performance.now() - began;
}"""
SEND = """async () => {
  const { send } = await import('/field/app/outbox.js');
  const began = performance.now();
  const told = await send({asked: true});
  return {ms: performance.now() - began, ...told};
}"""


clients: dict[Any, Any] = {}  # one for each page: what another session slowed stays slow


def throttle(page: Any, slower: int, line: dict[str, Any]) -> None:
    """Slow the processor and the line of a page."""
    client = clients.setdefault(page, None) or page.context.new_cdp_session(page)
    clients[page] = client
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", line)
    client.send("Emulation.setCPUThrottlingRate", {"rate": slower})


def cold(browser: Any, url: str, line: dict[str, Any]) -> float:
    """Return the seconds from an empty browser to a screen that can be used."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    throttle(page, SLOWER, line)
    page.goto(f"{url}/field/vi/")
    page.locator("html[data-ready]").wait_for(state="attached")
    seconds = int(page.locator("html").get_attribute("data-ready")) / 1000
    page.context.close()
    return seconds


def measure(browser: Any, node: Any) -> dict[str, Any]:
    """Return every figure."""
    from dinh.web.field.tests.browser.phone import Phone

    packed = gzip.compress(json.dumps(node.pack(0, 0), ensure_ascii=False).encode(), 6)
    found: dict[str, Any] = {"pack_kb": round(len(packed) / 1000), "slower": SLOWER}
    found["cold_s"] = round(statistics.median(cold(browser, node.url, FREE_LINE) for _once in range(3)), 2)
    found["cold_400kbit_s"] = round(cold(browser, node.url, SLOW_LINE), 2)
    phone = Phone(browser, node.url)
    phone.page.set_default_timeout(120_000)
    phone.open("#enrol=K7M2-9QXT-3WAB")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    throttle(phone.page, SLOWER, SLOW_LINE)
    phone.page.locator("#label").fill("Samsung A05")
    phone.press("Tiếp tục")
    phone.page.locator("#pin1").fill("270391")
    phone.page.locator("#pin2").fill("270391")
    began = time.perf_counter()
    phone.press("Tiếp tục")
    phone.page.locator(".notice.green").wait_for()
    found["first_pack_400kbit_s"] = round(time.perf_counter() - began, 1)
    throttle(phone.page, SLOWER, FREE_LINE)
    told = phone.page.evaluate(SEARCH, list(TYPED))
    found |= {
        "people": told["people"],
        "index_ms": round(told["index"]),
        "search_ms": round(max(told["each"]), 1),
    }
    throttle(phone.page, 1, FREE_LINE)
    house = node.households[0]["i"]
    found["finish_ms_each"] = round(phone.page.evaluate(FINISH, [house, OPERATIONS]) / OPERATIONS, 2)
    told = phone.page.evaluate(SEND)
    found |= {"send_1000_s": round(told["ms"] / 1000, 2), "sent": told["sent"], "received": len(node.ops)}
    phone.close()
    return found


def main() -> int:
    """Print the figures as JSON."""
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from dinh.web.conftest import CHROMIUM
    from dinh.web.field.tests.browser.node import Node

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        node = Node(HOUSES)
        node.rounds = b"600000"
        found = measure(browser, node)
        node.close()
        browser.close()
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0 if found["sent"] == found["received"] == OPERATIONS else 1


if __name__ == "__main__":
    sys.exit(main())
