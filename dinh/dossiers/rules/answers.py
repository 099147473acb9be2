"""Checking answers: one page as it is sent, or all pages before filing.

Nothing typed is lost: an answer that cannot be read stays in `typed`, and only
answers that no condition asks for any more are dropped. Faults name the field, say
what is wrong and what to do. Whatever structure tells about an identity number is
a warning and never blocks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import expressions, layout, store
from dinh.catalogue.shapes.procedure import Document, Eligibility, Field, Procedure
from dinh.dossiers.rules import values
from dinh.lib import citizen_number, names
from dinh.lib.errors import Fault

DOCUMENTS = "documents"  # the page on which papers are handed in


@dataclass(frozen=True)
class PageCheck:
    """What became of one page.

    values    field id -> value as kept; None where an answer was taken away
    typed     field id -> raw answer that could not be read, to be shown again as it was
    faults    what must be changed, in the order of the page
    warnings  what looks odd and does not block
    hidden    field ids that no condition asks for any more: their answers are dropped
    """

    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    typed: Mapping[str, Any] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        """True when nothing must be changed."""
        return not self.faults


def check_page(
    procedure: Procedure,
    page_id: str,
    raw: Mapping[str, Any],
    known: Mapping[str, Any],
    today: date,
    language: str = "vi",
    lists: values.Known | None = None,
) -> PageCheck:
    """Check what was sent for one page.

    raw       field id -> what was typed; a field that is missing counts as empty ("people": a list of
              mappings, or "members.0.full_name" keys)
    known     answers of the other pages (and of this one before), as kept
    today     local date
    language  of the field names in the faults
    lists     list id -> codes; from the catalogue when left out

    Raises KeyError for a page that the procedure does not have.
    """
    fields = page_fields(procedure, page_id)
    lists = list_codes() if lists is None else lists
    given: dict[str, Any] = {}
    wrong: dict[str, values.Wrong] = {}
    for one in fields:
        try:
            given[one.id] = values.read(one, _raw(one, raw), lists, today)
        except values.Wrong as fault:
            given[one.id], wrong[one.id] = None, fault
    merged = {**known, **given}
    _pages, visible = layout.visible(procedure, merged, today)
    shown = [one for one in fields if one.id in visible]
    faults = [
        fault
        for one in shown
        for fault in _faults_of(one, merged, wrong.get(one.id), today, one.title.of(language))
    ]
    everything = layout.fields(procedure)
    return PageCheck(
        values={one.id: given[one.id] for one in shown},
        faults=tuple(faults),
        warnings=tuple(odd(shown, merged, language)),
        typed={one.id: _raw(one, raw) for one in shown if one.id in wrong},
        hidden=frozenset(key for key in merged if key in everything and key not in visible),
    )


def check_all(
    procedure: Procedure,
    plain: Mapping[str, Any],
    attachments: Collection[str],
    today: date,
    language: str = "vi",
    lists: values.Known | None = None,
) -> dict[str, tuple[Fault, ...]]:
    """Check every page before filing; return page id -> faults, only for pages that have some.

    plain        field id -> value as kept
    attachments  ids of the documents that are handed in or already held
    """
    lists = list_codes() if lists is None else lists
    pages, visible = layout.visible(procedure, plain, today)
    called = layout.field_names(procedure)  # read away from their pages: whose name is missing is said
    faults: dict[str, tuple[Fault, ...]] = {}
    for page in layout.pages(procedure):
        if page.id not in pages:
            continue
        found: list[Fault] = []
        for one in page.fields:
            if one.id in visible:
                wrong = _reread(one, plain, lists, today)
                found.extend(_faults_of(one, plain, wrong, today, called[one.id].of(language)))
        if found:
            faults[page.id] = tuple(found)
    missing = [
        Fault(
            document.id,
            "dossiers.document_missing",
            format_lazy(
                _("{document}: this paper is still missing. Add a photograph or a PDF of it."),
                document=document.title.of(language),
            ),
        )
        for document in documents_needed(procedure, plain, today)
        if document.id not in attachments
    ]
    if missing:
        faults[DOCUMENTS] = tuple(missing)
    return faults


def ineligibility(procedure: Procedure, plain: Mapping[str, Any], today: date) -> list[Eligibility]:
    """Return the conditions that do not hold. One that is not known yet stops nobody."""
    return [
        one for one in procedure.eligibility if expressions.evaluate(one.condition, plain, today) is False
    ]


def documents_asked(procedure: Procedure, plain: Mapping[str, Any], today: date) -> list[Document]:
    """Return the papers that may be handed in, given the answers so far."""
    return [one for one in procedure.documents if layout.holds(one.visible_if, plain, today)]


def documents_needed(procedure: Procedure, plain: Mapping[str, Any], today: date) -> list[Document]:
    """Return the papers that must be handed in, given the answers so far."""
    return [
        one
        for one in documents_asked(procedure, plain, today)
        if one.required or (one.required_if and layout.holds(one.required_if, plain, today))
    ]


def plain_answers(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return field id -> value from answers kept with their source."""
    return {key: one.get("value") for key, one in answers.items()}


def page_fields(procedure: Procedure, page_id: str) -> tuple[Field, ...]:
    """Return the fields of one page in order. Raises KeyError for an unknown page."""
    for page in layout.pages(procedure):
        if page.id == page_id:
            return page.fields
    raise KeyError(page_id)


def list_codes() -> values.Known:
    """Return the codes of every list of the catalogue in force. Cached."""
    catalogue = store.get()
    if _codes.get("of") is not catalogue:
        lists = {key: frozenset(entry.code for entry in one.entries) for key, one in catalogue.lists.items()}
        _codes.update(of=catalogue, lists=lists)
    found: values.Known = _codes["lists"]
    return found


_codes: dict[str, Any] = {}


def odd(fields: Collection[Field], plain: Mapping[str, Any], language: str) -> list[Fault]:
    """Return what looks odd and does not block: identity numbers beside the sex and birth given, names as typed."""
    return [
        Fault(one.id, f"dossiers.{code}", _named(one.title.of(language), WARNINGS[code]))
        for one in fields
        for code in _odd(one, plain)
    ]


def _odd(one: Field, plain: Mapping[str, Any]) -> list[str]:
    value = plain.get(one.id)
    if not value:
        return []
    if one.type == "name":
        return [] if names.looks_finished(str(value)) else ["name_unfinished"]
    if one.type != "citizen_number":
        return []
    prefix = one.id.removesuffix("number")
    return list(citizen_number.warnings(value, plain.get(f"{prefix}sex"), plain.get(f"{prefix}birth")))


WARNINGS: dict[str, Any] = {
    "name_unfinished": _(
        "This name has no accents or no capital letters. Look at it again: the papers will carry it as it stands "
        "here; you may go on."
    ),
    "sex_differs": _("The number says another sex than the one given. Check both; you may go on."),
    "birth_year_differs": _(
        "The number says another year of birth than the one given. Check both; you may go on."
    ),
    "unknown_province": _(
        "The number begins with a province code that we do not know. Check it; you may go on."
    ),
}


def _faults_of(
    one: Field, plain: Mapping[str, Any], wrong: values.Wrong | None, today: date, name: str
) -> list[Fault]:
    if wrong is not None:
        return [Fault(one.id, f"dossiers.{wrong.code}", _named(name, wrong.message))]
    if plain.get(one.id) in (None, "", []) and layout.required(one, plain, today):
        sentence = _("This question must be answered.")
        return [Fault(one.id, "dossiers.answer_missing", _named(name, sentence))]
    if one.not_before and _before(plain.get(one.id), plain.get(one.not_before)):
        sentence = _("This day comes before the first one. Look at both dates again.")
        return [Fault(one.id, "dossiers.before_the_first", _named(name, sentence))]
    return []


def _before(day: object, first: object) -> bool:
    """Say whether a date is before another, as far as both are known: 03/2026 is not before 05/03/2026."""
    if not isinstance(day, str) or not isinstance(first, str):
        return False
    known = min(len(day), len(first))
    return day[:known] < first[:known]


def _named(name: str, sentence: object) -> object:
    """Return the sentence with the field's name before it."""
    return format_lazy(
        "{field}{colon} {sentence}", field=name, colon="" if name.endswith("?") else ":", sentence=sentence
    )


def _reread(one: Field, plain: Mapping[str, Any], lists: values.Known, today: date) -> values.Wrong | None:
    try:
        values.read(one, plain.get(one.id), lists, today)
    except values.Wrong as wrong:
        return wrong
    return None


def _raw(one: Field, raw: Mapping[str, Any]) -> Any:
    """Return what was typed for a field; rows of a table may come as "members.0.full_name" keys."""
    if one.type != "people" or one.id in raw:
        return raw.get(one.id)
    rows: dict[int, dict[str, Any]] = {}
    for key, value in raw.items():
        if key.startswith(one.id + "."):
            place, _dot, column = key[len(one.id) + 1 :].partition(".")
            if place.isascii() and place.isdigit() and len(place) < 4:
                rows.setdefault(int(place), {})[column] = value
    return [rows[place] for place in sorted(rows)]
