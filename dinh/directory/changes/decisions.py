"""What a decree on places may say, and what is wrong with it by itself, whatever units there are."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dinh.directory.models import Level
from dinh.lib.errors import Fault, Invalid

Kind = Literal["create", "rename", "recode", "merge", "split", "transfer", "upgrade", "dissolve"]
TYPES = ("tỉnh", "thành phố", "xã", "phường", "đặc khu", "thôn", "bản", "ấp", "khóm", "tổ dân phố", "khu phố",
         "làng", "buôn", "xóm", "khu")  # fmt: skip
# Which column of a unit each of these kinds is about.
ABOUT = {"rename": "name", "recode": "code", "upgrade": "type", "transfer": "parent"}
# Short, and without exponents: "1e999999" would be a number of a million digits.
SHARE = re.compile(r"(?P<above>\d{1,12}(?:\.\d{1,12})?)(?:\s*/\s*(?P<below>\d{1,12}))?\s*(?P<percent>%)?")

LINE = re.compile(r"at line (?P<line>\d+)")  # where the reader of TOML says that it stopped
# What the shapes say of the form of a value, by the kind of the fault or its first word.
SAID = {
    "missing": _("This is missing."),
    "extra_forbidden": _("This word is not known here."),
    "literal_error": _("Choose a word from the list."),
    "string_too_short": _("This is missing."),
    "string_too_long": _("This is too long."),
    "string": _("Write this as text, between quotation marks."),
    "date": _("Write the day as 2026-11-20."),
    "bool": _("Write this as true or false."),
    "tuple": _("Write this as a list, between square brackets."),
}


class Shape(BaseModel):
    """Closed: a word that is not known is a fault, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)


class Made(Shape):
    """A unit that begins."""

    code: str = Field(min_length=1, max_length=16, description="Code from the day on")
    name: str = Field(min_length=1, max_length=80, description="Name without its type")
    type: str = Field(description="xã, phường, thôn, ...")
    name_en: str = Field(default="", max_length=80)
    parent: str = Field(default="", description="Code of the unit above; empty: the one above its parts")
    seat: str = Field(default="", description="Code of the part at whose offices people will be served")


class Part(Shape):
    """What of a former unit goes where."""

    former: str = Field(alias="from", description="Code of the unit that ends")
    to: str = Field(description="Code of the unit that takes this part")
    part: Literal["whole", "share"] = "whole"
    share: str = Field(default="", max_length=24, description='Of a part: "3/8", "0.375" or "37.5%"')
    basis: str = Field(default="", max_length=120, description="What the share was measured by: people, area")
    heir: bool = Field(default=False, description="Takes what is bound to no village")
    villages: tuple[str, ...] = Field(default=(), description="Codes of the villages that go there")

    @property
    def fraction(self) -> Fraction | None:
        """The share as an exact number; None for a whole, or when it is not a number."""
        return share_of(self.share)


class Amended(Shape):
    """A unit that goes on with another name, code, type or parent; what is left empty stays."""

    unit: str
    name: str = Field(default="", max_length=80)
    code: str = Field(default="", max_length=16)
    type: str = ""
    parent: str = ""


class SamePerson(Shape):
    """Two accounts of one person: which goes on, and which is closed (names for sign-in)."""

    keep: str
    close: str


class Decision(Shape):
    """One decree: its day, what begins, what ends, what is amended, and how conflicts are settled."""

    kind: Kind
    title: str = Field(min_length=1, max_length=200)
    decree: str = Field(min_length=1, max_length=120)
    effective_on: date
    source: str = Field(default="", max_length=200)
    makes: tuple[Made, ...] = ()
    parts: tuple[Part, ...] = ()
    changes: tuple[Amended, ...] = ()
    same_person: tuple[SamePerson, ...] = ()
    different_people: tuple[tuple[str, str], ...] = ()

    @property
    def of_former(self) -> dict[str, list[Part]]:
        """The parts by the code of the unit that ends."""
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts:
            found[part.former].append(part)
        return dict(found)

    @property
    def goes_on(self) -> dict[str, str]:
        """For each account that is closed the one that goes on in the end; one that is closed too where they go round."""
        answers = {one.close: one.keep for one in self.same_person}
        found = {}
        for name, last in answers.items():
            seen = {name}
            while last in answers and last not in seen:
                seen.add(last)
                last = answers[last]
            found[name] = last
        return found


def share_of(text: str) -> Fraction | None:
    """Return a share as an exact number: "3/8", "0.375", "0,375", "37,5%"; None when it is none."""
    found = SHARE.fullmatch(text.replace(",", ".").strip())
    if found is None or int(found["below"] or 1) == 0:
        return None
    return Fraction(found["above"]) / int(found["below"] or 1) / (100 if found["percent"] else 1)


def level_of(code: str) -> str:
    """Return the level that a code's form says: "25" a province, "05152" a commune, "05152-03" a village."""
    if "-" in code:
        return Level.VILLAGE
    return Level.PROVINCE if len(code) == 2 else Level.COMMUNE


def of_toml(text: str) -> Decision:
    """Read a decision. Raises Invalid with every fault, in form and in content."""
    try:
        return of_data(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = LINE.search(str(error))
        message = (
            _('Line %(line)s of this file cannot be read. A line says one thing, as: title = "Thành lập xã"')
            % {"line": found["line"]}
            if found
            else _("This file ends in the middle of something: a bracket or a quotation mark is not closed.")
        )
        raise Invalid("directory.decision_invalid", [Fault("file", "unreadable", message)]) from error


def of_data(data: Any) -> Decision:
    """Read a decision from plain values. Raises Invalid with every fault, in form and in content."""
    try:
        decision = Decision.model_validate(data)
    except ValidationError as error:
        faults = [
            Fault(".".join(str(part) for part in one["loc"]) or "file", one["type"], _wrong(one["type"]))
            for one in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("directory.decision_invalid", faults) from error
    if found := faults_of(decision):
        message = _("Nothing was kept. Correct what is marked and try again.")
        raise Invalid("directory.decision_invalid", found, message)
    return decision


def _wrong(form: str) -> object:
    """Return what is wrong with the form of a value, in words."""
    return SAID.get(form) or SAID.get(form.partition("_")[0]) or _("This cannot be read as what stands here.")


def faults_of(decision: Decision) -> list[Fault]:
    """Return what is wrong with a decision by itself."""
    return [
        *_kind_faults(decision), *_made_faults(decision), *_amended_faults(decision), *_part_faults(decision)
    ]  # fmt: skip


def _kind_faults(decision: Decision) -> Iterator[Fault]:
    if decision.kind in ABOUT:
        if decision.makes or decision.parts or not decision.changes:
            yield Fault(
                "kind", "form", _("This kind of decision lists the units that change, and nothing else.")
            )
        return
    if decision.changes:
        yield Fault("changes", "form", _("Units that go on are amended by a decision of their own."))
    formers = len(decision.of_former)
    if decision.kind == "create" and (not decision.makes or decision.parts):
        yield Fault("kind", "form", _("A creation lists units that begin, and no parts of others."))
    if decision.kind == "dissolve" and (decision.makes or not decision.parts):
        yield Fault(
            "kind", "form", _("An end lists what ends and who takes it over, and nothing that begins.")
        )
    if decision.kind == "merge" and (not decision.makes or formers < 2):
        yield Fault("kind", "form", _("A merger has two parts at least and a unit that begins."))
    if decision.kind == "split" and (len(decision.makes) < 2 or not formers):
        yield Fault("kind", "form", _("A division has a unit that ends and two at least that begin."))


def _made_faults(decision: Decision) -> Iterator[Fault]:
    codes = [made.code for made in decision.makes]
    taken = {part.to for part in decision.parts}
    for made in decision.makes:
        if codes.count(made.code) > 1:
            yield Fault(made.code, "code_twice", _("Two units begin with this code."))
        if made.type not in TYPES:
            yield Fault(made.code, "type", _("Choose a type from the list."))
        if decision.parts and made.code not in taken:
            yield Fault(made.code, "of_nothing", _("No part goes to this unit."))


def _amended_faults(decision: Decision) -> Iterator[Fault]:
    column = ABOUT.get(decision.kind, "")
    units = [one.unit for one in decision.changes]
    for one in decision.changes:
        if units.count(one.unit) > 1:
            yield Fault(one.unit, "unit_twice", _("This unit is listed twice."))
        if column and not getattr(one, column):
            yield Fault(one.unit, "nothing", _("Say what changes for this unit."))
        if one.type and one.type not in TYPES:
            yield Fault(one.unit, "type", _("Choose a type from the list."))


def _part_faults(decision: Decision) -> Iterator[Fault]:
    made = {one.code for one in decision.makes}
    levels = {level_of(code) for part in decision.parts for code in (part.former, part.to)}
    if len(levels) > 1:
        yield Fault("parts", "levels", _("Units of one decision are of one level."))
    for former, parts in decision.of_former.items():
        yield from _division_faults(former, parts)
        if made and any(part.to not in made for part in parts):
            yield Fault(former, "to_unknown", _("A part goes to a unit that this decision does not begin."))
        if not made and any(part.to in decision.of_former for part in parts):
            yield Fault(former, "to_ending", _("A part goes to a unit that ends as well."))
    seats = {one.code: one.seat for one in decision.makes if one.seat}
    for code, seat in seats.items():
        if seat not in decision.of_former:
            yield Fault(code, "seat", _("The seat is one of the units that end."))


def _division_faults(former: str, parts: Sequence[Part]) -> Iterator[Fault]:
    if len(parts) == 1:
        if parts[0].part != "whole":
            yield Fault(former, "one_share", _("A part alone is the whole. Say where the rest goes."))
        return
    if len({part.to for part in parts}) < len(parts):
        yield Fault(former, "part_twice", _("Two parts of this unit go to the same one."))
    if any(part.part == "whole" for part in parts):
        yield Fault(former, "whole_and_part", _("What goes as a whole cannot go in parts as well."))
        return
    shares = [part.fraction for part in parts]
    if any(share is None or not 0 < share < 1 for share in shares):
        yield Fault(former, "share", _("Write each share between 0 and 1, as 3/8 or 0.375."))
    elif (total := sum(share for share in shares if share is not None)) != 1:
        message = _("The shares of this unit sum to %(sum)s, not to 1.") % {"sum": total}
        yield Fault(former, "shares", message)
    if not all(part.basis for part in parts):
        yield Fault(former, "basis", _("Say by what the shares were measured: people, area."))
    if sum(part.heir for part in parts) != 1:
        yield Fault(former, "heir", _("Say which one of the parts takes what is bound to no village."))
    villages = [code for part in parts for code in part.villages]
    if len(set(villages)) < len(villages):
        yield Fault(former, "village_twice", _("A village goes to two units."))
