"""What registers say of a person, and how she says that it is wrong.

Shown are rows about her alone, and of them only what every reader of the register may read: nothing of another
person, no candidate, no verdict's other side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import queries as directory
from dinh.dossiers.queries.showing import show_value
from dinh.lib.dates import show_date
from dinh.lib.errors import Fault, Invalid, NotFound
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.registers.queries import readable_fields
from dinh.verification import actions
from dinh.verification.actions.contesting import PAPER
from dinh.verification.models import Finding, Match
from dinh.web.components.fields import Choice, FieldView
from dinh.web.portal.access import account_of, citizen_required
from dinh.web.portal.questions import person_of
from dinh.web.portal.words import language_now

MOST = 100
OPEN_UP_TO = 2  # rows; more of them are a list of registers first, each of which opens
NOT_SHOWN = frozenset({"people", "geometry"})  # other people, and outlines that only a map can show
NOTHING = _("There is no such record about you.")


@citizen_required
def my_records(request: HttpRequest) -> HttpResponse:
    """Show the rows about the person, what became of what she contested, and how to contest."""
    person = person_of(request)
    rows = records_of(person) if person else []
    contests = _contests(row.pk for row in rows)
    records = [_shown(row, contests.get(row.pk, []), _match(person, row)) for row in rows if person]
    for one in records:
        one["open"] = one["differs"] or len(records) <= OPEN_UP_TO
    context = {"person": person, "records": records}
    return render(request, "portal/my_records.html", context)


def records_of(person: Person) -> list[Record]:
    """Return the rows in force about a person: entered as hers, or found to be hers with certainty. One query.

    A verification that is certain whose a row is has written the person into it.
    """
    own = Record.objects.filter(person=person, state=Record.State.VALID).select_related("match", "unit")
    return list(own.order_by("register", "-registered_on", "pk")[:MOST])


def fields_of(shape: Register) -> list[RegisterField]:
    """Return the fields that the person a row is about may read: none that a role alone reads, nobody else's, no officer's."""
    house = shape.paper.of_the_house() if shape.paper else frozenset()
    own = set(shape.person.named().values()) if shape.person else set()
    others = {name for people in shape.others.values() for name in people.named().values()}
    roles = tuple(f"{role}_" for role in shape.others)  # "taxpayer_code" is the taxpayer's as well
    return [
        field
        for field in readable_fields(shape, ())
        if field.type not in NOT_SHOWN
        and field.of is None
        and field.id not in house
        and (field.id in own or (field.id not in others and not field.id.startswith(roles)))
    ]


def _match(person: Person | None, row: Record) -> Match | None:
    match: Match | None = getattr(row, "match", None)
    return match if match and person and match.person_id == person.pk else None


def _shown(row: Record, contests: list[Finding], match: Match | None) -> dict[str, Any]:
    shape, language, on = store.get().registers[row.register], language_now(), timezone.localdate()
    fields = fields_of(shape)
    return {
        "pk": row.pk,
        "title": shape.title.of(language),
        "number": row.number,
        "keeper": shape.keeper.of(language) if shape.keeper else directory.unit_title(row.unit_id, on),
        "since": show_date(row.confirmed_on or row.registered_on, language),
        "source": _sources().get(row.provenance, ""),
        "lines": [
            (field.title.of(language), text)
            for field in fields
            if (text := _text(field, row.data.get(field.id, (row.as_written or {}).get(field.id)), language))
        ],
        "agrees": match is not None and match.dung,
        "differs": match is not None and not match.dung,
        "contests": [_answered(one, fields, language) for one in contests],
    }


def _text(field: RegisterField, value: Any, language: str) -> str:
    try:
        return show_value(field, value, language, timezone.localdate())
    except (ValueError, TypeError):
        return str(value)  # kept as it was written, because it could not be read


def _sources() -> dict[str, str]:
    return {
        "dossier": _("from a request that was granted"),
        "import": _("from a file of the office that keeps it"),
        "exchange": _("from another authority"),
        "correction": _("corrected by an officer"),
        "paper": _("from a paper book"),
        "scan": _("from a paper book"),
    }


def _contests(records: Iterable[UUID]) -> dict[UUID, list[Finding]]:
    found: dict[UUID, list[Finding]] = {}
    mine = Finding.objects.filter(record__in=list(records), kind=Finding.Kind.CONTESTED).order_by("found_at")
    for one in mine:
        found.setdefault(one.record_id, []).append(one)
    return found


def _answered(one: Finding, fields: list[RegisterField], language: str) -> dict[str, Any]:
    """Return what was contested and what became of it; an officer's reason is the person's to read."""
    titles = {field.id: field.title.of(language) for field in fields}
    if one.state == Finding.State.OPEN:
        state, said = "waiting", _("waiting for an officer")
    elif one.decision in {Finding.Decision.CORRECTED, Finding.Decision.FIRST, Finding.Decision.SECOND}:
        state, said = "done", _("corrected")
    elif one.decision == Finding.Decision.CLOSED:
        state, said = "done", _("the record was closed")
    elif one.decision == Finding.Decision.ASKED:
        state, said = "waiting", _("the office that keeps it was asked")
    else:
        state, said = "refused", _("stays as it is")
    return {
        "field": titles.get(one.code, one.code),
        "right": str(one.says.get(one.code, "")),
        "paper": str(one.says.get(PAPER, "")),
        "on": show_date(one.found_at, language),
        "state": state,
        "said": said,
        "answered_on": show_date(one.decided_at, language) if one.decided_at else "",
        "note": one.note if one.state == Finding.State.DECIDED else "",
        "now": _says_now(one, fields, language),
    }


def _says_now(one: Finding, fields: list[RegisterField], language: str) -> str:
    """Return what the officer wrote instead, where it is not what the person said."""
    field = next((field for field in fields if field.id == one.code and field.id in one.changed), None)
    if field is None or one.state != Finding.State.DECIDED:
        return ""
    text = _text(field, one.changed[field.id][1], language)
    return "" if text == str(one.says.get(one.code, "")) else text


@citizen_required
def wrong(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Say that one value of a row about oneself is wrong: which, what is right, which paper shows it."""
    person = person_of(request)
    row = next((one for one in records_of(person) if one.pk == record_id), None) if person else None
    if row is None:
        raise NotFound("registers.no_record", NOTHING, record=record_id)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            actions.contest(
                record=row, field=_chosen(row, request), says=request.POST.get("says", ""),
                paper=request.POST.get("paper", ""), by=account_of(request), at=timezone.now(),
            )  # fmt: skip
        except Invalid as refused:
            faults = tuple(refused.faults)
        else:
            messages.success(
                request,
                _("We have it. An officer compares it with the papers; the answer will stand on this page."),
            )
            return redirect("portal:my_records")
    language, shape = language_now(), store.get().registers[row.register]
    context = {
        "title": shape.title.of(language),
        "number": row.number,
        "faults": faults,
        "questions": _questions(
            row, shape, request, {one.path: str(one.message) for one in faults}, language
        ),
    }
    return render(request, "portal/wrong.html", context, status=422 if faults else 200)


def _chosen(row: Record, request: HttpRequest) -> str:
    """Return the field that was chosen, if it is one that she is shown; "" is refused with a sentence."""
    given = request.POST.get("field", "")
    return given if given in {one.id for one in fields_of(store.get().registers[row.register])} else ""


def _questions(
    row: Record, shape: Register, request: HttpRequest, errors: dict[str, str], language: str
) -> list[FieldView]:
    chosen = request.POST.get("field") or request.GET.get("field", "")
    written = row.as_written or {}
    options = [
        Choice(
            field.id,
            field.title.of(language),
            field.id == chosen,
            id=f"id_field_{n}" if n else "id_field",
            hint=_text(field, row.data.get(field.id, written.get(field.id)), language)
            or _("nothing is written"),
        )  # fmt: skip
        for n, field in enumerate(fields_of(shape))
    ]
    return [
        FieldView(
            id="id_field", name="field", label=_("What is wrong?"), control="radios", options=tuple(options),
            required=True, error=errors.get("field", ""),
        ),
        FieldView(
            id="id_says", name="says", label=_("What is right?"), value=request.POST.get("says", ""),
            required=True, error=errors.get("says", ""), max_length=300,
        ),
        FieldView(
            id="id_paper", name="paper", label=_("Which paper shows it?"), value=request.POST.get("paper", ""),
            help=_("For example: birth certificate 12/2010, commune of Cốc San. Bring it along when we call you."),
            max_length=150,
        ),
    ]  # fmt: skip
