"""What teams' panels and reports count, each figure a sum over happenings that can be listed one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that was done, in the shape that counting needs.

    kind     "visit", "help", "filing", "difficulty", "result", "gathering", "attendance", "coverage", "duty", "task"
    what     the kind of help or difficulty, or the outcome of a visit: a code of its list
    outcome  how it ended: "done", "told", "accepted", "refused", "open" …
    amount   minutes of a visit or duty, people present at a gathering
    """

    kind: str
    id: UUID
    account: UUID
    village: UUID | None
    at: datetime
    house: UUID | None = None
    person: UUID | None = None
    what: str = ""
    outcome: str = ""
    amount: int = 0
    minutes: int = 0


Test = Callable[[Happening], bool]


@dataclass(frozen=True)
class Figure:
    """One number: which happenings, and whether they, the houses, the people or an amount are counted."""

    key: str
    title: Promise
    kinds: frozenset[str]
    counts: str = "rows"  # "rows", "houses", "people", "amount", "hours"
    test: Test = field(default=lambda one: True)

    def rows(self, happenings: Iterable[Happening]) -> list[Happening]:
        """Return the happenings that stand behind the number."""
        return [one for one in happenings if one.kind in self.kinds and self.test(one)]

    def of(self, happenings: Iterable[Happening]) -> int:
        """Return the number. Houses and people are counted once however often they were met."""
        rows = self.rows(happenings)
        if self.counts == "houses":
            return len({one.house for one in rows if one.house})
        if self.counts == "people":
            return len({one.person or one.house or one.id for one in rows})
        if self.counts == "amount":
            return sum(one.amount for one in rows)
        if self.counts == "hours":
            return sum(one.minutes for one in rows) // 60
        return len(rows)


def _figure(key: str, title: Promise, kinds: str, counts: str = "rows", test: Test | None = None) -> Figure:
    return Figure(key, title, frozenset(kinds.split()), counts, test or (lambda one: True))


def _is(*outcomes: str) -> Test:
    return lambda one: one.outcome in outcomes


def _what(*codes: str) -> Test:
    return lambda one: one.what in codes


FIGURES: dict[str, Figure] = {
    one.key: one
    for one in (
        # Keys that stand in the list `field_measures` may have a goal, and mean what that list says.
        _figure("doors", _("Times at a door"), "visit"),
        _figure("visits", _("Visits with somebody met"), "visit", test=_what("met")),
        _figure("households", _("Houses met"), "visit", "houses", _what("met")),
        _figure("absent", _("Nobody at home"), "visit", test=_what("absent")),
        _figure("refusals", _("Did not wish a visit"), "visit", test=_what("refused")),
        _figure("people_helped", _("People helped"), "help filing", "people"),
        _figure("helps", _("Help given"), "help"),
        _figure("help", _("Help given and done"), "help", test=_is("done")),
        _figure("filings", _("Requests filed together"), "filing"),
        _figure("filings_done", _("Requests with a result"), "filing", test=_is("accepted")),
        _figure("filings_refused", _("Requests refused"), "filing", test=_is("refused")),
        _figure("results", _("Results brought home"), "result"),
        _figure("difficulties", _("Difficulties noted"), "difficulty"),
        _figure("answered", _("Difficulties answered"), "difficulty", test=_is("answered", "told")),
        _figure("told", _("Answers brought back to the house"), "difficulty", test=_is("told")),
        _figure("gatherings", _("Gatherings held"), "gathering"),
        _figure("attendance", _("People at gatherings"), "gathering", "amount"),
        _figure("written", _("Attendances written down"), "attendance"),
        _figure(
            "skilled", _("People who learnt a skill"), "attendance", "people", lambda one: one.amount > 0
        ),
        _figure("coverage", _("Houses whose network was looked at"), "coverage", "houses"),
        _figure("tasks", _("Tasks done"), "task", test=_is("done")),
        _figure("duty_hours", _("Hours on duty"), "duty", "hours"),
        _figure("hours", _("Hours given"), "visit gathering duty", "hours"),
    )
}


def count(happenings: Iterable[Happening]) -> dict[str, int]:
    """Return every figure of some happenings."""
    rows = list(happenings)
    return {key: figure.of(rows) for key, figure in FIGURES.items()}


def by_what(happenings: Iterable[Happening], kind: str) -> dict[str, int]:
    """Return how many of one kind there were of each code, the most frequent first."""
    counted = Counter(one.what for one in happenings if one.kind == kind)
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
