"""The questions of a draft as a citizen answers them.

They are `components.asking`'s; what differs on the portal is that nobody searches in others' records: a record is
chosen among those that concern the people of the draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.procedure import Field
from dinh.dossiers.models import Dossier, Draft
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.registers.queries import records_concerning
from dinh.web.components.asking import Face
from dinh.web.components.fields import Choice, FieldView
from dinh.web.portal import words

OWN_RECORDS_MAX = 20


class OnPortal(Face):
    """The questions of one draft, or of a dossier that is completed."""

    def __init__(self, request: Draft | Dossier) -> None:
        self.request = request

    def source_note(self, mark: Mapping[str, Any], language: str) -> str:
        """Say where an answer comes from."""
        return words.source_note(mark, language)

    def finish(self, one: Field, view: FieldView, value: Any, language: str) -> None:
        """Offer the person's own records as choices; without any, say so and let them go on."""
        if one.type != "record" or isinstance(self.request, Dossier):
            return
        view.matches = ()
        found = own_records(one, self.request, value, language)
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


def own_records(one: Field, draft: Draft, chosen: object, language: str) -> list[Choice]:
    """Return the records of a register that concern the people of a draft: nobody searches in others' records."""
    people = [pk for pk in (draft.person_id, draft.applicant_id) if pk]
    rows = records_concerning(people, one.register_id, OWN_RECORDS_MAX)
    choices = [Choice(str(row.pk), record_title(row, language), str(row.pk) == str(chosen)) for row in rows]
    return [*choices, Choice("", _("Another one, or I do not know"), not chosen)] if choices else []


def record_title(row: Record, language: str) -> str:
    """Return "Nguyễn Văn Phúc, births 12/2025"."""
    return f"{row.person_name or '–'}, {words.origin_of(f'{row.register} {row.number}', language)}"


def person_of(request: HttpRequest) -> Person | None:
    """Return the person of the signed-in citizen, when the population knows them."""
    user: Any = request.user
    return Person.objects.filter(pk=user.person).first() if user.person else None
