"""Tasks: their ids, the days between which they can be done, and the order in which one walks to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from dinh.lib.ids import natural_id

ASKED = "asked"  # the rule of a task that a person asked for
# Reasons after which a task is tried again, so many days later.
TRY_AGAIN = {"absent": 3, "no_way": 7, "later": 14}
_PARTS = re.compile(r"\d+|\D+")


@dataclass(frozen=True)
class Wanted:
    """A task that there should be: who and what it is about, and its days."""

    rule: str
    rule_version: str
    subject_type: str
    subject: UUID
    household: UUID | None
    village: UUID | None
    priority: int
    due_on: date
    opens_on: date
    expires_on: date
    until: date  # last day on which it is on time

    @property
    def id(self) -> UUID:
        """The same wherever and how often it is made."""
        return assignment_id(self.rule, self.subject, self.due_on)


def assignment_id(rule: str, subject: UUID, due_on: date) -> UUID:
    """Return the id of a task: uuid5 of its rule, subject and due day."""
    return natural_id("task", rule, subject, due_on)


def days_of(anchor: date, days: int, opens_before: int, expires_after: int) -> tuple[date, date, date]:
    """Return when a task opens, is due and expires, from the day it is counted from."""
    due = anchor + timedelta(days=days)
    return due - timedelta(days=opens_before), due, due + timedelta(days=expires_after)


def on_time_until(due_on: date, grace: int, expires_on: date) -> date:
    """Return the last day on which a task is on time: some days after the day it is meant for, while it is of use."""
    return min(due_on + timedelta(days=grace), expires_on)


def walking_key(address: str, code: str) -> tuple[tuple[int, int, str], ...]:
    """Return the order in which houses are walked: by the numbers of the address, then by code.

    "nhà 9" comes before "nhà 12", and "12" before "12A"; a house without a number comes after those with one.
    """
    numbered = bool(re.search(r"\d", address))
    text = address.casefold() if numbered else f"~{code.casefold()}"
    found = tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.strip()) for part in _PARTS.findall(text)
    )
    return (*found, (-1, 0, code))


def again_on(reason: str, on: date) -> date | None:
    """Return the day from which a task that was not done for this reason is listed again; None: it is not."""
    days = TRY_AGAIN.get(reason)
    return on + timedelta(days=days) if days is not None else None
