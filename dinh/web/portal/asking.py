"""One page of a form as it is asked: its questions drawn from the draft, its searches answered.

Conditions are decided by the server: after each save the questions that an answer
has called up are asked on the same page, before the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from dinh.catalogue import layout, store
from dinh.catalogue.layout import PlacedPage
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.directory import queries as directory
from dinh.dossiers.models import Dossier, Draft
from dinh.dossiers.queries.showing import show_value
from dinh.dossiers.rules import answers as checking
from dinh.lib.errors import Fault
from dinh.population.models import Person
from dinh.registers.models import Record, RecordParty
from dinh.web.components.fields import PEOPLE_ROWS_MAX, Choice, FieldView, from_declaration
from dinh.web.portal import words

MATCHES_MAX = 8
OWN_RECORDS_MAX = 20


@dataclass(frozen=True)
class AskedSection:
    """Questions under one heading, ready to be drawn."""

    title: str
    fields: list[FieldView]


@dataclass
class Posted:
    """What a person sent for one page: raw answers, and what their searches found."""

    raw: dict[str, Any]
    matches: dict[str, list[Choice]] = field(default_factory=dict)
    typed_queries: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    show_all: bool = False  # draw what was typed, not what is kept: somebody changed the draft meanwhile


def shown_pages(procedure: Procedure, plain: Mapping[str, Any], today: date) -> list[PlacedPage]:
    """Return the pages that are asked, in order, given the answers so far."""
    visible, _fields = layout.visible(procedure, plain, today)
    return [page for page in layout.pages(procedure) if page.id in visible]


def visible_ids(page: PlacedPage, procedure: Procedure, draft: Draft, today: date) -> set[str]:
    """Return the ids of the questions of a page that are asked now."""
    _pages, visible = layout.visible(procedure, checking.plain_answers(draft.answers), today)
    return {one.id for one in page.fields if one.id in visible}


def read_post(page: PlacedPage, post: QueryDict, draft: Draft | Dossier, today: date) -> Posted:
    """Return what was sent for a page; searches are answered, rows of tables put together.

    A search with one result is taken as chosen; with several, or none, the person is asked again.
    """
    posted = Posted(raw={key: value for key, value in post.items() if not key.startswith("_")})
    for one in page.fields:
        if one.type == "people":
            posted.raw[one.id] = _rows(one.id, post)
        elif one.type == "place":
            _read_place(one, post, posted, draft, today)
    return posted


def _rows(name: str, post: QueryDict) -> list[dict[str, str]]:
    count = post.get(f"{name}__rows", "0")
    rows = [
        {
            column: post.get(f"{name}.{n}.{column}", "")
            for column in ("full_name", "birth", "sex", "number", "relation")
        }
        for n in range(min(int(count) if count.isdecimal() else 0, PEOPLE_ROWS_MAX))
    ]
    removed = post.get("_remove", "")
    if removed.startswith(f"{name}.") and removed.rpartition(".")[2].isdecimal():
        del rows[int(removed.rpartition(".")[2]) : int(removed.rpartition(".")[2]) + 1]
    return rows


def _read_place(one: Field, post: QueryDict, posted: Posted, draft: Draft | Dossier, today: date) -> None:
    text = " ".join(post.get(f"{one.id}__query", "").split())[:120]
    if not text:
        return
    posted.typed_queries[one.id] = text
    known = {**checking.plain_answers(draft.answers), **posted.raw}
    found = search_places(one, text, known, today)
    chosen = post.get(one.id, "")
    if any(choice.value == chosen for choice in found):
        posted.typed_queries.pop(one.id)
        return
    if len(found) == 1 and post.get("_search") != one.id:
        posted.raw[one.id] = found[0].value
        posted.typed_queries.pop(one.id)
        return
    posted.matches[one.id] = found
    posted.raw[one.id] = ""
    sentence = (
        _("Choose one of the places below.")
        if found
        else _("No place is called “%(text)s”. Try another spelling.") % {"text": text}
    )
    posted.faults.append(Fault(one.id, "portal.choose_place", sentence))


def search_places(one: Field, text: str, raw: Mapping[str, Any], today: date) -> list[Choice]:
    """Return the places that a text may mean, the current ones, each with what is above it."""
    within = _uuid(raw.get(one.within)) if one.within else None
    found = directory.find_places(text, on=today, levels=list(one.levels), within=within, limit=MATCHES_MAX)
    choices: dict[str, Choice] = {}
    for place in found:
        targets = [place] if place.current else list(place.successors)
        for target in targets:
            was = "" if place.current else _("formerly %(name)s") % {"name": place.full_name}
            hint = ", ".join(part for part in (target.context, was) if part)
            choices.setdefault(str(target.unit), Choice(str(target.unit), target.full_name, hint=hint))
    return list(choices.values())[:MATCHES_MAX]


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def sections(
    page: PlacedPage,
    procedure: Procedure,
    draft: Draft,
    *,
    language: str,
    today: date,
    faults: Sequence[Fault] = (),
    posted: Posted | None = None,
    only: Collection[str] | None = None,
) -> list[AskedSection]:
    """Return the questions of a page that are asked now, with answers, notes and faults.

    only  ids of questions to draw, for a supplement; all that are visible when left out
    """
    plain = checking.plain_answers(draft.answers)
    _pages, visible = layout.visible(procedure, plain, today)
    wrong = {fault.path: fault.message for fault in reversed(faults)}
    asked: list[AskedSection] = []
    for section in page.sections:
        views = [
            _view(one, draft, plain, wrong.get(one.id, ""), posted, language, today)
            for one in section.fields
            if one.id in visible and (only is None or one.id in only)
        ]
        if views:
            asked.append(AskedSection(section.title.of(language) if section.title else "", views))
    return asked


def _view(
    one: Field,
    draft: Draft,
    plain: Mapping[str, Any],
    error: object,
    posted: Posted | None,
    language: str,
    today: date,
) -> FieldView:
    answer = draft.answers.get(one.id, {})
    # A question called up later begins with its usual answer, as one that is asked from the start does.
    value = answer.get("typed", answer.get("value")) if answer else one.default
    if posted is not None and one.id in posted.raw and (error or one.type == "people" or posted.show_all):
        value = posted.raw[one.id]
    matches = list(posted.matches.get(one.id, ())) if posted else []
    register = answer.get("register")
    view = from_declaration(
        one,
        value,
        _without_name(error, one, language),
        language=language,
        required=layout.required(one, plain, today),
        source_note=words.source_note(answer, language),
        register_value=None if register is None else show_value(one, register, language, today),
        differs=register is not None,
        matches=matches,
        query=posted.typed_queries.get(one.id, "") if posted else "",
        shown=show_value(one, value, language, today) if one.type == "place" else "",
        relations=relations(one, language),
    )
    if one.type == "record":
        _as_own_records(view, own_records(one, draft, value, language))
    return view


def _as_own_records(view: FieldView, found: list[Choice]) -> None:
    """Offer the person's own records as choices; without any, say so and let them go on."""
    view.matches = ()
    if found:
        view.control = "radios"
        view.options = [
            Choice(c.value, c.label, c.chosen, id=f"{view.id}_{n}" if n else view.id)
            for n, c in enumerate(found)
        ]
    else:
        view.control, view.note = (
            "none",
            _("We found no such record of yours. Go on: an officer looks it up in the book."),
        )


def _without_name(error: object, one: Field, language: str) -> str:
    """Beside its question a fault need not name it again; in the summary it does."""
    return str(error).removeprefix(f"{one.title.of(language)}: ") if error else ""


def relations(one: Field, language: str) -> list[tuple[str, str]]:
    """Return the relations that the rows of a table of persons choose from."""
    if one.type != "people":
        return []
    entries = store.get().lists[one.list or "household_relations"].entries
    return [(entry.code, entry.title.of(language)) for entry in entries]


def own_records(one: Field, draft: Draft, chosen: object, language: str) -> list[Choice]:
    """Return the records of a register that concern the people of a draft: nobody searches in others' records."""
    people = [pk for pk in (draft.person_id, draft.applicant_id) if pk]
    about = Record.objects.filter(register=one.register_id, person__in=people)
    parties = RecordParty.objects.filter(person__in=people, record__register=one.register_id).values("record")
    rows = {
        row.pk: row
        for row in [*about[:OWN_RECORDS_MAX], *Record.objects.filter(pk__in=parties)[:OWN_RECORDS_MAX]]
    }
    choices = [
        Choice(str(pk), record_title(row, language), str(pk) == str(chosen)) for pk, row in rows.items()
    ]
    return [*choices, Choice("", _("Another one, or I do not know"), not chosen)] if choices else []


def record_title(row: Record, language: str) -> str:
    """Return "Nguyễn Văn Phúc, births 12/2025"."""
    return f"{row.person_name or '–'}, {words.origin_of(f'{row.register} {row.number}', language)}"


def person_of(request: HttpRequest) -> Person | None:
    """Return the person of the signed-in citizen, when the population knows them."""
    user: Any = request.user
    return Person.objects.filter(pk=user.person).first() if user.person else None
