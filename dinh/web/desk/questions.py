"""The questions of a draft as an officer fills them with the person.

They are `components.asking`'s; what differs at the desk is that an officer searches the registers that they may
read, and that a source names who typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from dinh.catalogue.shapes.procedure import Field
from dinh.directory.models import Account
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.registers import queries as registers
from dinh.registers.models import Record
from dinh.web.components.asking import MATCHES_MAX, Face
from dinh.web.components.fields import Choice, FieldView
from dinh.web.desk import saying, sheet


class Fillable(Protocol):
    """What is filled: a draft, or the answers of a dossier."""

    answers: dict[str, Any]
    person_id: UUID | None
    applicant_id: UUID | None
    helper_id: UUID | None


class AtDesk(Face):
    """The questions of one request at one officer's desk.

    names  of the accounts that gave answers; none when the questions are only counted
    """

    def __init__(self, request: Fillable, officer: Account, names: sheet.Names | None = None) -> None:
        self.request, self.officer, self.names = request, officer, names or sheet.Names([])

    def find_records(self, one: Field, text: str) -> list[Choice]:
        """Return the records that the officer may read, and write down that they were shown."""
        at = timezone.now()
        scope = registers.scope_of(self.officer, one.register_id, local_date(at))
        if not scope:
            return []
        found = registers.find_records(one.register_id, text, scope=scope, limit=MATCHES_MAX)
        access.listed(
            kind="search", subject_type="record", query={"register": one.register_id, "q": text},
            ids=[row.pk for row in found], by=self.officer, at=at, purpose=f"register:{one.register_id}",
        )  # fmt: skip
        return [_choice(row) for row in found]

    def source_note(self, mark: Mapping[str, Any], language: str) -> str:
        """Say where an answer comes from, unless this officer has just typed it."""
        if mark.get("source") == "typed" and str(mark.get("by")) == str(self.request.helper_id):
            return ""
        said = sheet.source_of(mark, self.names, language)
        return said[:1].upper() + said[1:]

    def finish(self, one: Field, view: FieldView, value: Any, language: str) -> None:
        """Offer the records of the people concerned before anything is searched."""
        if one.type != "record":
            return
        view.shown = saying.answer(one, value, language)
        if not view.matches and not view.query and not value:
            people = [pk for pk in (self.request.person_id, self.request.applicant_id) if pk]
            own = registers.records_concerning(people, one.register_id, MATCHES_MAX)
            view.matches = [_choice(row) for row in own]


def _choice(row: Record) -> Choice:
    return Choice(str(row.pk), f"{row.number} · {row.person_name}")
