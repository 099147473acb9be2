"""Registers: those that somebody reads, each with its rate, by field of work; searched, sorted, taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.lib.names import fold
from dinh.registers import queries
from dinh.verification import queries as verification
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk import rating
from dinh.web.desk.views.base import account_of, desk_page, may, require, show, today
from dinh.web.desk.views.tables import Asked, Choice, Words

READ, WRITE, EXPORT, IMPORT = "registers.read", "registers.write", "registers.export", "registers.import"
LIST_ORDERS: Words = {
    "domain": pgettext_lazy("register", "Field"),
    "title": pgettext_lazy("register", "Title"),
    "worst": gettext_lazy("Lowest rate first"),
    "findings": gettext_lazy("Most findings first"),
    "rows": gettext_lazy("Most rows first"),
}
BAND_CHOICE = Choice(
    "band", gettext_lazy("Rate"),
    {
        "green": gettext_lazy("✓ reached"), "yellow": gettext_lazy("▲ near"), "red": gettext_lazy("■ below"),
        "none": gettext_lazy("not verified yet"),
    },
)  # fmt: skip


def readable(request: HttpRequest) -> dict[str, Register]:
    """Return the registers that this person reads somewhere."""
    account, on = account_of(request), today()
    return {key: one for key, one in store.get().registers.items() if queries.scope_of(account, key, on)}


def register_of(request: HttpRequest, register: str) -> Register:
    """Return a register that this person reads; anything else is not there."""
    shape = readable(request).get(register)
    if shape is None:
        raise Http404
    return shape


@desk_page(READ)
def browse(request: HttpRequest) -> HttpResponse:
    """Show the registers that one may read, each with its rate; `?form=csv` takes the list away."""
    language = get_language() or "vi"
    asked = Asked.of(request.GET, LIST_ORDERS, BAND_CHOICE)
    rated = _rated(request, language)
    lines = list(_ordered(asked, rated))
    if asked.form:
        require(request, EXPORT)
        return _list_as_file(asked.form, lines)
    context = {
        "lines": lines,
        "by_domain": asked.order == "domain",
        "bands": _bands(rated),
        "narrowed": bool(asked.q or asked.chosen),
        "asked": asked.drawn(False, may(request, EXPORT)),
        "brings": may(request, IMPORT),
        "mine": verification.given_to(account_of(request), today()),
        "digitises": may(request, WRITE) or may(request, IMPORT),
    }
    return show(request, "registers", context)


def _rated(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    shapes = store.get().registers
    listed = store.get().lists.get("register_domains")
    domains = {one.code: one.title.of(language) for one in (listed.entries if listed else ())}
    places = {code: place for place, code in enumerate(domains)}
    found, brought = [], rating.brought_in()
    for one in verification.rates(account_of(request), today()):
        shape = shapes[one.id]
        found.append(
            rating.line(one, language, brought)
            | {
                "title": shape.title.of(language),
                "domain": domains.get(shape.domain, _("Other")),
                "place": places.get(shape.domain, len(places)),
                "band": one.band or "none",
            }  # fmt: skip
        )
    return found


def _bands(lines: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Return (code, words, how many registers) of each band that has registers: what a leader asks first."""
    counted = Counter(one["band"] for one in lines)
    return [(code, str(said), counted[code]) for code, said in BAND_CHOICE.options.items() if counted[code]]


def _ordered(asked: Asked, lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    words = fold(asked.q).split()
    band = asked.chosen.get("band", "")
    keys: dict[str, Any] = {
        "domain": lambda one: (one["place"], fold(one["title"])),
        "title": lambda one: fold(one["title"]),
        "worst": lambda one: (one["share"] is None, one["share"] or 0, fold(one["title"])),
        "findings": lambda one: (-one["findings"], fold(one["title"])),
        "rows": lambda one: (-one["rows"], fold(one["title"])),
    }
    for one in sorted(lines, key=keys[asked.order]):
        said = fold(f"{one['title']} {one['domain']} {one['id']}")
        if (not band or one["band"] == band) and all(word in said for word in words):
            yield one


def _list_as_file(form: str, lines: list[dict[str, Any]]) -> HttpResponse:
    head = [_("Field"), _("Register"), _("Rows"), _("Verified"), _("Open findings"), _("Last verified on")]
    body = [
        [one["domain"], one["title"], str(one["rows"]), one["percent"], str(one["findings"]), one["at"]]
        for one in lines
    ]
    return as_file([[str(title) for title in head], *body], form, "so-dang-ky", _("Registers"))
