"""Expressions: each can be read, names questions that exist, and looks back, never forward."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dinh.catalogue import layout
from dinh.catalogue.checks.look import Look, conditions_of, expression_faults, field_ids
from dinh.catalogue.checks.references import unknown_field
from dinh.catalogue.expressions import names, parse
from dinh.catalogue.shapes.procedure import Procedure
from dinh.lib.errors import Fault


def conditions_of_groups_can_be_read(look: Look) -> Iterator[Fault]:
    """Expressions of shared groups and registers, where they are declared."""
    for path, item in look.fields():
        if "procedures/" not in path:  # those are placed first, by the next check
            for place, text in conditions_of(item).items():
                yield from expression_faults(text, f"{path}.{place}")


def conditions_can_be_read(look: Look) -> Iterator[Fault]:
    """Expressions of procedures, and the questions they name."""
    for where, procedure in look.procedures():
        known = field_ids(procedure)
        for place, text in expressions_of(procedure).items():
            unreadable = list(expression_faults(text, f"{where}: {place}"))
            yield from unreadable
            for name in sorted(frozenset() if unreadable else names(parse(text)) - known):
                yield Fault(f"{where}: {place}", "catalogue.unknown_field", unknown_field(name))


def conditions_look_back(look: Look) -> Iterator[Fault]:
    """What decides whether a question is shown is asked before it."""
    for where, procedure in look.procedures():
        seen: set[str] = set()
        known = field_ids(procedure)
        for page in layout.pages(procedure):
            yield from _forward(f"{where}: pages[{page.id}]", page.visible_if, known - seen)
            for number, section in enumerate(page.sections):
                place = f"{where}: pages[{page.id}].groups[{number}]"
                yield from _forward(place, section.visible_if, known - seen)
                for item in section.fields:
                    yield from _forward(f"{where}: fields[{item.id}]", item.visible_if, known - seen)
                    seen.add(item.id)


def expressions_of(procedure: Procedure) -> dict[str, str]:
    """Return every expression of a procedure by its place in the file."""
    found: dict[str, str] = {}
    for page in layout.pages(procedure):
        found[f"pages[{page.id}].visible_if"] = page.visible_if
        for number, section in enumerate(page.sections):
            found[f"pages[{page.id}].groups[{number}].visible_if"] = section.visible_if
            for item in section.fields:
                found |= {f"fields[{item.id}].{place}": text for place, text in conditions_of(item).items()}
    for document in procedure.documents:
        found[f"documents[{document.id}].required_if"] = document.required_if
        found[f"documents[{document.id}].visible_if"] = document.visible_if
    for fee in procedure.fees:
        found[f"fees[{fee.id}].owed_if"] = fee.owed_if
        found[f"fees[{fee.id}].exempt_if"] = fee.exempt_if
        found[f"fees[{fee.id}].formula"] = fee.formula
    for number, rule in enumerate(procedure.eligibility):
        found[f"eligibility[{number}].condition"] = rule.condition
    for number, effect in enumerate(procedure.effects):
        found[f"effects[{number}].condition"] = effect.condition
        found |= {f"effects[{number}].values.{name}": text for name, text in effect.values.items()}
    for number, variant in enumerate(procedure.result.variants):
        found[f"result.variants[{number}].condition"] = variant.condition
    return {place: text for place, text in found.items() if text}


def _forward(place: str, text: str, later: frozenset[str] | set[str]) -> Iterator[Fault]:
    if text and not list(expression_faults(text, place)):
        for name in sorted(names(parse(text)) & later):
            message = _("“%(name)s” is asked only later; a condition may only look back.") % {"name": name}
            yield Fault(f"{place}.visible_if", "catalogue.looks_forward", message)


CHECKS = (conditions_of_groups_can_be_read, conditions_can_be_read, conditions_look_back)
