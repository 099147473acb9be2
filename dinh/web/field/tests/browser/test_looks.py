"""What the app weighs, and what a screen reader, a large text and a small screen make of it."""

from __future__ import annotations

import json
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

from dinh.web.field import shipped, words
from dinh.web.field.tests.browser.node import Node
from dinh.web.field.tests.browser.phone import Phone

pytestmark = [pytest.mark.browser]
MOST = 60_000  # bytes, compressed as they are sent: everything that one language needs
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
LOOK = """() => ({
  wide: document.documentElement.scrollWidth - innerWidth,
  small: [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')].filter(e => {
    const r = e.getBoundingClientRect();
    if (!r.width || e.matches('.unseen') || e.matches('.cards h3 a, .summary a')) return false;
    const label = e.labels && e.labels[0] && e.labels[0].getBoundingClientRect().height;
    return Math.max(r.height, label || 0) < 47.5;
  }).map(e => e.outerHTML.slice(0, 100)),
})"""


def squeezed(content: bytes) -> int:
    return len(brotli.compress(content))


def test_the_whole_app_weighs_less_than_sixty_kilobytes() -> None:
    weights = {name: squeezed(shipped.content(name).encode()) for name in shipped.files()}
    weights["sw.js"] = squeezed(shipped.worker_script().encode())
    weights["shell"] = squeezed(shipped.shell("vi").encode())
    weights["words"] = squeezed(json.dumps(words.words("vi"), ensure_ascii=False).encode())
    weights["manifest"] = squeezed(json.dumps(shipped.manifest("vi"), ensure_ascii=False).encode())

    assert sum(weights.values()) <= MOST, weights


def test_every_word_the_app_asks_for_is_there() -> None:
    import re

    known = words.words("en")
    asked = set()
    for name in shipped.files():
        if name.endswith(".js"):
            asked |= set(re.findall(r"\b(?:t|wrong)\('([a-z_0-9.]+)'", (shipped.FOLDER / name).read_text()))

    assert len(asked) > 150
    assert asked - set(known) == set()


def test_a_pin_is_derived_slowly() -> None:
    assert "ROUNDS = 600000" in (shipped.FOLDER / "keys.js").read_text()


def test_no_file_breaks_the_strict_policy() -> None:
    for name in shipped.files():
        text = (shipped.FOLDER / name).read_text()
        assert "eval(" not in text and "new Function" not in text and ".style" not in text, name
    assert "style=" not in shipped.shell("vi") and "<script>" not in shipped.shell("vi")


def places(node: Node) -> list[str]:
    """Return every kind of place."""
    house = node.households[0]
    person, task = house["p"][0]["i"], node.tasks[0]["id"]
    return ["today", "search", f"house/{house['i']}", f"person/{person}", f"task/{task}", f"skip/{task}",
            f"file/{house['i']}/{person}", "outbox", "more", "cards", "card/scams", "workshops",
            "workshop/00000000-0000-0000-0000-000005000001", "settings", "new-pin", "hand-in"]  # fmt: skip


def axe(page: Any) -> list[str]:
    """Return what axe finds."""
    from axe_core_python.base import AXE_FILE_PATH

    page.evaluate(AXE_FILE_PATH.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [f"{one['id']}: {node['html'][:100]}" for one in found["violations"] for node in one["nodes"][:3]]


@pytest.mark.long
@pytest.mark.parametrize("size", ["1", "3"])
def test_every_place_is_clean_for_axe_and_fits_a_small_screen(chromium: Any, node: Node, size: str) -> None:
    phone = Phone(chromium, node.url, lax=True)
    faults: list[str] = []
    phone.open("#enrol")
    faults += [f"enrol {one}" for one in axe(phone.page)]
    phone.enrol()
    phone.page.evaluate("size => { document.documentElement.dataset.text = size; }", size)
    for place in places(node):
        phone.go(place)
        phone.page.wait_for_timeout(120)
        look = phone.page.evaluate(LOOK)
        faults += [f"{place} {one}" for one in [*axe(phone.page), *look["small"]]]
        faults += [f"{place} is {look['wide']} px too wide"] if look["wide"] > 0 else []
    phone.go(f"house/{node.households[0]['i']}")
    phone.press("Ghi chuyến thăm")
    phone.press("Xong, ghi lại")
    phone.page.locator(".summary").wait_for()
    faults += [f"visit {one}" for one in axe(phone.page)]

    assert faults == []
    phone.close()
