"""Registers: every name leads to a field of the right type, and every contradiction has what its kind needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from dinh.catalogue.checks.look import Look, expression_faults
from dinh.catalogue.expressions import names, parse
from dinh.catalogue.shapes.register import Contradiction, Register, RegisterField
from dinh.lib.errors import Fault
from dinh.lib.names import fold

ONLY_REGISTERS = frozenset({"decimal", "geometry"})
LONGEST_KEY = 40  # as long as the number of a record
DATES = frozenset({"date", "partial_date", "year"})
# Part of an identity -> types that its field may have.
PARTS: dict[str, frozenset[str]] = {
    "number": frozenset({"citizen_number", "text"}), "old_number": frozenset({"citizen_number", "text"}),
    "name": frozenset({"name", "text"}), "birth": DATES, "sex": frozenset({"choice", "text"}),
    "birth_place": frozenset({"text", "long_text"}), "place": frozenset({"text", "long_text"}),
    "commune": frozenset({"place", "text", "choice"}), "mother_name": frozenset({"name", "text"}),
    "father_name": frozenset({"name", "text"}),
}  # fmt: skip
WORDS = frozenset({"text", "long_text", "name"})
PAPER: dict[str, frozenset[str]] = {
    "title": WORDS, "year": frozenset({"year"}), "page": frozenset({"integer"}), "line": WORDS, "scan": WORDS,
    "registered_on": frozenset({"date", "partial_date"}), "keyed_by": WORDS, "verified_by": WORDS,
}  # fmt: skip
# Kind of contradiction -> what it needs, what else it may have. `where` and `role` are free for all.
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "deceased": (frozenset(), frozenset()),
    "twice": (frozenset(), frozenset({"field"})),
    "also_in": (frozenset({"other"}), frozenset({"other_where"})),
    "not_in": (frozenset({"other"}), frozenset({"other_where"})),
    "differs": (frozenset({"other", "field", "other_field"}), frozenset({"other_where"})),
    "age": (frozenset(), frozenset({"minimum_age", "maximum_age"})),
    "expired": (frozenset({"field"}), frozenset()),
}
SETTINGS = ("other", "other_where", "field", "other_field", "minimum_age", "maximum_age")


def people_are_named_by_fields(look: Look) -> Iterator[Fault]:
    """Fields that say who somebody is."""
    for where, register in _registers(look):
        for role, person in register.people().items():
            path = f"{where}: others[{role}]" if role else f"{where}: person"
            for part, name in person.named().items():
                yield from _field(register, name, f"{path}.{part}", PARTS[part])


def keys_and_dates_are_fields(look: Look) -> Iterator[Fault]:
    """The key of a row and the dates between which it is true."""
    for where, register in _registers(look):
        if register.key:
            yield from _field(register, register.key, f"{where}: key", frozenset({"text", "citizen_number"}))
            yield from _short_key(register, f"{where}: key")
        for place in ("valid_from_field", "valid_to_field"):
            if name := getattr(register, place):
                yield from _field(register, name, f"{where}: {place}", DATES)


def paper_books_fill_fields(look: Look) -> Iterator[Fault]:
    """What the house fills in when a paper book is digitised."""
    for where, register in _registers(look):
        for part, name in (register.paper.filled() if register.paper else {}).items():
            yield from _field(register, name, f"{where}: paper.{part}", PAPER[part])


def bands_are_in_order(look: Look) -> Iterator[Fault]:
    """Green begins above yellow."""
    for where, register in _registers(look):
        if register.bands.green <= register.bands.yellow:
            yield Fault(f"{where}: bands", "catalogue.bands", _("Green must begin above yellow."))


def domains_exist(look: Look) -> Iterator[Fault]:
    """The domain under which pages list a register."""
    codes = look.codes("register_domains")
    for where, register in _registers(look):
        if register.domain and codes is not None and register.domain not in codes:
            message = _("List “%(list)s” has no entry “%(code)s”.")
            said = message % {"list": "register_domains", "code": register.domain}
            yield Fault(f"{where}: domain", "catalogue.unknown_code", said)


def fields_fit_their_type(look: Look) -> Iterator[Fault]:
    """Settings that a field's type has no use for, patterns that cannot be read, readers that nobody is."""
    for where, register in _registers(look):
        for field in register.fields:
            yield from _settings(look, register, field, f"{where}: fields[{field.id}]")
        if sum(field.type == "geometry" for field in register.fields) > 1:
            yield Fault(
                f"{where}: fields", "catalogue.two_geometries", _("A register has one geometry at most.")
            )


def headers_name_one_field(look: Look) -> Iterator[Fault]:
    """Column titles that would fit two fields."""
    for where, register in _registers(look):
        said: Counter[str] = Counter()
        for field in register.fields:
            said.update({fold(header) for header in field.headers})
        for header, count in said.items():
            if count > 1:
                message = _("%(count)s fields are brought by a column “%(header)s”.")
                fault = message % {"count": count, "header": header}
                yield Fault(f"{where}: fields", "catalogue.duplicate_header", fault)


def contradictions_have_their_values(look: Look) -> Iterator[Fault]:
    """Contradictions: unique ids, the settings of their kind, registers and fields that exist."""
    for where, register in _registers(look):
        for id, count in Counter(one.id for one in register.contradictions).items():
            if count > 1:
                message = _("“%(id)s” is here %(count)s times; an id names one thing.")
                yield Fault(
                    f"{where}: contradictions[{id}]",
                    "catalogue.duplicate_id",
                    message % {"id": id, "count": count},
                )
        for one in register.contradictions:
            yield from _contradiction(look, register, one, f"{where}: contradictions[{one.id}]")


def forms_ask_for_nothing_of_registers(look: Look) -> Iterator[Fault]:
    """Types of fields that no form can ask for."""
    for path, item in look.fields():
        if item.type in ONLY_REGISTERS and not isinstance(item, RegisterField):
            message = _("Only registers have fields of type “%(type)s”.") % {"type": item.type}
            yield Fault(f"{path}.type", "catalogue.only_registers", message)


def _registers(look: Look) -> Iterator[tuple[str, Register]]:
    for id, register in look.catalogue.registers.items():
        yield look.where("registers", id), register


def _field(register: Register, name: str, path: str, types: frozenset[str]) -> Iterator[Fault]:
    field = register.field(name)
    if field is None:
        message = _("Register “%(id)s” has no field “%(name)s”.") % {"id": register.id, "name": name}
        yield Fault(path, "catalogue.unknown_field", message)
    elif field.type not in types:
        message = _("The field “%(name)s” has the type %(type)s; needed is one of: %(types)s.")
        said = message % {"name": name, "type": field.type, "types": ", ".join(sorted(types))}
        yield Fault(path, "catalogue.wrong_type", said)


def _short_key(register: Register, path: str) -> Iterator[Fault]:
    field = register.field(register.key)
    if field is not None and field.type == "text" and field.max_length > LONGEST_KEY:
        message = _("A key has at most %(most)s characters: set `max_length`.") % {"most": LONGEST_KEY}
        yield Fault(path, "catalogue.long_key", message)


def _settings(look: Look, register: Register, field: RegisterField, path: str) -> Iterator[Fault]:
    useless = {
        "precision": field.precision is not None and field.type != "partial_date",
        "decimals": bool(field.decimals) and field.type != "decimal",
        "pattern": bool(field.pattern) and field.type not in {"text", "citizen_number", "phone"},
    }
    for name in (name for name, found in useless.items() if found):
        message = _("A field of type %(type)s has no use for “%(name)s”.") % {
            "type": field.type,
            "name": name,
        }
        yield Fault(f"{path}.{name}", "catalogue.useless_setting", message)
    try:
        re.compile(field.pattern)
    except re.error as error:
        message = _("The pattern cannot be read: %(error)s.") % {"error": error}
        yield Fault(f"{path}.pattern", "catalogue.pattern", message)
    for role in field.readers:
        if not look.knows("roles", role):
            message = _("There is no role “%(id)s” in roles/.") % {"id": role}
            yield Fault(f"{path}.readers", "catalogue.unknown_role", message)
        elif register.readers and role not in register.readers:
            message = _("The role “%(id)s” does not read this register.") % {"id": role}
            yield Fault(f"{path}.readers", "catalogue.not_a_reader", message)


def _contradiction(look: Look, register: Register, one: Contradiction, path: str) -> Iterator[Fault]:
    needed, possible = KINDS[one.kind]
    given = {name for name in SETTINGS if getattr(one, name) not in (None, "")}
    for name in sorted(needed - given):
        message = _("A contradiction of kind “%(kind)s” needs “%(name)s”.") % {"kind": one.kind, "name": name}
        yield Fault(f"{path}.{name}", "catalogue.contradiction_lacks", message)
    for name in sorted(given - needed - possible):
        message = _("A contradiction of kind “%(kind)s” does nothing with “%(name)s”.")
        yield Fault(f"{path}.{name}", "catalogue.useless_setting", message % {"kind": one.kind, "name": name})
    if one.kind == "age" and one.minimum_age is None and one.maximum_age is None:
        message = _("A contradiction of kind “%(kind)s” needs “%(name)s”.")
        yield Fault(path, "catalogue.contradiction_lacks", message % {"kind": "age", "name": "minimum_age"})
    if (one.role or "") not in register.people():
        message = _("The register names nobody as “%(role)s”.") % {"role": one.role or "person"}
        yield Fault(f"{path}.role", "catalogue.unknown_person", message)
    if one.field:
        types = DATES if one.kind == "expired" else frozenset({field.type for field in register.fields})
        yield from _field(register, one.field, f"{path}.field", types)
    yield from _condition(register, one.where, f"{path}.where")
    yield from _compared(look, one, path)


def _compared(look: Look, one: Contradiction, path: str) -> Iterator[Fault]:
    if one.other is None:
        return
    other = look.catalogue.registers.get(one.other)
    if other is None:
        if not look.knows("registers", one.other):
            message = _("There is no register “%(id)s” in registers/.") % {"id": one.other}
            yield Fault(f"{path}.other", "catalogue.unknown_register", message)
        return
    if other.person is None:
        message = _("The register “%(id)s” does not say whom its rows are about.") % {"id": other.id}
        yield Fault(f"{path}.other", "catalogue.unknown_person", message)
    if one.other_field:
        types = frozenset({field.type for field in other.fields})
        yield from _field(other, one.other_field, f"{path}.other_field", types)
    yield from _condition(other, one.other_where, f"{path}.other_where")


def _condition(register: Register, text: str, path: str) -> Iterator[Fault]:
    if not text:
        return
    unreadable = list(expression_faults(text, path))
    yield from unreadable
    known = {field.id for field in register.fields}
    for name in sorted(frozenset() if unreadable else names(parse(text)) - known):
        message = _("Register “%(id)s” has no field “%(name)s”.") % {"id": register.id, "name": name}
        yield Fault(path, "catalogue.unknown_field", message)


CHECKS = (
    people_are_named_by_fields, keys_and_dates_are_fields, paper_books_fill_fields, bands_are_in_order, domains_exist, fields_fit_their_type,
    headers_name_one_field, contradictions_have_their_values, forms_ask_for_nothing_of_registers,
)  # fmt: skip
