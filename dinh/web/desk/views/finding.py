"""Find people: by name without accents, number, year of birth, village or head of household.

Asked by POST: names and numbers of people stand in no address, log or history. Whatever is shown or taken
away is written down with the ids of those in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold, sort_key
from dinh.population import queries
from dinh.population.models import Person
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.desk.views.base import account_of, desk_page, may, now, require, show, today

READ = "population.read"
EXPORT = "population.export"
LIMIT = 50
READ_AT_ONCE = 200
SORTED_MOST = 1000  # persons put in another order than that of the index
TAKEN_MOST = 5000  # persons in one file; more are a question for the figures
ORDERS = {
    "name": gettext_lazy("Surname first"),
    "given": gettext_lazy("Given name"),
    "oldest": gettext_lazy("The oldest first"),
    "youngest": gettext_lazy("The youngest first"),
}
KEYS: Mapping[str, Callable[[Person], Any]] = {
    "given": lambda one: (sort_key(one.full_name), one.birth or ""),
    "oldest": lambda one: (not one.birth, one.birth, one.name_key),
    # The year is read backwards; within it, so is the day.
    "youngest": lambda one: (not one.birth, [-ord(letter) for letter in one.birth or ""], one.name_key),
}


@dataclass(frozen=True)
class Wanted:
    """Who is looked for, in which order, from which person on."""

    text: str
    head: str
    year: str
    village: UUID | None
    order: str
    start: int
    after: UUID | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Wanted:
        """Read the question from a form."""
        order, start = given.get("order", ""), given.get("start", "")
        return cls(
            text=" ".join(given.get("q", "").split())[:120],
            head=" ".join(given.get("head", "").split())[:120],
            year=given.get("year", "").strip()[:4],
            village=as_uuid(given.get("village")),
            order=order if order in ORDERS else "name",
            start=int(start) if start.isdecimal() and len(start) < 5 else 0,
            after=as_uuid(given.get("after")),
        )

    @property
    def asked(self) -> bool:
        """Whether anything is asked: without a question nobody is listed."""
        return bool(self.text or self.head or self.born or self.village)

    @property
    def born(self) -> int | None:
        """The year of birth; None when none, or no year, was given."""
        return int(self.year) if self.year.isdecimal() else None

    @property
    def filters(self) -> dict[str, Any]:
        """The question as `population.queries` takes it."""
        return {"birth_year": self.born, "village": self.village, "head": self.head}


@dataclass(frozen=True)
class Found:
    """The persons of one page; `after` or `start` asks for the next one. `unsorted`: too many for the order."""

    rows: list[Person]
    after: str = ""
    start: str = ""
    unsorted: bool = False


@sensitive_post_parameters()
@desk_page(READ)
def search(request: HttpRequest) -> HttpResponse:
    """Show who fits, page by page, or give them away as a file."""
    wanted, form = Wanted.of(request.POST), request.POST.get("form", "")
    if wanted.asked and form in TYPES:
        require(request, EXPORT)
        taken = _taken_away(request, wanted, form)
        if taken is not None:
            return taken
        told = _("More than %(most)s people fit. Narrow the search, then take it away.")
        messages.warning(request, told % {"most": TAKEN_MOST})
    found = _found(request, wanted) if wanted.asked else Found([])
    language = get_language() or "vi"
    context = {
        "wanted": wanted,
        "orders": list(ORDERS.items()),
        "villages": _villages(request),
        "rows": [line_of(one, language) for one in found.rows],
        "found": found,
        "asked": wanted.asked,
        "may_import": may(request, "population.import"),
        "may_export": may(request, EXPORT),
    }
    return show(request, "people", context)


def _found(request: HttpRequest, wanted: Wanted) -> Found:
    """Return one page: read in the order of names, or sorted when all who fit can be read."""
    account, at = account_of(request), now()
    every = None if wanted.order == "name" else _every(request, wanted, SORTED_MOST)
    if every is None:
        page = queries.search_for(
            account, wanted.text, at=at, after=wanted.after, limit=LIMIT, purpose="people", **wanted.filters
        )
        return Found(list(page.rows), after=str(page.after or ""), unsorted=wanted.order != "name")
    every.sort(key=KEYS[wanted.order])
    until = wanted.start + LIMIT
    rows = every[wanted.start : until]
    _write_down(request, wanted, rows, "search")
    return Found(rows, start=str(until) if len(every) > until else "")


def _taken_away(request: HttpRequest, wanted: Wanted, form: str) -> HttpResponse | None:
    """Return everybody who fits as a file; None when they are too many."""
    every = _every(request, wanted, TAKEN_MOST, EXPORT)
    if every is None:
        return None
    if wanted.order != "name":
        every.sort(key=KEYS[wanted.order])
    _write_down(request, wanted, every, "export")
    language = get_language() or "vi"
    lines = [line_of(one, language) for one in every]
    head = [
        _("Name"),
        _("Birth"),
        _("Sex"),
        _("Number"),
        _("Head of the household"),
        _("Village"),
        _("State"),
    ]
    body = [
        [line["name"], line["birth"], line["sex"], line["number"], line["head"], line["village"], _("deceased") if line["dead"] else ""]
        for line in lines
    ]  # fmt: skip
    return as_file([head, *body], form, "dan-cu", _("People"))


def _every(request: HttpRequest, wanted: Wanted, most: int, permission: str = READ) -> list[Person] | None:
    """Return everybody within the permission who fits, in the order of names; None for more than `most`."""
    scope = policy.scope(account_of(request), permission, today())
    found: list[Person] = []
    after: UUID | None = None
    while len(found) <= most:
        page = queries.search_people(
            wanted.text, scope=scope, limit=READ_AT_ONCE, after=after, **wanted.filters
        )
        found += page.rows
        after = page.after
        if after is None:
            return found if len(found) <= most else None
    return None


def _write_down(request: HttpRequest, wanted: Wanted, rows: list[Person], kind: str) -> None:
    asked = {key: value for key, value in wanted.filters.items() if value}
    account, at = account_of(request), now()
    access.listed(
        kind=kind, subject_type="person", query={"text": fold(wanted.text), **asked}, ids=[one.pk for one in rows],
        by=account, at=at, purpose="people", unit=policy.home_unit(account, today()),
    )  # fmt: skip


def _villages(request: HttpRequest) -> list[tuple[str, str]]:
    on = today()
    scope = policy.scope(account_of(request), READ, on)
    units = [reach.unit for reach in scope.reaches if reach.level == "commune"]
    return [(str(one.unit_id), one.full_name) for unit in units for one in directory.villages_of(unit, on)]


def line_of(one: Person, language: str) -> dict[str, Any]:
    """Return a person as a line of a list."""
    home = one.household
    return {
        "pk": one.pk,
        "name": one.full_name,
        "birth": show_date(one.birth, language) if one.birth else "",
        "sex": one.get_sex_display(),
        "number": one.number or one.old_number,
        "head": home.head.full_name if home and home.head else "",
        "village": directory.unit_title(home.village_id, today(), with_parents=False)
        if home and home.village_id
        else "",
        "dead": one.status == Person.Status.DEAD,
    }
