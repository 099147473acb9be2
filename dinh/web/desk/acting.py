"""Acts of registers in words, for whoever holds the journal to account: who did what, to which register or book.

What a row said stays out: who reads the journal need not read the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.journal.models import Entry
from dinh.registers.models import Import, ImportBatch, Record, ScanBook, ScanEntry, ScanFile, ScanPage
from dinh.verification.models import Finding, Submission
from dinh.web.desk import saying
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.tables import Words

ACTS: Words = {
    "registers.entered": pgettext_lazy("act", "entered a row"),
    "registers.amended": pgettext_lazy("act", "corrected a row"),
    "registers.closed": pgettext_lazy("act", "closed a row"),
    "registers.reopened": pgettext_lazy("act", "opened a closed row again"),
    "registers.imported": pgettext_lazy("act", "took a file of rows in hand, or went on with it"),
    "registers.batch_imported": pgettext_lazy("act", "loaded rows of a file"),
    "registers.book_closed": pgettext_lazy("act", "closed the book of a year"),
    "registers.scan_book_opened": pgettext_lazy("act", "began to digitise a paper book"),
    "registers.scan_file_taken": pgettext_lazy("act", "handed in scans"),
    "registers.scan_file_split": pgettext_lazy("act", "split a file into pages"),
    "registers.scan_page_added": pgettext_lazy("act", "added a page"),
    "registers.scan_page_double": pgettext_lazy("act", "left out a page that was here already"),
    "registers.scan_page_read": pgettext_lazy("act", "read a page by machine"),
    "registers.scan_page_turned": pgettext_lazy("act", "turned a page"),
    "registers.scan_page_moved": pgettext_lazy("act", "gave a page another place"),
    "registers.scan_page_replaced": pgettext_lazy("act", "replaced the picture of a page"),
    "registers.scan_page_keyed": pgettext_lazy("act", "said that a page has no more entries"),
    "registers.scan_entry_keyed": pgettext_lazy("act", "keyed an entry"),
    "registers.scan_entry_compared": pgettext_lazy("act", "keyed an entry again or compared it with the paper"),
    "registers.scan_entry_decided": pgettext_lazy("act", "decided between two keyings"),
    "registers.scan_entry_dropped": pgettext_lazy("act", "took an entry out"),
    "verification.submitted": pgettext_lazy("act", "asked for a verification"),
    "verification.verified": pgettext_lazy("act", "finished a verification"),
    "verification.failed": pgettext_lazy("act", "could not finish a verification"),
    "verification.decided": pgettext_lazy("act", "decided a finding"),
    "verification.undone": pgettext_lazy("act", "undid a decision"),
    "verification.assigned": pgettext_lazy("act", "assigned findings"),
    "verification.contested": pgettext_lazy("act", "said that a row about her or him is wrong"),
}  # fmt: skip
_REGISTER_OF: Mapping[str, tuple[Any, str]] = {
    "record": (Record, "register"), "import": (Import, "register"), "importbatch": (ImportBatch, "register"),
    "submission": (Submission, "register"), "finding": (Finding, "record__register"),
}  # fmt: skip
_BOOK_OF: Mapping[str, tuple[Any, str, str]] = {
    "scanbook": (ScanBook, "title", ""), "scanfile": (ScanFile, "book__title", ""),
    "scanpage": (ScanPage, "book__title", "place"), "scanentry": (ScanEntry, "book__title", "page__place"),
}  # fmt: skip


def lines(entries: Iterable[Entry]) -> list[dict[str, str]]:
    """Return acts in words, in the order given. A query for the names and one for each kind of thing."""
    found, language = list(entries), get_language() or "vi"
    names, things = Names(one.actor for one in found), _things(found, language)
    return [
        {
            "at": saying.moment(one.at, language),
            "who": names(one.actor) or _("the system"),
            "what": str(ACTS.get(one.kind, one.kind)),
            "thing": things.get(one.subject, ""),
        }
        for one in found
    ]


def _things(entries: list[Entry], language: str) -> dict[UUID, str]:
    registers, found = store.get().registers, {}
    for kind, (model, field) in _REGISTER_OF.items():
        ids = [one.subject for one in entries if one.subject_type == kind]
        for pk, id in model.objects.filter(pk__in=ids).values_list("pk", field) if ids else ():
            found[pk] = registers[id].title.of(language) if id in registers else id
    for kind, (model, title, place) in _BOOK_OF.items():
        ids = [one.subject for one in entries if one.subject_type == kind]
        for pk, book, *page in (
            model.objects.filter(pk__in=ids).values_list("pk", title, *([place] if place else []))
            if ids
            else ()
        ):
            found[pk] = _("%(book)s, page %(page)s") % {"book": book, "page": page[0]} if page else book
    return found
