"""Traits of many units at once, as a decree lists them: looked at line by line, taken, taken back.

One line gives, changes or ends one trait of a unit; `trait_files` reads them from files. Every line is looked at before
anything is written, and all of them are taken in one act; that act can be taken back as long as none of its traits was
changed since. What single lines do is `units.set_trait`; which traits there are, the list `unit_traits` of the catalogue says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy, traits, tree
from dinh.directory.models import Account, Level, Unit, UnitTrait, UnitVersion
from dinh.directory.units import count_entry, set_trait
from dinh.directory.writing import refuse_if
from dinh.journal.actions import action
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.lib.names import fold

MANAGE = "directory.manage_places"
LISTED, TAKEN_BACK = "directory.traits_listed", "directory.traits_taken_back"
MOST_LETTERS = 200
Row = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of a list, and what taking it would do."""

    number: int  # from 1, as people count the lines below the head
    row: Row
    unit: UUID | None
    called: str  # the unit with its type
    trait: str
    valid_from: date | None
    valid_to: date | None
    does: str  # "new", "changes", "ends", "same"; "" when it is wrong
    faults: tuple[Fault, ...] = ()


def look_at(rows: Sequence[Row], *, above: Unit, on: date) -> list[Line]:
    """Return every line with what it would do, or what is wrong with it. Three queries.

    above  the unit below which all of them must lie
    on     the day on which the codes are read
    """
    return _Reader(rows, above.pk, on).lines()


@action
def take(*, rows: Sequence[Row], above: Unit, name: str, by: Account | None, at: datetime) -> Entry:
    """Give the traits of a list, in one act, and return its entry: `take_back` takes that.

    name  what the list is called: its file

    Raises Invalid with every fault of every line; Refused when nothing in it is new; NotPermitted.
    """
    if by is not None:
        policy.require(by, MANAGE, unit=above.pk, on=local_date(at))
    Unit.objects.select_for_update().get(pk=above.pk)  # of two lists at once the second sees the first one's
    lines = look_at(rows, above=above, on=local_date(at))
    refuse_if([fault for line in lines for fault in line.faults], "directory.traits_invalid")
    wanted = [line for line in lines if line.does != "same"]
    if not wanted:
        raise Refused("directory.traits_known", _("Everything in this list is known already."), unit=above.pk)
    units = Unit.objects.in_bulk([line.unit for line in wanted if line.unit])
    for line in wanted:
        if line.unit is None or line.valid_from is None:
            continue  # a line without faults has both
        set_trait(
            unit=units[line.unit], trait=line.trait, valid_from=line.valid_from, valid_to=line.valid_to,
            source=line.row.get("source", ""), by=by, at=at,
        )  # fmt: skip
    return count_entry(above, LISTED, by=by, at=at, body={"name": name[:120], "lines": len(wanted)})


@action
def take_back(*, entry: Entry, by: Account | None, at: datetime) -> None:
    """Undo a list: each trait is as it was before. Raises Refused when it was taken back; Invalid with what changed since; NotPermitted."""
    above = Unit.objects.select_for_update().get(pk=entry.subject)
    if by is not None:
        policy.require(by, MANAGE, unit=above.pk, on=local_date(at))
    if entry.pk in _taken_back([above.pk]):
        raise Refused("directory.traits_taken_back", _("This list was taken back already."), entry=entry.pk)
    given = list(Entry.objects.filter(cause=entry.pk, kind="directory.trait_set").order_by("pk"))
    refuse_if(list(_changed_since(given)), "directory.traits_changed")
    units = Unit.objects.in_bulk({one.subject for one in given})
    for one in reversed(given):
        body = one.body or {}
        row = _row(one.subject, body)
        if row is None:
            continue
        was = body.get("was")
        if was is None:
            row.delete()
        else:
            UnitTrait.objects.filter(pk=row.pk).update(valid_to=was["valid_to"], source=was["source"])
        _tell_back(units[one.subject], body, by, at)
    count_entry(above, TAKEN_BACK, by=by, at=at, body={"entry": entry.pk, "lines": len(given)})


def lists_of(units: Iterable[UUID], limit: int = 20) -> list[tuple[Entry, bool]]:
    """Return the lists that were taken for units, the newest first, and whether each was taken back. Two queries."""
    wanted = list(units)
    found = Entry.objects.filter(kind=LISTED, subject__in=wanted).order_by("-at", "-pk")[:limit]
    gone = _taken_back(wanted)
    return [(one, one.pk in gone) for one in found]


def _taken_back(units: Iterable[UUID]) -> set[UUID]:
    told = Entry.objects.filter(kind=TAKEN_BACK, subject__in=list(units)).values_list("body", flat=True)
    return {UUID(body["entry"]) for body in told if body}


@action
def _tell_back(unit: Unit, body: Mapping[str, Any], by: Account | None, at: datetime) -> None:
    count_entry(unit, "directory.trait_taken_back", by=by, at=at, body=dict(body))


def _changed_since(given: Iterable[Entry]) -> Iterator[Fault]:
    for one in given:
        body = one.body or {}
        row = _row(one.subject, body)
        as_given = row is not None and (_day(row.valid_to), row.source) == (
            body.get("valid_to"),
            body.get("source"),
        )
        if not as_given:
            message = _("%(unit)s: this trait was changed since. Mend it on the page of the unit.")
            called = tree.title(one.subject, date.max, with_parents=False)
            yield Fault(str(one.subject), "changed", message % {"unit": called})


def _row(unit: UUID, body: Mapping[str, Any]) -> UnitTrait | None:
    if not body:
        return None
    known = UnitTrait.objects.filter(unit=unit, trait=body["trait"], valid_from=body["valid_from"])
    return known.first()


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


class _Reader:
    """Looks every line up, with all that is known of its units at once."""

    def __init__(self, rows: Sequence[Row], above: UUID, on: date) -> None:
        self.rows, self.above, self.on = rows, above, on
        codes = {row.get("code", "") for row in rows}
        versions = UnitVersion.objects.filter(code__in=codes, level=Level.COMMUNE, valid_from__lte=on)
        self.units = {
            one.code: one
            for one in versions.order_by("valid_from")
            if one.valid_to is None or one.valid_to > on
        }
        tree.warm(one.unit_id for one in self.units.values())
        self.known: dict[tuple[UUID, str], list[UnitTrait]] = defaultdict(list)
        ids = [one.unit_id for one in self.units.values()]
        for row in UnitTrait.objects.filter(unit__in=ids).order_by("valid_from"):
            self.known[row.unit_id, row.trait].append(row)
        titles = [traits.titles(language) for language in ("vi", "fr", "en")]
        self.traits = {fold(word): key for words in titles for key, word in words.items()}
        self.traits |= {key: key for words in titles for key in words}
        self.seen: set[tuple[UUID, str]] = set()

    def lines(self) -> list[Line]:
        """Return them all, in order."""
        return [self._line(number, row) for number, row in enumerate(self.rows, 1)]

    def _line(self, number: int, row: Row) -> Line:
        faults: list[Fault] = []

        def fault(column: str, code: str, message: object) -> None:
            faults.append(Fault(f"{number}:{column}", code, message))

        version = self.units.get(row.get("code", ""))
        trait = self.traits.get(row.get("trait", "")) or self.traits.get(fold(row.get("trait", "")), "")
        begins, ends = _as_day(row.get("valid_from", "")), _as_day(row.get("valid_to", ""))
        if version is None:
            fault("code", "unknown", _("No commune has this code today."))
        elif not tree.is_below(version.unit_id, self.above, self.on):
            fault("code", "elsewhere", _("This commune lies elsewhere."))
        if not trait:
            fault("trait", "unknown", _("There is no such trait. See the list of traits."))
        for column, day in (("valid_from", begins), ("valid_to", ends)):
            if row.get(column) and day is None:
                fault(column, "date", _("Write the day as 01/07/2025."))
        source = row.get("source", "")
        if not source or len(source) > MOST_LETTERS:
            fault("source", "required", _("Say by which decree, in 200 letters at most."))
        does = ""
        if version is not None and trait and not faults:
            does, begins = self._told(version.unit_id, trait, begins, ends, source, fault)
        return Line(
            number, row, version.unit_id if version else None, version.full_name if version else "", trait,
            begins, ends, "" if faults else does, tuple(faults),
        )  # fmt: skip

    def _told(
        self, unit: UUID, trait: str, begins: date | None, ends: date | None, source: str, fault: Any
    ) -> tuple[str, date | None]:
        """Return what a line does, and the day from which; faults are told."""
        known = self.known[unit, trait]
        if (unit, trait) in self.seen:
            fault("trait", "twice", _("The list has this trait of this commune twice."))
        self.seen.add((unit, trait))
        lasting = next((one for one in known if one.valid_to is None), None)
        if begins is None and ends is not None and lasting is not None:
            begins = lasting.valid_from  # "ends on": of what is known to last
        if begins is None:
            fault("valid_from", "required", _("Say from which day."))
            return "", None
        if ends is not None and ends <= begins:
            fault("valid_to", "before_it_begins", _("The end must be after the beginning."))
            return "", begins
        same = next((one for one in known if one.valid_from == begins), None)
        if same is not None:
            if (same.valid_to, same.source) == (ends, source):
                return "same", begins
            return ("ends" if same.valid_to is None and ends is not None else "changes"), begins
        if any(
            (one.valid_to is None or begins < one.valid_to) and (ends is None or one.valid_from < ends)
            for one in known
        ):
            message = _(
                "The commune has this trait in that time already. End that first, or write the same day."
            )
            fault("valid_from", "overlaps", message)
        return "new", begins


def _as_day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
