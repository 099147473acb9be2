"""Every page of the house looked at as the right person: nothing for axe to find, nothing that overflows, a whole page.

The pages are read from the table of rights (`tests.paths.PATHS`), which names every path of the house; so a new page
is looked at without anybody having to think of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from tests.house import House
from tests.paths import PATHS
from tests.rights import OK, Actor, actors
from tests.story.browsing import RULES, Person

FILES = {  # paths that hand over a file, or answer machines
    "healthz", "metrics", "root", "portal:export", "portal:receipt", "portal:paper", "portal:attachment", "desk:export",
    "desk:slip", "desk:attachment", "desk:paper", "mfa_download_recovery_codes", "desk:register_import_report",
    "desk:verification_answer", "desk:corrections_file", "desk:scan_picture", "desk:teams_report_document",
    "desk:teams_voice_play", "desk:teams_paper", "desk:thanks_paper", "portal:commons_picture", "short:voice",
    "field:door", "field:worker", "field:file", "field:words", "field:manifest", "field:trust_file",
    "desk:places_change_workbook", "desk:places_change_proof", "desk:places_traits_workbook", "board:told_template",
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


def pages(house: House, language: str) -> list[Page]:
    """Return every page that somebody may open, with the first who may: a stranger, then somebody of here."""
    everybody = sorted(actors(house), key=lambda one: (one.account is not None, one.where != "here"))
    found = []
    for name, path in PATHS.items():
        if (
            "GET" not in path.methods
            or name in FILES
            or name.startswith(
                ("api:", "field:api", "field:pack", "field:forms", "field:blob", "field:unknown")
            )
        ):
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
    query = f"?lang={language}" if route.startswith(("k/", "t/", "b/", "w/", "field/trust")) else ""
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
