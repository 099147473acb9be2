"""Effects of a decision: each has the values that its kind needs, and none that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dinh.catalogue.checks.look import Look
from dinh.lib.errors import Fault

# Kind -> (values needed, values possible). Read by `dossiers.effects`.
VALUES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "register_person": (
        frozenset({"full_name", "sex", "birth"}),
        frozenset({
            "ethnicity", "nationality", "religion", "birth_place", "home_place", "number",
            "mother_name", "mother_number", "father_name", "father_number", "household_of",
        }),
    ),
    "close_person": (frozenset({"person", "died_on"}), frozenset()),
    "move_residence": (
        frozenset({"person", "unit", "address", "from_on"}),
        frozenset({"village", "household", "household_head", "relation"}),
    ),
    "add_residence": (
        frozenset({"person", "kind", "unit", "address", "from_on"}),
        frozenset({"village", "until_on", "household_head", "relation"}),
    ),
    "copy_record": (frozenset({"record"}), frozenset()),
}  # fmt: skip


def effects_have_their_values(look: Look) -> Iterator[Fault]:
    """Values of effects, by kind; fields of the register for a new record."""
    for id, procedure in look.catalogue.procedures.items():
        for number, effect in enumerate(procedure.effects):
            path = f"{look.where('procedures', id)}: effects[{number}]"
            if effect.kind == "enter_record":
                yield from _record(look, path, effect.register_id, effect.values)
                continue
            needed, possible = VALUES[effect.kind]
            for name in sorted(needed - effect.values.keys()):
                message = _("An effect “%(kind)s” needs the value “%(name)s”.")
                said = message % {"kind": effect.kind, "name": name}
                yield Fault(f"{path}.values", "catalogue.effect_lacks", said)
            for name in sorted(effect.values.keys() - needed - possible):
                message = _("An effect “%(kind)s” does nothing with “%(name)s”.")
                said = message % {"kind": effect.kind, "name": name}
                yield Fault(f"{path}.values.{name}", "catalogue.effect_value", said)


def _record(look: Look, path: str, register_id: str, values: dict[str, str]) -> Iterator[Fault]:
    if not look.knows("registers", register_id):
        message = _("There is no register “%(id)s” in registers/.") % {"id": register_id}
        yield Fault(f"{path}.register_id", "catalogue.unknown_register", message)
    register = look.catalogue.registers.get(register_id)
    if register is None:
        return
    fields = {item.id: item for item in register.fields}
    for name in sorted(values.keys() - fields.keys()):
        message = _("Register “%(id)s” has no field “%(name)s”.") % {"id": register_id, "name": name}
        yield Fault(f"{path}.values.{name}", "catalogue.effect_value", message)
    for name, item in fields.items():
        if item.required and name not in values:
            message = _("Register “%(id)s” needs the field “%(name)s”.") % {"id": register_id, "name": name}
            yield Fault(f"{path}.values", "catalogue.effect_lacks", message)


def corrected_registers_name_a_person(look: Look) -> Iterator[Fault]:
    """Registers that an approval may put right say whom a row is about."""
    for id, procedure in look.catalogue.procedures.items():
        for register_id in procedure.corrects:
            path = f"{look.where('procedures', id)}: corrects"
            register = look.catalogue.registers.get(register_id)
            if not look.knows("registers", register_id):
                message = _("There is no register “%(id)s” in registers/.") % {"id": register_id}
                yield Fault(path, "catalogue.unknown_register", message)
            elif register is not None and register.person is None:
                message = _("Register “%(id)s” does not say which fields name a person.") % {
                    "id": register_id
                }
                yield Fault(path, "catalogue.no_person", message)


CHECKS = (effects_have_their_values, corrected_registers_name_a_person)
