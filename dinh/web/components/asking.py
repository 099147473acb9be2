"""One page of a form as it is asked: its questions drawn from what is known, what came back read, searches answered.

Citizens fill these pages on the portal, officers at the counter. What differs between them (whose records may be
searched, how a source is named) is a `Face`; everything else is here once. Conditions are decided by the server:
after each save the questions that an answer has called up are asked on the same page, before the next one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from dinh.catalogue import layout, store
from dinh.catalogue.layout import PlacedPage
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.directory import queries as directory
from dinh.dossiers.models import Draft
from dinh.dossiers.queries.showing import show_value
from dinh.dossiers.rules import answers as checking
from dinh.lib.errors import Fault
from dinh.lib.ids import as_uuid
from dinh.web.components.fields import PEOPLE_COLUMNS, PEOPLE_ROWS_MAX, Choice, FieldView, from_declaration
from dinh.web.components.posted import whole

MATCHES_MAX = 8


NAME_BEFORE = re.compile(r"^( \([^()]*\))?:? ")  # what follows a question's name: whose it is, a colon


@dataclass(frozen=True)
class Section:
    """Questions under one heading, ready to be drawn."""

    title: str
    fields: list[FieldView]


@dataclass
class Sent:
    """What came back for a page: raw answers, and what the searches in it found."""

    raw: dict[str, Any]
    matches: dict[str, list[Choice]] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    show_all: bool = False  # draw what was typed, not what is kept: somebody changed the draft meanwhile
    prepares: bool = False  # a button asked for a search, or a row more or less: the page comes back, unsent
    searched: str = ""  # the question whose search was pressed

    def found_nothing(self) -> list[Fault]:
        """Return what to say of the search that was pressed: nothing, when there is a line to choose."""
        return [one for one in self.faults if one.path == self.searched and not self.matches.get(one.path)]


class Face:
    """What a portal and a desk do differently; as it stands, nobody's records are searched."""

    def find_records(self, one: Field, text: str) -> list[Choice] | None:
        """Return the records that a text may mean, None when they are not searched by text."""
        return None

    def source_note(self, mark: Mapping[str, Any], language: str) -> str:
        """Say where an answer comes from; "" when that need not be said."""
        return ""

    def finish(self, one: Field, view: FieldView, value: Any, language: str) -> None:
        """Change how one question is drawn."""


def pages(procedure: Procedure, plain: Mapping[str, Any], today: date) -> list[PlacedPage]:
    """Return the pages that are asked, in order, given the answers so far."""
    visible, _fields = layout.visible(procedure, plain, today)
    return [page for page in layout.pages(procedure) if page.id in visible]


def first_page(draft: Draft, procedure: Procedure, today: date) -> str:
    """Return the page on which to go on: the first that is not done, else the first."""
    asked = [page.id for page in pages(procedure, checking.plain_answers(draft.answers), today)]
    return next((one for one in asked if one not in draft.done_pages), asked[0])


def visible_ids(page: PlacedPage, procedure: Procedure, answers: Mapping[str, Any], today: date) -> set[str]:
    """Return the ids of the questions of a page that are asked now."""
    _pages, visible = layout.visible(procedure, checking.plain_answers(answers), today)
    return {one.id for one in page.fields if one.id in visible}


def read(page: PlacedPage, post: QueryDict, answers: Mapping[str, Any], today: date, face: Face) -> Sent:
    """Return what was sent for a page; searches are answered, rows of tables put together.

    A search with one result is taken as chosen; with several, or none, the person is asked again. A row that was
    asked for stands at the end of its table.
    """
    sent = _sent(post)
    for one in page.fields:
        if one.type == "people":
            sent.raw[one.id] = _people(one.id, post)
        elif one.type in {"place", "record"}:
            _search(one, post, sent, answers, today, face)
    return sent


def read_all(
    procedure: Procedure,
    post: QueryDict,
    answers: Mapping[str, Any],
    today: date,
    face: Face,
    only: Collection[str] | None = None,
) -> Sent:
    """Return what was sent for the questions of every page at once, or for some of them: dossiers given anew.

    only  ids of the questions that were asked; all when left out
    """
    whole = replace(_sent(post), raw={})
    for page in layout.pages(procedure):
        ids = {one.id for one in page.fields if only is None or one.id in only}
        if ids:
            part = read(page, post, answers, today, face)
            whole.raw |= {key: value for key, value in part.raw.items() if key in ids}
            whole.matches |= part.matches
            whole.queries |= part.queries
            whole.faults += [fault for fault in part.faults if fault.path in ids]
    return whole


def _sent(post: QueryDict) -> Sent:
    return Sent(
        raw={key: value for key, value in post.items() if not key.startswith("_")},
        prepares=not {"_add", "_remove", "_search"}.isdisjoint(post),
        searched=post.get("_search", ""),
    )


def _people(name: str, post: QueryDict) -> list[dict[str, str]]:
    count = min(whole(post.get(f"{name}__rows", "")) or 0, PEOPLE_ROWS_MAX)
    columns = [column for column, _label, _kind in PEOPLE_COLUMNS]
    rows = [{column: post.get(f"{name}.{n}.{column}", "") for column in columns} for n in range(count)]
    head, _dot, row = post.get("_remove", "").rpartition(".")
    place = whole(row)
    if head == name and place is not None:
        del rows[place : place + 1]
    return [*rows, {}] if post.get("_add") == name else rows


def _search(
    one: Field, post: QueryDict, sent: Sent, answers: Mapping[str, Any], today: date, face: Face
) -> None:
    text = " ".join(post.get(f"{one.id}__query", "").split())[:120]
    if not text:
        return
    if one.type == "place":
        known = {**checking.plain_answers(answers), **sent.raw}
        found: list[Choice] | None = search_places(one, text, known, today)
    else:
        found = face.find_records(one, text)
    if found is None or any(choice.value == post.get(one.id, "") for choice in found):
        return
    if len(found) == 1 and post.get("_search") != one.id:
        sent.raw[one.id] = found[0].value
        return
    sent.queries[one.id], sent.matches[one.id], sent.raw[one.id] = text, found, ""
    if found:
        sentence = _("Choose one of the lines found.")
    elif one.type == "place":
        sentence = _("No place is called “%(text)s”. Try another spelling.") % {"text": text}
    else:
        sentence = _("Nothing was found for “%(text)s”. Try another spelling.") % {"text": text}
    sent.faults.append(Fault(one.id, "web.choose", sentence))


def search_places(one: Field, text: str, known: Mapping[str, Any], today: date) -> list[Choice]:
    """Return the places that a text may mean, the current ones, each with what is above it."""
    within = as_uuid(known.get(one.within)) if one.within else None
    found = directory.find_places(text, on=today, levels=list(one.levels), within=within, limit=MATCHES_MAX)
    choices: dict[str, Choice] = {}
    for place in found:
        for target in [place] if place.current else place.successors:
            was = "" if place.current else _("formerly %(name)s") % {"name": place.full_name}
            hint = ", ".join(part for part in (target.context, was) if part)
            choices.setdefault(str(target.unit), Choice(str(target.unit), target.full_name, hint=hint))
    return list(choices.values())[:MATCHES_MAX]


def sections(
    page: PlacedPage,
    procedure: Procedure,
    answers: Mapping[str, Any],
    face: Face,
    *,
    language: str,
    today: date,
    faults: Sequence[Fault] = (),
    sent: Sent | None = None,
    only: Collection[str] | None = None,
) -> list[Section]:
    """Return the questions of a page that are asked now, with answers, notes and faults.

    answers  field id -> mark, as a draft or a dossier keeps them
    only     ids of questions to draw, for a supplement; all that are visible when left out
    """
    plain = checking.plain_answers(answers)
    _pages, visible = layout.visible(procedure, plain, today)
    wrong = {fault.path: fault.message for fault in reversed(faults)}
    asked: list[Section] = []
    for section in page.sections:
        views = [
            _view(one, answers.get(one.id, {}), plain, wrong.get(one.id, ""), sent, face, language, today)
            for one in section.fields
            if one.id in visible and (only is None or one.id in only)
        ]
        if views:
            asked.append(Section(section.title.of(language) if section.title else "", views))
    return asked


def _view(
    one: Field,
    mark: Mapping[str, Any],
    plain: Mapping[str, Any],
    error: object,
    sent: Sent | None,
    face: Face,
    language: str,
    today: date,
) -> FieldView:
    # A question called up later begins with its usual answer, as one that is asked from the start does.
    value = mark.get("typed", mark.get("value")) if mark else one.default
    if sent is not None and one.id in sent.raw and (error or one.type == "people" or sent.show_all):
        value = sent.raw[one.id]
    register = mark.get("register")
    view = from_declaration(
        one,
        value,
        said_beside(one.title.of(language), error) if error else "",
        language=language,
        required=layout.required(one, plain, today),
        source_note=face.source_note(mark, language) if mark else "",
        register_value=None if register is None else show_value(one, register, language, today),
        differs=register is not None,
        matches=sent.matches.get(one.id, []) if sent else [],
        query=sent.queries.get(one.id, "") if sent else "",
        shown=show_value(one, value, language, today) if one.type == "place" and as_uuid(value) else "",
        relations=relations(one, language),
    )
    face.finish(one, view, value, language)
    return view


def said_beside(title: str, sentence: object) -> str:
    """Return a sentence about an answer without the name of the question, which stands above it there."""
    text = str(sentence)
    return NAME_BEFORE.sub("", text.removeprefix(title), count=1) if text.startswith(title) else text


def relations(one: Field, language: str) -> list[tuple[str, str]]:
    """Return the relations that the rows of a table of persons choose from."""
    if one.type != "people":
        return []
    entries = store.get().lists[one.list or "household_relations"].entries
    return [(entry.code, entry.title.of(language)) for entry in entries]
