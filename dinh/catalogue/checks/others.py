"""Roles, registers, calendars and offices: names that exist, days that are told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from dinh.catalogue.checks.look import Look
from dinh.catalogue.shapes.others import OF_THE_RECORD
from dinh.lib.errors import Fault


def roles_name_permissions(look: Look) -> Iterator[Fault]:
    """Permissions and sectors of roles."""
    for id, role in look.catalogue.roles.items():
        for place, list_id in (("permissions", "permissions"), ("sectors", "sectors")):
            codes = look.codes(list_id)
            for code in sorted(set(getattr(role, place)) - (codes if codes is not None else set())):
                if codes is not None:
                    message = _("List “%(list)s” has no entry “%(code)s”.") % {"list": list_id, "code": code}
                    yield Fault(f"{look.where('roles', id)}: {place}", "catalogue.unknown_code", message)


def registers_name_roles_and_fields(look: Look) -> Iterator[Fault]:
    """Readers of registers, the field that identifies the person, and the form of a number."""
    for id, register in look.catalogue.registers.items():
        where = look.where("registers", id)
        for role in register.readers:
            if not look.knows("roles", role):
                message = _("There is no role “%(id)s” in roles/.") % {"id": role}
                yield Fault(f"{where}: readers", "catalogue.unknown_role", message)
        if register.person_field and register.person_field not in {item.id for item in register.fields}:
            message = _("Register “%(id)s” has no field “%(name)s”.")
            said = message % {"id": id, "name": register.person_field}
            yield Fault(f"{where}: person_field", "catalogue.unknown_field", said)
        for name in sorted({item.id for item in register.fields} & set(OF_THE_RECORD)):
            message = _("“%(name)s” is the record's own. Give the field another id.") % {"name": name}
            yield Fault(f"{where}: fields[{name}]", "catalogue.name_of_the_record", message)
        try:
            register.number_format.format(sequence=1, book="2026")
        except (KeyError, IndexError, ValueError):
            message = _("A number is made of {sequence} and {book}.")
            yield Fault(f"{where}: number_format", "catalogue.number_format", message)


def results_have_number_formats(look: Look) -> Iterator[Fault]:
    """Number formats of results."""
    for id, procedure in look.catalogue.procedures.items():
        result = procedure.result
        for number_format in (result.number_format, *(v.number_format for v in result.variants)):
            try:
                number_format.format(sequence=1, year=2026, agency="H38")
            except (KeyError, IndexError, ValueError):
                message = _("A number is made of {sequence}, {year} and {agency}.")
                path = f"{look.where('procedures', id)}: result.number_format"
                yield Fault(path, "catalogue.number_format", message)


def days_are_told_once(look: Look) -> Iterator[Fault]:
    """A calendar says one thing of a day."""
    for id, calendar in look.catalogue.calendars.items():
        for day, count in Counter(day.on for day in calendar.days).items():
            if count > 1:
                message = _("%(day)s is here %(count)s times.") % {"day": day.isoformat(), "count": count}
                yield Fault(f"{look.where('calendars', id)}: days", "catalogue.duplicate_day", message)


def office_keys_are_unique(look: Look) -> Iterator[Fault]:
    """Keys of offices."""
    for id, item in look.catalogue.offices.items():
        for key, count in Counter(office.key for office in item.offices).items():
            if count > 1:
                message = _("“%(id)s” is here %(count)s times; an id names one thing.") % {
                    "id": key,
                    "count": count,
                }
                yield Fault(f"{look.where('offices', id)}: offices[{key}]", "catalogue.duplicate_id", message)


CHECKS = (
    roles_name_permissions, registers_name_roles_and_fields, results_have_number_formats, days_are_told_once,
    office_keys_are_unique,
)  # fmt: skip
