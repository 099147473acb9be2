"""What the engine proposes, as the fields of a register keep it: dates in ISO, codes of lists, units by id."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from dinh.catalogue.queries import codes_of
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import tree
from dinh.directory.models import Level, UnitVersion
from dinh.directory.queries import in_force
from dinh.lib.dates import parse_partial, show_date
from dinh.lib.errors import Invalid
from dinh.registers import rules
from dinh.verification.runs.merged import MergedRow

SEXES = {"Nam": "1", "Nữ": "2"}
CODE_LENGTH = 10  # a text field too short for a commune's name keeps its code


class Proposer:
    """Turns proposals into values of one register's fields; what a field would not take is not proposed."""

    def __init__(self, shape: Register, unit: UUID, on: date) -> None:
        self.shape, self.unit, self.on = shape, unit, on
        named = shape.person.named() if shape.person else {}
        self.fields = {part: field for part, id in named.items() if (field := shape.field(id))}

    def fields_of(self, row: MergedRow) -> dict[str, Any]:
        """Return {field id: value} of what is proposed for a row."""
        found: dict[str, Any] = {}
        for part, text in row.proposed.items():
            field = self.fields.get(part)
            value = self._value(part, field, text) if field else None
            if field is not None and value is not None and rules.fault_of(field, value, codes_of) is None:
                found[field.id] = value
        return found

    def parts_of(self, proposed: dict[str, Any]) -> set[str]:
        """Return the parts of the identity that are proposed; "" for one that not every reader of the register reads."""
        return {
            part if not field.readers else "" for part, field in self.fields.items() if field.id in proposed
        }

    def _value(self, part: str, field: RegisterField, text: str) -> Any:
        if part == "sex" and field.type == "choice":
            return SEXES.get(text)
        if part == "birth":
            return _day(field, text)
        if part == "commune":
            return self._commune(field, text)
        return text or None

    def _commune(self, field: RegisterField, code: str) -> str | None:
        unit = self._units.get(code)
        if field.type == "place":
            return str(unit) if unit else None
        if field.max_length <= CODE_LENGTH or unit is None:
            return code
        return tree.title(unit, self.on, with_parents=False)

    @cached_property
    def _units(self) -> dict[str, UUID]:
        found = UnitVersion.objects.filter(in_force(self.on), level=Level.COMMUNE)
        return dict(found.values_list("code", "unit"))


def _day(field: RegisterField, text: str) -> str | None:
    day, month, year = ("", *text.split("/"))[-3:] if text.count("/") == 2 else ("", "", text)
    try:
        iso = parse_partial(f"{month}/{year}" if day == "00" else text)
    except Invalid:
        return None
    if field.type == "date":
        return iso if len(iso) == 10 else None
    return iso if field.type == "partial_date" else show_date(iso) or None
