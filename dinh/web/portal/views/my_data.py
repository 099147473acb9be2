"""What the registers hold about a person, and who looked at it and why."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue.queries import list_title
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.dossiers import queries as dossiers
from dinh.journal import access
from dinh.journal.models import Access
from dinh.lib.dates import local_date, show_date, show_datetime
from dinh.population import queries as population
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.web.components.purposes import why
from dinh.web.portal import words
from dinh.web.portal.access import account_of, citizen_required
from dinh.web.portal.questions import person_of
from dinh.web.portal.words import language_now

PACK = "field.pack"  # a volunteer's telephone took the cards of the houses of its villages
LOOKED = {
    "open": gettext_lazy("opened"),
    "list": gettext_lazy("saw a list"),
    "search": gettext_lazy("searched"),
    "export": gettext_lazy("exported"),
    "file": gettext_lazy("read a file"),
}


@citizen_required
def my_data(request: HttpRequest) -> HttpResponse:
    """Show what the registers hold about the person, and who looked at it and why."""
    person, language, today = person_of(request), language_now(), timezone.localdate()
    if person is None:
        return render(request, "portal/my_data.html", {"person": None})
    records = list(Record.objects.filter(person=person).order_by("-registered_on")[:50])
    subjects = [row["id"] for row in dossiers.rows_about(person.pk)] + [row.pk for row in records]
    looked = _looked(person, subjects)
    names = {a.pk: a for a in Account.objects.filter(pk__in={row.actor for row in looked if row.actor})}
    own = account_of(request).pk
    context = {
        "person": person,
        "facts": _facts(person, language, today),
        "residences": _residences(person, language, today),
        "records": [
            {
                "title": words.origin_of(f"{row.register} {row.number}", language),
                "name": row.person_name,
                "on": show_date(row.registered_on, language),
                "closed": row.state == "closed",
            }
            for row in records
        ],
        "looked": [
            {
                "at": show_datetime(row.at, language),
                "who": _who(names.get(row.actor), own) if row.actor else _("the system"),
                "office": names[row.actor].title if row.actor in names else "",
                "what": _("had the card of your house on the telephone, for visits")
                if row.purpose == PACK
                else str(LOOKED.get(row.kind, row.kind)),
                "why": "" if row.purpose == PACK else why(row.purpose, own=row.actor == own),
            }
            for row in looked
        ],
    }
    return render(request, "portal/my_data.html", context)


def _looked(person: Person, subjects: list[UUID]) -> list[Access]:
    """Return who looked, newest first; of the packs that held the house's card, one of each member and day."""
    house = access.looked_at(person.household_id, limit=300) if person.household_id else []
    days: dict[tuple[UUID | None, date], Access] = {}
    for row in house:  # the newest first
        days.setdefault((row.actor, local_date(row.at)), row)
    found = [*access.looked_at(person.pk, limit=100, subjects=subjects), *days.values()]
    return sorted(found, key=lambda row: (row.at, row.pk), reverse=True)[:100]


def _who(account: Account | None, own: Any) -> str:
    if account is None:
        return _("a closed account")
    return _("yourself") if account.pk == own else account.full_name


def _facts(person: Person, language: str, today: date) -> list[tuple[str, str]]:
    household = person.household
    rows = [
        (_("Full name"), person.full_name),
        (_("Citizen number"), person.number or ""),
        (_("Date of birth"), show_date(person.birth, language)),
        (_("Sex"), capfirst(person.get_sex_display())),
        (_("Ethnic group"), _listed("ethnic_groups", person.ethnicity, language)),
        (_("Nationality"), _listed("nationalities", person.nationality, language)),
        (_("Place of birth"), person.birth_place),
        (_("Home place"), person.home_place),
        (_("Mother"), person.mother_name),
        (_("Father"), person.father_name),
        (_("Household"), household.code if household else ""),
        (_("Relation to the head of household"), _listed("household_relations", person.relation, language)),
        (
            _("Commune of permanent residence"),
            directory.unit_title(person.unit_id, today) if person.unit_id else "",
        ),
    ]
    return [(label, value) for label, value in rows if value]


def _listed(list_id: str, code: str, language: str) -> str:
    return list_title(list_id, code).of(language) if code else ""


def _residences(person: Person, language: str, today: date) -> list[dict[str, Any]]:
    return [
        {
            "kind": str(row.get_kind_display()),
            "where": population.residence_line(row, today),
            "from": show_date(row.from_on, language),
            "until": show_date(row.ended_on or row.until_on, language),
        }
        for row in population.residences_of(person)[:20]
    ]
