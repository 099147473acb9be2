"""One person: what is known, their household, and who looked. Opening somebody writes an access row."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue import queries as catalogue
from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.dossiers.queries import rows_about
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.names import fold
from dinh.population import queries
from dinh.population.models import Household, Person
from dinh.registers.models import Record
from dinh.registers.queries import scope_of
from dinh.web.desk import looking
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.base import account_of, desk_page, may, now, show, today
from dinh.web.desk.views.counter import procedures_for
from dinh.web.desk.views.finding import READ, line_of


@desk_page(READ)
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show one person, and begin a request for them."""
    account, at, language, on = account_of(request), now(), get_language() or "vi", today()
    found = queries.open_person(person, account, at=at, purpose=f"person:{person}")
    known = queries.facts(found, on)
    books = store.get().registers
    records = Record.objects.filter(person=found, state=Record.State.VALID).order_by("-registered_on")
    dossiers = policy.scope(account, "dossiers.read", on).filter(rows_about(found.pk), "unit")
    context = {
        "person": found,
        "lines": facts_in_words(found, known, language),
        "household": found.household,
        "members": [line_of(one, language) for one in queries.members(found.household)]
        if found.household
        else [],
        "residences": [
            {
                "kind": one.get_kind_display(),
                "where": queries.residence_line(one, on),
                "since": show_date(one.from_on, language),
                "until": show_date(one.ended_on or one.until_on, language)
                if one.ended_on or one.until_on
                else "",
            }
            for one in queries.residences_of(found)
        ],
        "records": [
            (
                one.pk,
                books[one.register].title.of(language) if one.register in books else one.register,
                one.number,
            )
            for one in records
            if scope_of(account, one.register, on).allows(one.unit_id)
        ],
        "dossiers": [
            (one["number"], key_of(one["number"], one["id"]), one["title"]) for one in dossiers[:20]
        ],
        "procedures": procedures_for(request)
        if may(request, "drafts.help") and found.status == Person.Status.ALIVE
        else [],
    }
    return show(request, "person", context)


def facts_in_words(one: Person, known: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """Return (label, value) of what is known of a person, in the order of an identity card."""

    def titled(list_id: str, code: Any) -> str:
        try:
            return catalogue.list_title(list_id, str(code)).of(language) if code else ""
        except LookupError:
            return str(code)

    level = known.get("electronic_id.level")
    lines = [
        (_("Identity number"), one.number or ""),
        (_("Old number"), one.old_number),
        (_("Date of birth"), show_date(one.birth, language) if one.birth else ""),
        (_("Sex"), one.get_sex_display()),
        (_("Ethnic group"), titled("ethnic_groups", one.ethnicity)),
        (_("Nationality"), titled("nationalities", one.nationality)),
        (_("Place of birth"), one.birth_place),
        (_("Home place"), one.home_place),
        (_("Residence"), str(known.get("residence", ""))),
        (_("Mother"), str(known.get("mother.full_name", ""))),
        (_("Father"), str(known.get("father.full_name", ""))),
        (_("Telephone"), str(known.get("phone", ""))),
        (_("E-mail"), str(known.get("email", ""))),
        (_("Electronic identity"), _("level %(level)s") % {"level": level} if level else _("none")),
        (_("Died on"), show_date(one.died_on, language) if one.died_on else ""),
    ]
    return [(label, value) for label, value in lines if value]


@desk_page(READ)
def looked(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show who looked at a person's data."""
    found = queries.open_person(person, account_of(request), at=now(), purpose=f"person:{person}")
    ids = [row["id"] for row in rows_about(found.pk)]
    rows = access.looked_at(found.pk, 200, subjects=ids)
    return show(request, "looked", {"person": found, "lines": looking.lines(rows)})


@desk_page(READ)
def household(request: HttpRequest, household: UUID) -> HttpResponse:
    """Show the people who live together."""
    account, at, language, on = account_of(request), now(), get_language() or "vi", today()
    found = get_object_or_404(Household.objects.select_related("head", "village", "unit"), pk=household)
    policy.require(account, READ, unit=found.unit_id, on=on)
    living = queries.members(found)
    access.listed(
        subject_type="person", query={"household": str(found.pk)}, ids=[one.pk for one in living], by=account,
        at=at, purpose=f"household:{found.code}", unit=found.unit_id,
    )  # fmt: skip
    relations = store.get().lists.get("household_relations")
    titles = {entry.code: entry.title.of(language) for entry in relations.entries} if relations else {}
    context = {
        "household": found,
        "address": _address(found, on),
        "members": [{**line_of(one, language), "relation": titles.get(one.relation, "")} for one in living],
    }
    return show(request, "household", context)


def _address(home: Household, on: date) -> str:
    """Return where a household lives on one line; most addresses name their village already."""
    village = directory.unit_title(home.village_id, on, with_parents=False) if home.village_id else ""
    named = bool(village) and fold(home.address).endswith(fold(village))
    place = directory.unit_title(home.unit_id if named else home.village_id or home.unit_id, on)
    return ", ".join(part for part in (home.address, place) if part)
