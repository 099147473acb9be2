"""Asked once: answers that the house already knows, each marked with where it comes from.

Sources are those that a field names (`Field.prefill`): facts of a person, of their
household, a record of a register, another answer. The citizen may correct them; the
register's value then stays beside theirs and becomes a finding at filing. Papers
that the house holds are in `held`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from dinh.catalogue import expressions, layout
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers.held import HeldPaper, held_papers
from dinh.dossiers.rules import answers as checking
from dinh.dossiers.rules import values
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.population import queries as population
from dinh.population.models import Person
from dinh.registers import queries as registers

__all__ = ["Answers", "HeldPaper", "fill", "held_papers", "refill", "trace"]

Answers = dict[str, dict[str, Any]]


class _Known:
    """Facts about the people of one request, read when first asked for."""

    def __init__(
        self,
        procedure: Procedure,
        applicant: Person | None,
        subject: Person | None,
        helper: Account | None,
        at: datetime,
        purpose: str,
    ) -> None:
        self.people: dict[str, Person | None] = {"applicant": applicant}
        # Who asks for a child or a neighbour is not the one whom it is about.
        if subject is not None and (procedure.subject == "applicant" or subject != applicant):
            self.people["subject"] = subject
        self.procedure = procedure
        self.helper, self.at, self.purpose = helper, at, purpose
        self.on = local_date(at)
        self._facts: dict[UUID, Mapping[str, Any]] = {}
        self._records: dict[UUID, Mapping[str, Any]] = {}

    def value(self, path: str, plain: Mapping[str, Any]) -> tuple[Any, str] | None:
        """Return a value and where it comes from; None when the path leads nowhere."""
        head, _dot, rest = path.partition(".")
        if head == "answer":
            return (plain[rest], "answer") if plain.get(rest) is not None else None
        if head == "household":
            return self._fact(self.people["applicant"], path)
        if head == "record":
            return self._record(rest)
        return self._fact(self._person(head, plain), rest)

    def _person(self, group: str, plain: Mapping[str, Any]) -> Person | None:
        if group not in self.people:
            number = plain.get(f"{self.procedure.subject if group == 'subject' else group}.number")
            found = population.person_by_number(number) if number else None
            if found is not None and not self._may_show(found):
                found = None
            if found is not None and self.helper is not None:
                trace(found, self.helper, at=self.at, purpose=self.purpose)
            self.people[group] = found
        return self.people[group]

    def _may_show(self, person: Person) -> bool:
        """A number shows the applicant's own people, to an officer also those they may look up: else forms would tell who strangers are."""
        applicant = self.people["applicant"]
        if self.helper is not None and directory.may(
            self.helper, "population.read", unit=person.unit_id, on=self.on
        ):
            return True
        return applicant is not None and (
            person.pk in {applicant.pk, applicant.mother_id, applicant.father_id}
            or applicant.pk in {person.mother_id, person.father_id}
            or (person.household_id is not None and person.household_id == applicant.household_id)
            or policy.represents(applicant.pk, person.pk, self.procedure.id, self.on)
        )

    def _fact(self, person: Person | None, name: str) -> tuple[Any, str] | None:
        if person is None:
            return None
        if person.pk not in self._facts:
            self._facts[person.pk] = population.facts(person)
        found = self._facts[person.pk].get(name)
        return None if found in (None, "") else (found, "population")

    def _record(self, name: str) -> tuple[Any, str] | None:
        for person in (self.people.get("subject"), self.people["applicant"]):
            if person is None:
                continue
            if person.pk not in self._records:
                self._records[person.pk] = registers.record_facts(person)
            known = self._records[person.pk]
            if known.get(name) not in (None, ""):
                register = name.partition(".")[0]
                return known[name], f"{register} {known.get(f'{register}.line', '')}".strip()
        return None


def trace(person: Person, officer: Account, *, at: datetime, purpose: str) -> None:
    """Write that an officer was shown a person's data in a request that they fill."""
    access.opened(
        subject_type="person", subject=person.pk, by=officer, at=at, purpose=purpose, person=person.pk, unit=person.unit_id
    )  # fmt: skip


def fill(
    procedure: Procedure,
    person: Person | None,
    account: Account | None,
    *,
    applicant: Person | None = None,
    at: datetime | None = None,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
    only: frozenset[str] | None = None,
    helper: Account | None = None,
    purpose: str = "",
) -> Answers:
    """Return the answers that are known beforehand, with their source.

    person     whom the dossier is about
    account    whose request it is
    applicant  who asks; the person of the account, or `person`, when left out
    answers    given so far: they stay as they are, and only empty ones are filled
    only       ids of the fields to fill; all when left out
    helper     an officer fills: a number shows also people whom they may look up, and leaves a trace
    purpose    for that trace: "draft:<id>"

    {"value": ..., "source": "register" | "default" | "answer", "from": "population" | "births 12/2025",
    "by": None, "at": ISO}. Costs two queries for each person whose facts are asked for.
    """
    at = at or timezone.now()
    today = local_date(at)
    if applicant is None and account is not None and account.person is not None:
        applicant = Person.objects.filter(pk=account.person).first()
    filled: Answers = {key: dict(one) for key, one in (answers or {}).items()}
    known = _Known(procedure, applicant or person, person, helper, at, purpose)
    lists = checking.list_codes()
    plain = checking.plain_answers(filled)
    for field in layout.fields(procedure).values():
        if only is not None and field.id not in only:
            continue
        if plain.get(field.id) is not None or filled.get(field.id, {}).get("source") == "typed":
            continue
        found = _first(field, known, plain, today, lists)
        if found is not None:
            value, source, origin = found
            filled[field.id] = {
                "value": value,
                "source": source,
                "from": origin,
                "by": None,
                "at": at.isoformat(),
            }
            plain[field.id] = value
    return filled


def refill(
    procedure: Procedure,
    page_id: str,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    applicant: Person | None,
    person: Person | None,
    at: datetime,
    helper: Account | None = None,
    purpose: str = "",
) -> Answers:
    """Return the answers after a page was sent: what its answers now let the house know is filled.

    "I am the mother" fills the mother; a number fills its person; "the father" afterwards takes away what
    was filled for the mother. Only fields whose sources look at the page are touched, and never one that
    somebody typed. No query when there is none.
    """
    elsewhere, here = _looking_at(procedure, page_id)
    if not elsewhere and not here:
        return {key: dict(one) for key, one in answers.items()}
    kept = {
        key: dict(one)
        for key, one in answers.items()
        if key not in elsewhere or one.get("source") not in {"register", "answer"}
    }
    filled = fill(
        procedure, person, None, applicant=applicant, at=at, answers=kept, only=elsewhere | here, helper=helper,
        purpose=purpose,
    )  # fmt: skip
    return {
        key: dict(answers[key]) if key in answers and answers[key].get("value") == one["value"] else one
        for key, one in filled.items()
    }


Looking = tuple[frozenset[str], frozenset[str]]
_touched: dict[tuple[int, str], tuple[Procedure, Looking]] = {}


def _looking_at(procedure: Procedure, page_id: str) -> Looking:
    """Return the fields whose sources depend on answers of a page: those of other pages, and its own. Cached.

    Of its own only those that a number on the page lets the house know, and only while they are empty.
    """
    key = (id(procedure), page_id)
    if key not in _touched:
        own = {field.id for field in checking.page_fields(procedure, page_id)}
        elsewhere, here = set(), set()
        for field in layout.fields(procedure).values():
            if field.id in own:
                if any(_by_number(source, own, procedure.subject) for source in field.prefill):
                    here.add(field.id)
            elif any(_looks_at(source, own, procedure.subject) for source in field.prefill):
                elsewhere.add(field.id)
        if len(_touched) > 2000:
            _touched.clear()
        # The procedure is kept with it, so that its id() stays its own.
        _touched[key] = (procedure, (frozenset(elsewhere), frozenset(here)))
    return _touched[key][1]


def _looks_at(source: str, page: set[str], subject: str) -> bool:
    path, _if, condition = source.partition(" if ")
    head, _dot, rest = path.partition(".")
    if head == "answer" and rest in page:
        return True
    if _by_number(source, page, subject):
        return True
    return bool(condition) and bool(expressions.names(expressions.parse(condition)) & page)


def _by_number(source: str, page: set[str], subject: str) -> bool:
    """Say whether a source is a fact of somebody whose number is asked on the page."""
    head, _dot, _rest = source.partition(".")
    group = subject if head == "subject" else head
    return group not in {"answer", "household", "record", "applicant"} and f"{group}.number" in page


def _first(
    field: Field, known: _Known, plain: Mapping[str, Any], today: date, lists: values.Known
) -> tuple[Any, str, str] | None:
    """Return value, source and origin of the first source that gives an answer the field accepts."""
    for path in layout.prefill_sources(field, plain, today):
        found = known.value(path, plain)
        if found is None:
            continue
        raw, origin = found
        try:
            value = values.read(field, raw, lists, today)
        except values.Wrong:
            continue  # a register may hold what a form no longer accepts; then the person is asked
        if value is not None:
            return value, "answer" if origin == "answer" else "register", "" if origin == "answer" else origin
    return (field.default, "default", "") if field.default is not None else None
