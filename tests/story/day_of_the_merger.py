"""Who takes part in the day of the merger, at which screen, and what time it is for all of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dinh.directory import queries
from dinh.directory.models import Account, Unit
from dinh.dossiers.models import Dossier
from dinh.papers.models import Paper
from tests.story.browsing import Person
from tests.story.three_communes import REFORM, Before, Wish, at

PATIENCE = 60_000  # ms: the first figure of a day is worked out while the machine does other things


class Clock:
    """The time of the story, which the whole house reads."""

    def __init__(self) -> None:
        self.moment = at(REFORM, "07:30")

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=20)
        return self.moment

    def turn(self, day: date, clock: str) -> datetime:
        """Let it be another moment."""
        self.moment = at(day, clock)
        return self.moment


class Day:
    """The people of the story, and what passes between them."""

    def __init__(self, browser: Any, server: str, clock: Clock, town: Before, folder: Path) -> None:
        self.browser, self.server, self.clock, self.town, self.folder = browser, server, clock, town, folder
        self.seats: dict[str, Person] = {}
        self.flying: list[tuple[Wish, Dossier]] = []
        self.issued: Paper | None = None
        self.locked = 0  # stays of October as they were locked
        self.first: Wish  # decided before the merger

    def seat(self, account: Account | None, width: int = 1280) -> Person:
        """Seat somebody, signed in; nobody is seated twice in one month."""
        name = f"{account.username if account else ''} {width} {self.clock.moment:%Y-%m}"
        if name not in self.seats:
            self.seats[name] = Person(self.browser, self.server, width, account=account)
            self.seats[name].page.set_default_timeout(PATIENCE)
        return self.seats[name]

    def of(self, code: str, role: str) -> Account:
        """Return who has a role and came from one of the three."""
        return self.town.communes[code].staff[role]

    def new(self) -> Unit:
        """Return the new commune."""
        return queries.get_unit("05152", REFORM)

    def end(self) -> None:
        """Everybody leaves, having heard no complaint of the browser."""
        for one in self.seats.values():
            one.close()
