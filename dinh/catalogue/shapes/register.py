"""A register: what its rows say, which fields name a person, how complete and fresh a row must be, who reads what.

A value that cannot be read as its field's type is kept as it was written (`Record.as_written`): a register is
brought in as it is and proved clean afterwards. So `required` (nothing can be entered without it) is for the few
fields that make a row a row; `needed` says what a complete (đủ) row has.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from dinh.catalogue.shapes.base import Declaration, Id, Item, Text
from dinh.catalogue.shapes.procedure import Field

Precision = Literal["day", "month", "year"]


class RegisterField(Field):
    """One field of a register. Its id is stable for ever: records, versions and mappings name it."""

    needed: bool = F(
        default=False, description="A row without it is incomplete (không đủ), though it may be entered"
    )
    precision: Precision | None = F(
        default=None,
        description="For type partial_date: how much of the date a complete row knows (default: day)",
    )
    decimals: int = F(default=0, ge=0, le=6, description="For type decimal: digits after the point")
    measure: str = F(default="", description='What a number counts, as written beside it: "m²"')
    pattern: str = F(
        default="", description="Regular expression that the whole text matches; `example` shows one"
    )
    headers: tuple[str, ...] = F(
        default=(), description="Other column titles under which files bring it, with or without accents"
    )
    readers: tuple[Id, ...] = F(
        default=(), description="Roles that may read this field; empty means all readers of the register"
    )
    of: Id | None = F(
        default=None,
        description='Whose it is, where it is somebody else’s than the row’s person: "taxpayer", "applicant"; the person is not shown it',
    )


class PersonFields(Declaration):
    """Which fields say who somebody is; each value is a field id, empty where the register does not say it."""

    number: str = F(default="", description="Personal identification number, 12 digits")
    old_number: str = F(default="", description="Number of an old identity card, 9 digits")
    name: str = F(description="Full name")
    birth: str = F(default="", description="Date of birth, whole or partial")
    sex: str = F(default="", description="Sex, as a code of list `sexes` or in words")
    birth_place: str = F(default="", description="Place of birth, in words")
    place: str = F(default="", description="Where the person lives: an address in words")
    commune: str = F(default="", description="Commune where the person lives: a unit, a code or a name")
    mother_name: str = F(default="", description="Mother's full name")
    father_name: str = F(default="", description="Father's full name")

    def named(self) -> dict[str, str]:
        """Return {part of the identity: field id} of the parts that the register says."""
        return {part: field for part, field in self.model_dump().items() if field}


class PaperBooks(Declaration):
    """How paper books of the register are digitised; a field named here is filled in by the house, not keyed."""

    order: int = F(default=50, ge=1, description="What is digitised first has the smallest number")
    title: str = F(default="", description="Field for the title of the paper book")
    year: str = F(default="", description="Field for the year of the paper book")
    page: str = F(default="", description="Field for the page on which the entry stands")
    line: str = F(default="", description="Field for the number of the entry, as written")
    registered_on: str = F(default="", description="Field for the day of registration, as written")
    scan: str = F(default="", description="Field for what leads to the picture")
    keyed_by: str = F(default="", description="Field for who keyed it first")
    verified_by: str = F(default="", description="Field for who keyed it again, compared or decided")

    def filled(self) -> dict[str, str]:
        """Return {what the house knows: field id} of the fields that nobody keys."""
        return {part: field for part, field in self.model_dump(exclude={"order"}).items() if field}

    def of_the_house(self) -> frozenset[str]:
        """Return the fields that say how the house digitised an entry, and nothing of what it is about: who keyed it."""
        return frozenset(filter(None, (self.scan, self.keyed_by, self.verified_by)))


class Bands(Declaration):
    """From which rate on, in percent, a register is shown green or yellow; below both it is red."""

    green: int = F(default=90, ge=1, le=100, description="Green from this rate on")
    yellow: int = F(default=75, ge=0, le=99, description="Yellow from this rate on")


ContradictionKind = Literal[
    "deceased",  # a row in force about a person who is recorded as dead
    "twice",  # two rows in force about one person in this register; with `field`: two that differ in it
    "also_in",  # the person also has a row in force in `other`
    "not_in",  # the person has no row in force in `other`
    "differs",  # `field` here and `other_field` in `other` differ for the same person
    "age",  # younger than `minimum_age` or older than `maximum_age`
    "expired",  # the date in `field` is past, and the row is still in force
]


class Contradiction(Declaration):
    """What cannot be true at once: found by kind, told in words, worked off like any finding."""

    id: Id
    title: Text = F(description="What is wrong, in a few words")
    advice: Text = F(description="What the officer does about it")
    kind: ContradictionKind
    role: Id | None = F(
        default=None, description="Whom it is about: a key of `others`; default: the row's person"
    )
    where: str = F(
        default="", description="Only rows for which this expression over the register's fields holds"
    )
    other: Id | None = F(default=None, description="Register compared with, for also_in, not_in and differs")
    other_where: str = F(default="", description="Only rows of `other` for which this holds")
    field: str = F(default="", description="Field of this register, for twice, differs and expired")
    other_field: str = F(default="", description="Field of `other`, for differs")
    minimum_age: int | None = F(default=None, ge=0, description="In completed years, for age")
    maximum_age: int | None = F(default=None, ge=0, description="In completed years, for age")
    source: str = F(min_length=1, description="Legal act and article, or who decided")


class Register(Item):
    """A register (`catalogue/registers/`): its fields, who owns it, how a line is numbered."""

    version: str = F(description="Version of what has legal effect")
    fields: tuple[RegisterField, ...] = F(min_length=1, description="What a row says")
    person_field: str = F(
        default="", description="Field group or field that identifies the person of a record"
    )
    person: PersonFields | None = F(default=None, description="Which fields say whom a row is about")
    many_rows_a_person: bool = F(
        default=False,
        description="A person may have several rows, as with parcels; otherwise a second one is a duplicate (không sạch)",
    )
    others: dict[Id, PersonFields] = F(
        default_factory=dict, description='Others whom a row names: "mother", "husband", "taxpayer"'
    )
    owner_office: Literal["peoples_committee", "police", "culture_social"] = F(
        default="peoples_committee", description="Office of the commune that answers for its rows"
    )
    keeper: Text | None = F(
        default=None, description="Agency that keeps it by law, where that is not the owner"
    )
    domain: str = F(default="", description="Code of list `register_domains`: where pages put it")
    number_format: str = F(default="{sequence}/{book}", description="Python format of {sequence} and {book}")
    book: Literal["year", "single"] = F(default="year", description="One book a year, or one for ever")
    key: str = F(
        default="",
        description="Field that tells a row from the others, and one import from the next; its number",
    )
    valid_from_field: str = F(default="", description="Date field: first day on which a row is true")
    valid_to_field: str = F(default="", description="Date field: last day on which a row is true")
    fresh_within_months: int | None = F(
        default=None,
        ge=1,
        description="A row that nobody confirmed for so long is no longer living (không sống)",
    )
    paper: PaperBooks | None = F(
        default=None, description="Its paper books may be digitised; without it there are none"
    )
    bands: Bands = F(default_factory=Bands, description="From which rates on it is green or yellow")
    readers: tuple[Id, ...] = F(default=(), description="Roles that may read it")
    contradictions: tuple[Contradiction, ...] = F(default=(), description="What cannot be true at once")
    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed, in plain words")

    def field(self, id: str) -> RegisterField | None:
        """Return the field of this id; None when there is none."""
        return next((field for field in self.fields if field.id == id), None)

    def complete(self) -> tuple[RegisterField, ...]:
        """Return the fields that a complete row has."""
        return tuple(field for field in self.fields if field.required or field.needed)

    def people(self) -> dict[str, PersonFields]:
        """Return everybody whom a row names, by role; "" is the person it is about."""
        return ({"": self.person} if self.person else {}) | dict(self.others)
