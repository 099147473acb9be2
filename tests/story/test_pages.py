"""Every page of the house, as the right person: nothing for axe to find, nothing that overflows, a page that is whole.

The pages are read from the table of rights (`tests.paths.PATHS`), which names every path of the house; so a new page
is looked at here without anybody having to think of it. The everyday run takes Vietnamese on a telephone for all, and
one third of the pages, another each day of the year, in French and English and on a wide screen; `long` takes all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from django.utils import timezone

from tests.house import House, build
from tests.paths import PATHS
from tests.rights import OK, Actor, actors
from tests.story.browsing import RULES, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILES = {  # paths that hand over a file, or answer machines
    "healthz", "metrics", "root", "portal:export", "portal:receipt", "portal:paper", "portal:attachment", "desk:export",
    "desk:slip", "desk:attachment", "desk:paper", "mfa_download_recovery_codes", "desk:register_import_report",
    "desk:verification_answer", "desk:corrections_file", "desk:scan_picture",
}  # fmt: skip
AWAY = {  # pages that lead elsewhere when they are opened out of their turn
    "account_reauthenticate", "mfa_authenticate", "mfa_deactivate_totp", "mfa_activate_totp",
    "mfa_generate_recovery_codes", "mfa_reauthenticate", "portal:rate", "portal:supplement", "desk:complete",
    "desk:apology",
}  # fmt: skip
LOOK = """() => {
  const small = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')].filter(e => {
    const r = e.getBoundingClientRect(), s = getComputedStyle(e);
    if (!r.width || s.visibility === 'hidden' || e.closest('.skip, .unseen') || e.matches('.skip, .unseen')) return false;
    const inline = e.tagName === 'A' && s.display === 'inline' && e.closest('p, li, td, dd, th, h2, h3, caption');
    const labelled = e.labels && [...e.labels].some(l => l.getBoundingClientRect().height >= 24);
    return !inline && !labelled && (r.width < 24 || r.height < 24);
  }).map(e => e.outerHTML.slice(0, 120));
  return {
    wide: document.documentElement.scrollWidth - innerWidth, headings: document.querySelectorAll('h1').length,
    lang: document.documentElement.lang, title: document.title, main: document.querySelectorAll('main').length, small,
    text: document.body.innerText,
  };
}"""


@dataclass(frozen=True)
class Page:
    """One page, and who opens it."""

    name: str
    address: str
    actor: Actor


@pytest.fixture
def house() -> House:
    """Two communes with one of everything."""
    return build()


@pytest.fixture
def seats(chromium: Any, live_server: Any) -> Iterator[Any]:
    """Return a function that gives each person one browser; the strict policy steps aside for axe alone."""
    taken: dict[tuple[str, int, bool], Person] = {}

    def seat(actor: Actor, width: int, script: bool = True) -> Person:
        key = (actor.name, width, script)
        if key not in taken:
            taken[key] = Person(
                chromium, live_server.url, width, account=actor.account, lax=script, script=script
            )
        return taken[key]

    yield seat
    for one in taken.values():
        one.context.close()


def pages(house: House, language: str) -> list[Page]:
    """Return every page that somebody may open, with the first who may: a stranger, then somebody of here."""
    everybody = sorted(actors(house), key=lambda one: (one.account is not None, one.where != "here"))
    found = []
    for name, path in PATHS.items():
        if "GET" not in path.methods or name in FILES or name.startswith("api:"):
            continue
        for actor in everybody:
            if path.rule(actor) == OK:
                found.append(Page(name, _address(name, house, language), actor))
                break
    return found


def _address(name: str, house: House, language: str) -> str:
    make = PATHS[name].args
    args = {key: str(value) for key, value in (make(house) if make else {}).items()}
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: args[match.group(1)], _routes()[name])
    query = f"?lang={language}" if route.startswith("k/") else ""
    return "/" + re.sub(r"^[a-z]{2}/", f"{language}/", route) + query


def _routes() -> dict[str, str]:
    """Return the route of every name, "namespace:name" to "vi/desk/…"."""
    found: dict[str, str] = {}

    def walk(patterns: Any, before: str, space: str) -> None:
        for one in patterns:
            route = before + re.sub(
                r"\(\?P<(\w+)>[^)]*\)|[\^$]", lambda m: f"<{m[1]}>" if m[1] else "", str(one.pattern)
            )
            if isinstance(one, URLPattern):
                if one.name:
                    found.setdefault(space + one.name, route)
            elif one.namespace != "api":
                walk(one.url_patterns, route, f"{one.namespace}:" if one.namespace else space)

    walk(get_resolver().url_patterns, "", "")
    return found


def faults_of(person: Person, page: Page, language: str) -> list[str]:
    """Open a page and return everything that is wrong with it, in words."""
    shown = person.open(page.address)
    if page.name in AWAY and page.address.split("?")[0] not in shown.url:
        return []
    seen = shown.evaluate(LOOK)
    faults = [f"small: {one}" for one in seen["small"]]
    if seen["wide"] > 0:
        faults.append(f"runs over the screen by {seen['wide']} px")
    if seen["headings"] != 1 or seen["main"] != 1:
        faults.append(f"{seen['headings']} h1, {seen['main']} main")
    if seen["lang"] != language:
        faults.append(f"lang is {seen['lang']!r}")
    if not seen["title"].strip(" –"):
        faults.append("no title")
    raw = r"\['|\{\{|\{%|%\(\w+\)s" + ("" if language == "en" else r"|\bNone\b")  # a word of English
    faults += [f"a raw value: {found}" for found in re.findall(raw, seen["text"])]
    faults += person.complaints
    person.complaints.clear()
    return faults + _axe(shown)


def _axe(shown: Any) -> list[str]:
    from axe_core_python.base import AXE_FILE_PATH

    if not shown.evaluate("typeof axe === 'object'"):
        shown.add_script_tag(path=str(AXE_FILE_PATH))
    found = shown.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


def look_at(all_of: list[Page], seats: Any, width: int, language: str) -> None:
    """Fail with every fault of every page at once."""
    found = {}
    for page in all_of:
        faults = faults_of(seats(page.actor, width), page, language)
        if faults:
            found[f"{page.name} as {page.actor.name}"] = faults
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


def test_every_page_is_whole_on_a_telephone_in_vietnamese(house: House, seats: Any) -> None:
    found = pages(house, "vi")

    assert len(found) > 60
    look_at(found, seats, 360, "vi")


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("en", 360)])
def test_a_third_of_the_pages_is_whole_in_another_language(
    house: House, seats: Any, language: str, width: int
) -> None:
    turn = timezone.localdate().toordinal() % 3

    look_at(pages(house, language)[turn::3], seats, width, language)


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_every_page_is_whole_in_every_language_and_width(
    house: House, seats: Any, language: str, width: int
) -> None:
    look_at(pages(house, language), seats, width, language)


def test_citizens_read_every_page_without_any_script(house: House, seats: Any) -> None:
    for page in pages(house, "vi"):
        if page.actor.staff or page.name in AWAY:
            continue
        shown = seats(page.actor, 360, script=False).open(page.address)
        assert shown.locator("h1").count() == 1, page
        assert shown.locator("main").inner_text().strip(), page
        for form in shown.locator("main form").all():  # whatever is asked can be sent
            assert form.locator("button:not([type=button])").count(), page
