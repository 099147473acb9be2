"""The other kinds: roles, lists, calendars, places, offices, scenarios."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field as F

from dinh.catalogue.shapes.base import Declaration, Id, Item, Text
from dinh.catalogue.shapes.procedure import FieldGroup
from dinh.catalogue.shapes.register import Register

__all__ = ["FieldGroup", "Register"]  # kept importable from here: they stood here first

OF_THE_RECORD = ("id", "line", "book", "registered_on")  # what prefill may ask of it: "record.births.id"


class Role(Item):
    """What a role may do (`catalogue/roles/`)."""

    permissions: tuple[str, ...] = F(
        description='"dossiers.receive", "population.read", ...; see docs/reference/permissions.md'
    )
    sectors: tuple[Id, ...] = F(default=(), description="Only dossiers of these sectors; empty means all")
    home: Literal["portal", "desk", "chair", "admin", "teams", "field"] = F(
        default="desk", description="Page shown after sign-in"
    )
    figures_after_days: int = F(
        default=1,
        ge=0,
        le=31,
        description="Held over a unit above communes: how many days later than a commune itself it sees its figures; "
        "of the role citizen: the pages that need no sign-in",
    )


class ListEntry(Declaration):
    """One entry of a code list."""

    code: str
    title: Text
    aliases: tuple[str, ...] = ()
    note: str = ""


class CodeList(Item):
    """A code list (`catalogue/lists/`)."""

    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed, in plain words")
    entries: tuple[ListEntry, ...] = F(min_length=1)


class CalendarDay(Declaration):
    """One day that is not as its weekday says."""

    on: date
    kind: Literal["holiday", "swap_off", "swap_work", "compensation"]
    title: Text
    source: str
    uncertain: bool = F(default=False, description="Not yet confirmed by decision")


class DeskHours(Declaration):
    """When one kind of desk serves, by weekday."""

    id: Literal["office", "police"]
    weekdays: tuple[int, ...] = F(description="0 Monday to 6 Sunday, whole days")
    half_days: tuple[int, ...] = F(default=(), description="Weekdays with a morning desk only")
    morning: tuple[str, str] = ("07:30", "11:30")
    afternoon: tuple[str, str] = ("13:30", "17:00")
    source: str


class WorkCalendar(Item):
    """Working days of the country (`catalogue/calendars/`)."""

    desks: tuple[DeskHours, ...]
    days: tuple[CalendarDay, ...]


class UnitPatch(Declaration):
    """A later decree or a correction to the national list of places."""

    op: Literal["upgrade", "rename", "correct_type", "alias", "trait", "name_en"]
    code: str
    on: date
    value: str = ""
    source: str
    uncertain: bool = F(default=False, description="An example, or not yet confirmed")


class Places(Item):
    """Dates, decrees, traits and villages (`catalogue/places/`)."""

    patches: tuple[UnitPatch, ...] = ()
    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed, in plain words")


class OfficeShape(Declaration):
    """One kind of office that every commune has (`catalogue/offices/`)."""

    key: Id
    title: Text
    agency_suffix: str = F(default="", description="Last part of the agency code within the commune")
    phone: str = F(default="", description="Shown where the office of a commune has no number of its own")
    email: str = ""


class Offices(Item):
    """Offices of a commune and the agency codes of provinces."""

    offices: tuple[OfficeShape, ...]
    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed, in plain words")
    agency_codes: dict[str, str] = F(description="New province code -> agency code (Hxx)")


class Scenario(Item):
    """A demonstration (`catalogue/scenarios/`): which commune, how many of what, from when to when."""

    seed: int
    values: dict[str, object] = F(
        description="Read by the scenario's builder; see docs/reference/scenarios.md"
    )
