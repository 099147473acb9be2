"""The questions of a draft, as an officer fills them with the person: drawn, read back, searched.

The questions, their templates and their checks are those of the portal; what differs at the desk is that
an officer searches the registers that they may read, and sees the register's value in the margin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from dinh.catalogue import layout, store
from dinh.catalogue.layout import PlacedPage
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.dossiers.rules import answers as checking
from dinh.lib.errors import Fault
from dinh.registers import queries as registers
from dinh.registers.models import Record
from dinh.web.components.fields import PEOPLE_COLUMNS, PEOPLE_ROWS_MAX, Choice, FieldView, from_declaration
from dinh.web.desk import saying, sheet

MATCHES = 8


class Fillable(Protocol):
    """What is filled: a draft, or the answers of a dossier."""

    answers: dict[str, Any]
    person_id: UUID | None
    applicant_id: UUID | None
    helper_id: UUID | None


@dataclass(frozen=True)
class Section:
    """Questions under one heading."""

    title: str
    fields: list[FieldView]


@dataclass
class Sent:
    """What came back: raw answers, and what the searches in it found."""

    raw: dict[str, Any]
    matches: dict[str, list[Choice]] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def pages(procedure: Procedure, answers: Mapping[str, Any], today: date) -> list[PlacedPage]:
    """Return the pages that are asked, in order."""
    visible, _fields = layout.visible(procedure, checking.plain_answers(answers), today)
    return [page for page in layout.pages(procedure) if page.id in visible]


def read(page: PlacedPage, post: QueryDict, officer: Account, today: date) -> Sent:
    """Return what was sent for a page; one match of a search is taken, several are asked about."""
    sent = Sent(raw={key: value for key, value in post.items() if not key.startswith("_")})
    for one in page.fields:
        if one.type == "people":
            sent.raw[one.id] = _people(one.id, post)
        elif one.type in {"place", "record"}:
            _search(one, post, sent, officer, today)
    return sent


def _people(name: str, post: QueryDict) -> list[dict[str, str]]:
    text = post.get(f"{name}__rows", "0")
    count = min(int(text), PEOPLE_ROWS_MAX) if text.isdecimal() else 0
    columns = [column for column, _label, _kind in PEOPLE_COLUMNS]

    def cell(n: int, column: str) -> str:
        return post.get(f"{name}.{n}.{column}") or post.get(f"{name}-{n}-{column}") or ""

    rows = [{column: cell(n, column) for column in columns} for n in range(count)]
    removed = post.get("_remove", "")
    place = removed.removeprefix(name)[1:]
    if removed.startswith(name) and place.isdecimal() and int(place) < len(rows):
        del rows[int(place)]
    if post.get("_add") == name:
        rows.append({})
    return rows


def _search(one: Field, post: QueryDict, sent: Sent, officer: Account, today: date) -> None:
    text = " ".join(post.get(f"{one.id}__query", "").split())[:120]
    if not text:
        return
    find = _places if one.type == "place" else _records
    found = find(one, text, sent.raw, officer, today)
    chosen = post.get(one.id, "")
    if any(choice.value == chosen for choice in found):
        return
    if len(found) == 1 and post.get("_search") != one.id:
        sent.raw[one.id] = found[0].value
        return
    sent.queries[one.id], sent.matches[one.id], sent.raw[one.id] = text, found, ""
    sentence = (
        _("Choose one of the lines found.")
        if found
        else _("Nothing was found for “%(text)s”. Try another spelling.")
    )
    sent.faults.append(Fault(one.id, "desk.choose", sentence % {"text": text} if not found else sentence))


def _places(one: Field, text: str, raw: Mapping[str, Any], officer: Account, today: date) -> list[Choice]:
    within = _uuid(raw.get(one.within)) if one.within else None
    found = directory.find_places(text, on=today, levels=list(one.levels), within=within, limit=MATCHES)
    choices: dict[str, Choice] = {}
    for place in found:
        for target in [place] if place.current else place.successors:
            was = "" if place.current else _("formerly %(name)s") % {"name": place.full_name}
            hint = ", ".join(part for part in (target.context, was) if part)
            choices.setdefault(str(target.unit), Choice(str(target.unit), target.full_name, hint=hint))
    return list(choices.values())[:MATCHES]


def _records(one: Field, text: str, raw: Mapping[str, Any], officer: Account, today: date) -> list[Choice]:
    scope = policy.scope(officer, "registers.read", today)
    return [_choice(row) for row in registers.find_records(one.register_id, text, scope=scope, limit=MATCHES)]


def _choice(row: Record, chosen: bool = False) -> Choice:
    return Choice(str(row.pk), f"{row.number} · {row.person_name}", chosen)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def sections(
    page: PlacedPage,
    procedure: Procedure,
    draft: Fillable,
    names: sheet.Names,
    *,
    language: str,
    today: date,
    faults: Sequence[Fault] = (),
    sent: Sent | None = None,
) -> list[Section]:
    """Return the questions of a page that are asked now, with answers, sources and faults."""
    plain = checking.plain_answers(draft.answers)
    _pages, visible = layout.visible(procedure, plain, today)
    wrong = {fault.path: fault.message for fault in reversed(faults)}
    found = []
    for section in page.sections:
        views = [
            _view(one, draft, plain, wrong.get(one.id, ""), sent, names, language, today)
            for one in section.fields
            if one.id in visible
        ]
        if views:
            found.append(Section(section.title.of(language) if section.title else "", views))
    return found


def _view(
    one: Field,
    draft: Fillable,
    plain: Mapping[str, Any],
    error: object,
    sent: Sent | None,
    names: sheet.Names,
    language: str,
    today: date,
) -> FieldView:
    mark = draft.answers.get(one.id, {})
    value = mark.get("typed", mark.get("value"))
    if sent is not None and one.id in sent.raw and (error or one.type == "people"):
        value = sent.raw[one.id]
    register = mark.get("register")
    return from_declaration(
        one,
        value,
        str(error).removeprefix(f"{one.title.of(language)}: ") if error else "",
        language=language,
        required=layout.required(one, plain, today),
        source_note=_source(mark, draft, names, language),
        register_value=None if register is None else saying.answer(one, register, language),
        differs=register is not None,
        matches=_matches(one, draft, value, sent),
        query=sent.queries.get(one.id, "") if sent else "",
        shown=saying.answer(one, value, language) if one.type in {"place", "record"} else "",
        relations=_relations(one, language),
    )


def _source(mark: Mapping[str, Any], draft: Fillable, names: sheet.Names, language: str) -> str:
    """Say where an answer comes from, unless this officer has just typed it."""
    if not mark or (mark.get("source") == "typed" and str(mark.get("by")) == str(draft.helper_id)):
        return ""
    said = sheet.source_of(mark, names, language)
    return said[:1].upper() + said[1:]


def _matches(one: Field, draft: Fillable, value: Any, sent: Sent | None) -> list[Choice]:
    if sent and one.id in sent.matches:
        return sent.matches[one.id]
    if one.type != "record" or value:
        return []
    people = [pk for pk in (draft.person_id, draft.applicant_id) if pk]
    own = Record.objects.filter(register=one.register_id, person__in=people, state=Record.State.VALID)
    return [_choice(row) for row in own[:MATCHES]]


def _relations(one: Field, language: str) -> list[tuple[str, str]]:
    if one.type != "people" or not one.list:
        return []
    return [(entry.code, entry.title.of(language)) for entry in store.get().lists[one.list].entries]
