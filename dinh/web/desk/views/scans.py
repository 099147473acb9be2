"""Digitising paper books: how far each is, hand in pictures, put them in order, look at one.

Keying and comparing entries stand in `keying`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.lib.errors import Fault, Invalid, Refused, reasons
from dinh.papers.serving import serve
from dinh.papers.uploads import takes_up_to
from dinh.registers.scans import books, programs, queries, rights
from dinh.registers.scans.models import ScanBook, ScanFile
from dinh.web.components.notes import Problem
from dinh.web.components.posted import whole
from dinh.web.desk import saying, scanning
from dinh.web.desk.forms.scans import NewBook
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.scope import unit_choices, unit_named

IMPORT, WRITE, READ = rights.IMPORT, rights.WRITE, "registers.read"
FILES_SHOWN = 12
REASONS = {
    "scans.too_slow": gettext_lazy("It took too long: a page of it is too heavy."),
    "scans.program_failed": gettext_lazy("It cannot be opened: it is damaged or locked with a password."),
    "scans.pages_of_file": gettext_lazy("It has no page, or more than 1,500. Hand it in in parts."),
    "scans.bad_picture": gettext_lazy("A page of it is too large or too small to be drawn."),
}


@desk_page(WRITE, IMPORT)
def home(request: HttpRequest) -> HttpResponse:
    """Show the books with their progress, what waits for this person, and what they did today."""
    account, at, on = account_of(request), now(), today()
    found = queries.books(account, on)
    keyed = [one.pk for one in found if rights.keys(account, one, on)]
    done, waits = queries.progress(found), queries.waiting_by_book(account, keyed)
    context = {
        "lines": [_line(one, done[one.pk], waits.get(one.pk)) | {"keys": one.pk in waits} for one in found],
        "to_key": sum(pages for pages, _entries in waits.values()),
        "to_compare": sum(entries for _pages, entries in waits.values()),
        "mine": queries.done_today(account, at),
        "may_open": may(request, IMPORT),
        "missing": programs.missing() if found else {},
    }
    return show(request, "scans/home", context)


@desk_page(IMPORT)
def new(request: HttpRequest) -> HttpResponse:
    """Begin to digitise a paper book."""
    account, language = account_of(request), get_language() or "vi"
    digitised = [one for one in store.get().registers.values() if one.paper]
    digitised.sort(key=lambda one: (one.paper.order if one.paper else 0, one.id))
    form = NewBook(
        request.POST or None,
        units=unit_choices(account, IMPORT),
        registers=[(one.id, one.title.of(language)) for one in digitised],
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        unit = unit_named(given.pop("unit"))
        try:
            book = books.open_book(cover=books.Cover(**given), unit=unit, by=account, at=now())
        except Invalid as refused:
            for fault in refused.faults:
                form.add_error(fault.path, str(fault.message))
        else:
            return go("scan_book", book.pk)
    return show(request, "scans/new", {"form": form}, status=422 if form.errors else 200)


@desk_page(WRITE, IMPORT)
def book(request: HttpRequest, book: UUID) -> HttpResponse:
    """Show one book: its progress, its files, its pages."""
    return _book(request, queries.get_book(account_of(request), book, today()))


def _brings(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, Account) and user.is_staff and may(request, IMPORT)


@takes_up_to("DINH_MAX_SCANS_BYTES", _brings)
@desk_page(IMPORT)
def upload(request: HttpRequest, book: UUID) -> HttpResponse:
    """Take in files: each is kept or refused on its own, and each refusal is told."""
    account = account_of(request)
    found = queries.get_book(account, book, today())
    rights.require_managing(account, found, today())
    if request.method != "POST":
        return go("scan_book", found.pk)
    uploads, faults, taken = request.FILES.getlist("file"), [], 0
    for one in uploads:
        try:
            books.hand_in(book=found, pieces=one.chunks(), filename=one.name or "", by=account, at=now())
            taken += 1
        except Refused as refused:
            faults.append(Problem(f"{one.name}: {reasons(refused, 1)[0]}", "id_file"))
    if not uploads:
        faults.append(Problem(_("Choose a file first."), "id_file"))
    if taken:
        said = ngettext("%(n)s file was taken in.", "%(n)s files were taken in.", taken)
        messages.success(request, said % {"n": taken})
    return _book(request, found, faults) if faults else go("scan_book", found.pk)


@require_POST
@desk_page(IMPORT)
def read_again(request: HttpRequest, book: UUID) -> HttpResponse:
    """Ask the worker for everything that it did not read or split yet."""
    found = queries.get_book(account_of(request), book, today())
    rights.require_managing(account_of(request), found, today())
    books.read_again(found)
    messages.success(request, _("The pages are read one after the other. Keying need not wait for it."))
    return go("scan_book", found.pk)


@desk_page(READ)
def picture(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """Show the picture of a page; that it was looked at is written down."""
    found = queries.see_page(account=account_of(request), page_id=page, at=now())
    return serve(found.blob, f"{found.book.title}-{found.place}")


@require_POST
@desk_page(WRITE, IMPORT)
def turn(request: HttpRequest, page: UUID) -> HttpResponse:
    """Turn a picture by a quarter, for everybody."""
    found = queries.get_page(account_of(request), page, today())
    books.turn_page(page=found, by=account_of(request), at=now())
    return go("scan_page", found.pk)


@desk_page(IMPORT)
def move(request: HttpRequest, page: UUID) -> HttpResponse:
    """Give a page another place in its book."""
    found = queries.get_page(account_of(request), page, today())
    rights.require_managing(account_of(request), found.book, today())
    if request.method != "POST":
        return go("scan_book", found.book_id)
    to = whole(request.POST.get("place", ""))
    field = f"id_place_{found.place}"
    if to is None:
        return _book(request, found.book, [Problem(_("Write the new place as a number."), field)])
    try:
        books.move_page(page=found, to=to, by=account_of(request), at=now())
    except Refused as refused:
        return _book(request, found.book, [Problem(reasons(refused, 1)[0], field)])
    messages.success(request, _("The page has its new place."))
    return go("scan_book", found.book_id)


@desk_page(IMPORT)
def replace(request: HttpRequest, page: UUID) -> HttpResponse:
    """Put a better picture in the place of a page."""
    account = account_of(request)
    found = queries.get_page(account, page, today())
    rights.require_managing(account, found.book, today())
    if request.method != "POST":
        return go("scan_book", found.book_id)
    file = request.FILES.get("file")
    try:
        if file is None:
            message = _("Choose a file first.")
            raise Invalid("scans.no_file", [Fault("file", "scans.no_file", message)], message)
        books.replace(page=found, pieces=file.chunks(), filename=file.name or "", by=account, at=now())
    except Refused as refused:
        return _book(request, found.book, [Problem(reasons(refused, 1)[0])])
    messages.success(request, _("The picture was replaced."))
    return go("scan_book", found.book_id)


def _book(request: HttpRequest, found: ScanBook, faults: list[Problem] | None = None) -> HttpResponse:
    account, on, language = account_of(request), today(), get_language() or "vi"
    files = list(found.files.order_by("-at", "-pk")[:FILES_SHOWN])
    names = Names(one.by for one in files)
    pages = list(queries.pages_of(found))
    keys = rights.keys(account, found, on)
    waits = queries.waiting_by_book(account, [found.pk]) if keys else {}
    done = queries.progress([found])[found.pk]
    context = {
        "book": found, **_line(found, done, waits.get(found.pk)), "faults": faults or [], "done": done,
        "files": [_file(one, names, language) for one in files], "pages": pages,
        "manages": rights.manages(account, found, on), "keys": keys, "sees": rights.sees(account, found, on),
        "missing": programs.missing(),
        "not_read": any(one.reading != "read" for one in pages) or any(one.state == "waiting" for one in files),
    }  # fmt: skip
    return show(request, "scans/book", context, status=422 if faults else 200)


def _line(one: ScanBook, done: queries.Progress, waits: tuple[int, int] | None) -> dict[str, Any]:
    register = store.get().registers.get(one.register)
    return {
        "pk": one.pk, "title": one.title, "year": one.year,
        "register_title": register.title.of(get_language() or "vi") if register else one.register,
        "unit": directory.unit_title(one.unit_id, today(), with_parents=False), "kept_by": one.kept_by,
        "bars": scanning.bars(done), "entered": done.entered, "waits": waits,
        "keyers": scanning.keyers(register, get_language() or "vi"),
    }  # fmt: skip


def _file(one: ScanFile, names: Names, language: str) -> dict[str, Any]:
    return {
        "name": one.filename, "state": one.state, "said": one.get_state_display(), "at": saying.moment(one.at, language),
        "who": names(one.by), "pages": one.pages, "doubles": len(one.doubles), "why": str(REASONS.get(one.reason, "")),
        "places": ", ".join(str(place) for _page, place in one.doubles[:20]),
    }  # fmt: skip
