"""Papers that are asked for and that the house already holds: earlier results, records of its books."""

from __future__ import annotations

from dataclasses import dataclass

from dinh.catalogue.shapes.procedure import Procedure
from dinh.dossiers.models import Result
from dinh.papers.models import Paper
from dinh.population.models import Person
from dinh.registers.models import Record

MARRIAGES = "marriages"  # the one book whose records are two persons' alike
SPOUSES = ("wife", "husband")


@dataclass(frozen=True)
class HeldPaper:
    """A paper asked for that the house already holds.

    source  "result:birth_registration" or "register:births"
    title   what it is, with its number, for the person
    paper   the issued paper, when it is one
    record  the record, when it is one
    """

    source: str
    title: str
    paper: Paper | None = None
    record: Record | None = None


def held_papers(procedure: Procedure, person: Person | None) -> dict[str, HeldPaper]:
    """Return document id -> the paper that the house already holds for this person.

    Costs one query for each kind of paper that a document may be held as.
    """
    held: dict[str, HeldPaper] = {}
    if person is None:
        return held
    for document in procedure.documents:
        for source in document.held_as:
            found = _held(source, person)
            if found is not None:
                held[document.id] = found
                break
    return held


def _held(source: str, person: Person) -> HeldPaper | None:
    kind, _colon, name = source.partition(":")
    if kind == "register":
        record = _own_record(person, name)
        return HeldPaper(source, f"{name} {record.number}", record=record) if record else None
    result = (
        Result.objects.filter(
            dossier__procedure=name, dossier__subject=person, paper__state=Paper.State.ISSUED
        )
        .select_related("paper__blob")
        .order_by("-decided_at")
        .first()
    )
    if result is None or result.paper is None:
        return None
    return HeldPaper(source, f"{result.paper.title} {result.paper.number}".strip(), paper=result.paper)


def _own_record(person: Person, register: str) -> Record | None:
    """Return the newest record of a person in a book: about them, or of a marriage that is theirs too."""
    found = Record.objects.filter(register=register, state=Record.State.VALID).order_by("-registered_on")
    about = found.filter(person=person).first()
    if about is not None or register != MARRIAGES:
        return about
    return found.filter(parties__person=person, parties__role__in=SPOUSES).first()
