"""The worklist: what officers decide, ordered by what it brings, and what can be done in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Avg, Count, Q, QuerySet

from dinh.directory.models import Account, Unit
from dinh.lib.names import fold
from dinh.population.models import Person
from dinh.registers.models import Record
from dinh.registers.queries import OFFSET_MAX
from dinh.verification.models import Finding, Match
from dinh.verification.reach import readable, within
from dinh.verification.words import say

ORDERS = {
    "gain": ("-gain", "pk"),
    "newest": ("-found_at", "pk"),
    "name": ("record__name_key", "pk"),
    "number": ("record__book", "record__sequence", "pk"),
    "decided": ("-decided_at", "pk"),
}


@dataclass(frozen=True)
class Group:
    """Findings of one kind and code in one register.

    count  open ones; `bulk` of them are certain enough to be corrected together
    gain   criteria put right in a minute of an officer, on average
    """

    register: str
    kind: str
    code: str
    title: str
    advice: str
    count: int
    bulk: int
    gain: float


@dataclass(frozen=True)
class Which:
    """Which findings are looked for; what is empty asks for nothing.

    state  "open", "decided", "gone"; empty for all
    mine   only those assigned to the account; `free`: only those assigned to nobody
    bulk   only those that can be corrected together (True), or cannot (False)
    text   number of the record, or words of the name, accents or not
    """

    register: str = ""
    kind: str = ""
    code: str = ""
    commune: str = ""
    village: UUID | Unit | str = ""
    state: str = "open"
    mine: bool = False
    free: bool = False
    bulk: bool | None = None
    text: str = ""

    def within(self, account: Account, on: date) -> QuerySet[Finding]:
        """Return those in registers that the account reads."""
        found = Finding.objects.filter(within(readable(account, on, self.register)))
        equal = {name: getattr(self, name) for name in ("kind", "code", "commune", "village", "state")}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        if self.mine:
            found = found.filter(assignee=account)
        if self.free:
            found = found.filter(assignee=None)
        if self.bulk is not None:
            found = found.filter(bulk=self.bulk)
        return found.filter(_says(self.text)) if self.text.strip() else found


OPEN = Which()


def find_findings(
    account: Account, on: date, which: Which = OPEN, *, order: str = "gain", limit: int = 50, offset: int = 0
) -> list[Finding]:
    """Return findings of registers that the account reads, with record, match and persons.

    The caller shows them to somebody, and so writes `journal.access.listed`. One query.
    """
    found = which.within(account, on).select_related(
        "record", "record__match", "record__person", "village", "assignee", "other", "unit"
    )
    offset = max(0, min(offset, OFFSET_MAX))
    return list(found.order_by(*ORDERS[order])[offset : offset + limit])


def count_findings(account: Account, on: date, which: Which = OPEN) -> int:
    """Return how many findings `find_findings` has to give. One query."""
    return which.within(account, on).count()


def given_to(account: Account, on: date) -> int:
    """Return how many open findings were assigned to the account. One query."""
    return count_findings(account, on, Which(mine=True))


def finding_groups(account: Account, on: date, register: str = "") -> list[Group]:
    """Return the open findings by register, kind and code, what brings most in a minute first. One query."""
    mine = Finding.objects.filter(within(readable(account, on, register)), state=Finding.State.OPEN)
    rows = (
        mine.order_by()
        .values_list("register", "kind", "code")
        .annotate(count=Count("*"), bulk=Count("bulk", filter=Q(bulk=True)), average=Avg("gain"))
    )
    groups = []
    for register_, kind, code, count, bulk, gain in rows:
        said = say(code, register_)
        groups.append(Group(register_, kind, code, said.title, said.advice, count, bulk, round(gain, 3)))
    return sorted(groups, key=lambda one: (-one.gain, -one.count, one.code))


def match_of(record: Record) -> Match | None:
    """Return what the last verification says of a record; None before the first. One query."""
    return Match.objects.select_related("person", "second", "submission").filter(record=record).first()


def matches_of_person(person: Person | UUID) -> list[Match]:
    """Return what registers say of a person, by verifications that are certain of it. One query."""
    certain = Match.objects.filter(person=person, verdict__in=("verified", "corrected", "dead", "duplicate"))
    in_force = certain.filter(record__state=Record.State.VALID)
    return list(in_force.select_related("record", "record__unit", "submission").order_by("register", "pk"))


def _says(text: str) -> Q:
    text = text.strip()
    if text[:1].isdigit():
        return Q(record__number=text)
    condition = Q(record__number=text)
    words = Q()
    for word in fold(text).split():
        words &= Q(record__name_key__contains=word)
    return condition | words
