"""What a catalogue is: every kind of item with its shape, and all items by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from dinh.catalogue.shapes.base import Item, Text
from dinh.catalogue.shapes.field_work import Activity, Guidance
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.catalogue.shapes.others import (
    CodeList,
    Offices,
    Places,
    Register,
    Role,
    Scenario,
    WorkCalendar,
)  # fmt: skip
from dinh.catalogue.shapes.procedure import FieldGroup, Procedure
from dinh.catalogue.shapes.report import Report
from dinh.catalogue.shapes.task import TaskRule

SHAPES: dict[str, type[Item]] = {
    "procedures": Procedure, "forms": FieldGroup, "registers": Register, "roles": Role, "lists": CodeList,
    "calendars": WorkCalendar, "places": Places, "offices": Offices, "scenarios": Scenario,
    "tasks": TaskRule, "activities": Activity, "guidance": Guidance,
    "measures": Measure, "indicators": Indicator, "reports": Report,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything declared, by id."""

    procedures: dict[str, Procedure] = field(default_factory=dict)
    forms: dict[str, FieldGroup] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    lists: dict[str, CodeList] = field(default_factory=dict)
    calendars: dict[str, WorkCalendar] = field(default_factory=dict)
    places: dict[str, Places] = field(default_factory=dict)
    offices: dict[str, Offices] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    tasks: dict[str, TaskRule] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    guidance: dict[str, Guidance] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()

    @cached_property
    def titles(self) -> dict[str, dict[str, Text]]:
        """Titles of the entries of every list: list id -> code -> title."""
        return {id: {entry.code: entry.title for entry in found.entries} for id, found in self.lists.items()}


def tuples(value: Any) -> Any:
    """Return TOML values with lists as tuples, which frozen shapes ask for."""
    if isinstance(value, list):
        return tuple(map(tuples, value))
    return {key: tuples(inner) for key, inner in value.items()} if isinstance(value, dict) else value
