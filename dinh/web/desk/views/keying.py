"""Keying entries beside the picture of their page, and comparing what another officer keyed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.registers.scans import answers, keying, programs, queries, rights
from dinh.registers.scans.models import ScanBook, ScanEntry, ScanPage
from dinh.verification.actions import verify_again
from dinh.web.desk import scanning
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today

WRITE, READ = rights.WRITE, "registers.read"


@require_POST
@desk_page(WRITE)
def take_next(request: HttpRequest) -> HttpResponse:
    """Go to the next page to key or the next entry to compare, in one book or in all."""
    account = account_of(request)
    mine = [one for one in queries.books(account, today()) if rights.keys(account, one, today())]
    wanted = request.POST.get("book", "")
    among = [one.pk for one in mine if wanted in ("", str(one.pk))]
    return _onward(request, among, compare=request.POST.get("what") == "compare", back=wanted)


@desk_page(READ)
def page(request: HttpRequest, page: UUID) -> HttpResponse:
    """Show the picture of a page, beside the form of its register for those who key."""
    account = account_of(request)
    found = queries.see_page(account=account, page_id=page, at=now())
    if found.replaced_by_id is not None:
        return go("scan_page", found.replaced_by_id)
    return _page(request, found)


@desk_page(WRITE)
def key(request: HttpRequest, page: UUID) -> HttpResponse:
    """Keep what is keyed of an entry, or say that the page has no more."""
    account, at, then = account_of(request), now(), request.POST.get("_then", "more")
    found = queries.see_page(account=account, page_id=page, at=at)
    rights.require_keying(account, found.book, today())
    if request.method != "POST":
        return go("scan_page", found.pk)
    sent = _sent(request)
    if then == "empty" and _begun(_register(found.book), sent):
        said = _("You began an entry. Keep it, or empty its answers, before you say that there are no more.")
        return _page(request, found, sent, [Fault("", "scans.begun", said)])
    if then != "empty":
        keyed, faults = answers.read(_register(found.book), found.book, sent, today())
        if not faults:
            try:
                keying.key_entry(page=found, keyed=keyed, by=account, at=at)
            except Invalid as refused:
                faults = list(refused.faults)
        if faults:
            return _page(request, found, sent, faults)
        messages.success(request, _("Entry %(number)s is kept.") % {"number": keyed["number"]})
    if then == "more":
        return go("scan_page", found.pk)
    if found.keyed_at is None:
        keying.finish_page(page=found, by=account, at=at)
    return _onward(request, [found.book_id], compare=False, back=str(found.book_id))


def _page(
    request: HttpRequest,
    found: ScanPage,
    sent: dict[str, str] | None = None,
    faults: list[Fault] | None = None,
) -> HttpResponse:
    account, language, register = account_of(request), get_language() or "vi", _register(found.book)
    entries = list(
        found.entries.exclude(state=ScanEntry.State.DROPPED).select_related("record").order_by("place")
    )
    names = Names(one.first_by for one in entries)
    keys = rights.keys(account, found.book, today())
    read = queries.suggestions(found, today()) if keys else []
    suggested = read[len(entries)] if len(read) > len(entries) else {}
    views = scanning.form(register, sent or {}, language, faults or [], suggested) if keys else []
    before, after = queries.neighbours(found)
    context: dict[str, Any] = {
        "picture": scanning.picture(request, found), "book": found.book, "page": found, "before": before, "after": after,
        "register_title": register.title.of(language), "fields": views, "keys": keys,
        "hints": scanning.hints(register, views, suggested) if keys else [],
        "entries": [(one, names(one.first_by)) for one in entries], "next_number": len(entries) + 1,
        "faults": faults or [], "missing": programs.missing(), "page_address": True,
    }  # fmt: skip
    return show(request, "scans/key", context, status=422 if faults else 200)


@desk_page(WRITE)
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Compare one entry with the picture: key it again, confirm it, or decide between two keyings."""
    account = account_of(request)
    found = queries.get_entry(account, entry, today())
    queries.see_page(account=account, page_id=found.page_id, at=now())
    if request.method == "POST" and found.state in {ScanEntry.State.KEYED, ScanEntry.State.DIFFERS}:
        return _compare(request, found)
    return _entry(request, found)


def _compare(request: HttpRequest, found: ScanEntry) -> HttpResponse:
    account, at, register, sent = account_of(request), now(), _register(found.book), _sent(request)
    deciding = found.state == ScanEntry.State.DIFFERS
    plain, unchosen = scanning.decided(register, found, sent) if deciding else (sent, [])
    keyed, wrong = answers.read(register, found.book, plain, today())
    faults = unchosen or wrong
    if not faults:
        act = keying.decide if deciding else keying.key_again
        try:
            done = act(entry=found, keyed=keyed, by=account, at=at)
        except Invalid as refused:
            faults = list(refused.faults)
        except Refused as refused:
            faults = [Fault("", refused.code, refused.message)]
        else:
            _say(request, done)
            return _onward(request, [found.book_id], compare=True, back=str(found.book_id))
    return _entry(request, found, sent, faults)


def _say(request: HttpRequest, done: ScanEntry) -> None:
    if done.state == ScanEntry.State.DIFFERS:
        said = _("Entry %(number)s: the two keyings differ. It waits to be decided, with both in view.")
        messages.warning(request, said % {"number": done.number})
    else:
        if _register(done.book).person is not None:
            verify_again(register=done.book.register, unit=done.book.unit, at=now())
        said = _("Entry %(number)s is in the register.")
        messages.success(request, said % {"number": done.number})


def _entry(
    request: HttpRequest,
    found: ScanEntry,
    sent: dict[str, str] | None = None,
    faults: list[Fault] | None = None,
) -> HttpResponse:
    account, language, register = account_of(request), get_language() or "vi", _register(found.book)
    once = found.book.way == ScanBook.Way.ONCE
    names = Names([found.first_by, found.second_by, found.decided_by])
    differ, agree = scanning.choices(register, found, sent or {}, language, faults or [])
    typed = sent or (scanning.typed_of(found.first) if once else {})
    order = [one.pk for one in found.page.entries.exclude(state=ScanEntry.State.DROPPED).order_by("place")]
    context: dict[str, Any] = {
        "picture": scanning.picture(request, found.page), "book": found.book, "page": found.page, "entry": found,
        "register_title": register.title.of(language), "once": once, "mine": found.first_by == account.pk,
        "fields": scanning.form(register, typed, language, faults or []), "differ": differ, "agree": agree,
        "first": names(found.first_by), "second": names(found.second_by), "decider": names(found.decided_by),
        "place": order.index(found.pk) + 1 if found.pk in order else 0, "count": len(order), "faults": faults or [],
    }  # fmt: skip
    return show(request, "scans/entry", context, status=422 if faults else 200)


@desk_page(WRITE)
def drop(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Take out an entry that should not have been keyed."""
    found = queries.get_entry(account_of(request), entry, today())
    if request.method != "POST":
        return go("scan_entry", found.pk)
    try:
        keying.drop(entry=found, reason=request.POST.get("reason", ""), by=account_of(request), at=now())
    except Invalid as refused:
        return _entry(request, found, None, [Fault("reason", refused.code, refused.message)])
    messages.success(request, _("Entry %(number)s was taken out.") % {"number": found.number})
    return go("scan_page", found.page_id)


def _onward(request: HttpRequest, among: list[UUID], *, compare: bool, back: str) -> HttpResponse:
    account = account_of(request)
    if compare and (following := queries.next_entry(account, among)) is not None:
        return go("scan_entry", following.pk)
    if not compare and (waiting := queries.next_page(account, now(), among)) is not None:
        return go("scan_page", waiting.pk)
    messages.success(request, _("Nothing more waits for you here."))
    return go("scan_book", back) if back and among else go("scans")


def _begun(register: Register, sent: dict[str, str]) -> bool:
    return any(sent.get(one.id, "").strip() for one in scanning.asked(register))


def _sent(request: HttpRequest) -> dict[str, str]:
    return {name: str(value)[:4000] for name, value in request.POST.items() if not name.startswith("_")}


def _register(book: ScanBook) -> Register:
    return store.get().registers[book.register]
