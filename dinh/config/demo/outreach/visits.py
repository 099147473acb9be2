"""One member's round on one day: door after door, what is found, what is helped with, and what is written down of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dinh.config.demo.outreach import words
from dinh.config.demo.outreach.crew import Crew
from dinh.config.demo.outreach.helping import LADDERS, Help, Wishes
from dinh.config.demo.outreach.houses import NEEDS, House, Resident
from dinh.config.demo.outreach.phones import Phone
from dinh.work.models import Assignment

PENSIONS = (
    "social_pension_70",
    "social_pension_75",
)  # rules whose tasks are settled by what is heard at the house
SEEN = ("electronic_id", "service_account", "health_record", "insurance_app", "bank_account")


@dataclass
class Round:
    """A member on the way through a village; `clock` goes on with every door."""

    crew: Crew
    phone: Phone
    wishes: Wishes
    rng: random.Random
    clock: datetime

    def first(self, house: House) -> None:
        """Come to a house for the first time."""
        if house.mood == "absent":
            house.mood = "open"
            self._visit(house, "absent", note=self.rng.choice(words.ABSENT))
            return
        if house.mood in {"refuses", "moved"}:
            house.closed = True
            outcome = {"refuses": "refused", "moved": "moved"}[house.mood]
            self._visit(house, outcome, note=self.rng.choice(words.REFUSED) if outcome == "refused" else "")
            return
        visit = self.meet(house)
        self._house_facts(house)
        for one in house.people:
            self._person_facts(one)
        self.help(house, visit, most=2)

    def again(self, house: House, tasks: Sequence[Assignment]) -> None:
        """Come again, for tasks or by promise: help further, and say which tasks are done."""
        if self.rng.random() < 0.08:
            self._visit(house, "absent", note=self.rng.choice(words.ABSENT))
            for task in tasks:
                self._task(task, "task.skip", reason="absent")
            return
        visit = self.meet(house)
        for task in tasks:
            if task.rule in PENSIONS:
                self._pension(task)
            elif self.rng.random() < 0.6:
                self._task(task, "task.done")
        self.help(house, visit, most=3)

    def meet(self, house: House) -> UUID:
        """Meet somebody at home."""
        house.met = True
        adults = house.adults
        met = adults[: self.rng.choice((1, 1, 2, 2, 3))]
        slip = self.crew.slip(self.phone.account.pk) if self.rng.random() < 0.85 else ""
        note = self.rng.choice(words.NOTES) if self.rng.random() < 0.3 else ""
        return self._visit(house, "met", met=[str(one.id) for one in met], slip=slip, note=note)

    def help(self, house: House, visit: UUID | None, most: int) -> None:
        """Give help that the house waits for, and write down what stands in its way."""
        for wish in self.wishes.take(house.id, most):
            self._assist(house, visit, wish)
        for kind in self.wishes.difficulties_of(house.id):
            self._difficulty(house, kind)

    def _visit(self, house: House, outcome: str, **more: Any) -> UUID:
        minutes = self.rng.randrange(14, 46) if outcome == "met" else self.rng.randrange(2, 6)
        body = {"household": str(house.id), "outcome": outcome, "minutes": minutes, **more}
        made = self.phone.note("visit", body, self.clock, ("household", house.id), form="visit")
        self.clock += timedelta(minutes=minutes + self.rng.randrange(3, 9), seconds=self.rng.randrange(60))
        return made

    def _during(self) -> datetime:
        """Return a moment shortly before the next door: what is written down before leaving."""
        return self.clock - timedelta(seconds=self.rng.randrange(20, 120))

    def _house_facts(self, house: House) -> None:
        changes: dict[str, list[Any]] = {"has_device": [None, house.has_device]}
        seen = {"mobile": house.mobile, "broadband": house.broadband, "power": house.power}
        about = ("household", house.id)
        if self.rng.random() < 0.35:
            body = {"village": str(self.crew.villages[house.village].pk), "household": str(house.id), **seen}
            self.phone.note("coverage", body, self._during(), about, form="coverage")
        else:
            changes |= {name: [None, value] for name, value in seen.items()}
        needs = [] if house.has_device else ["device"]
        needs += ["network"] if house.mobile in {"none", "weak"} else []
        if needs:
            changes["needs"] = [[], needs]
        skilled = next(
            (
                one
                for one in house.adults
                if any(one.has.get(f"skills.{s}") == 2 for s in ("payment", "public_services"))
            ),
            None,
        )
        if skilled:
            changes["skilled"] = [None, str(skilled.id)]
        self.phone.note(
            "facts", {"changes": changes}, self._during(), about, form="house",
            entity={"type": "household", "id": str(house.id)},
        )  # fmt: skip

    def _person_facts(self, one: Resident) -> None:
        changes: dict[str, list[Any]] = {}
        for name, rung in one.has.items():
            if rung and one.told.get(name, 0) < rung:
                changes[name] = [one.told.get(name, 0), rung]
                one.told[name] = rung
        needs = ["other_language"] if one.other_language else []
        if one.age >= 70 and self.rng.random() < 0.3:
            needs.append(self.rng.choice(NEEDS))
        if needs:
            changes["needs"] = [[], sorted(needs)]
        if changes:
            self.phone.note(
                "facts", {"changes": changes}, self._during(), ("person", one.id), form="person",
                entity={"type": "person", "id": str(one.id)},
            )  # fmt: skip

    def _assist(self, house: House, visit: UUID | None, wish: Help) -> None:
        outcome, again = "done", False
        chance = self.rng.random()
        if chance < 0.05:
            outcome, again = "begun", True
        elif chance < 0.07:
            outcome = "not_possible"
        body: dict[str, Any] = {
            "visit": str(visit) if visit else None, "household": str(house.id), "kind": wish.kind, "outcome": outcome,
            "person": str(wish.person.id) if wish.person else None,
        }  # fmt: skip
        self.phone.note("assistance", body, self._during(), ("household", house.id), form="assist")
        if again:
            self.wishes.put_back(house.id, wish)
        elif outcome == "done" and wish.person and wish.kind in LADDERS:
            name, rung = LADDERS[wish.kind]
            wish.person.has[name] = wish.person.told[name] = max(rung, wish.person.has.get(name, 0))

    def _difficulty(self, house: House, kind: str) -> None:
        said, procedure = words.difficulty(kind, self.rng)
        body = {
            "household": str(house.id), "village": str(self.crew.villages[house.village].pk), "kind": kind, "words": said,
            "procedure": procedure, "place": self.rng.choice(words.PLACES) if kind == "network" else "",
            "urgency": self.rng.choices(("low", "normal", "urgent"), (3, 8, 1))[0],
        }  # fmt: skip
        self.phone.note("difficulty", body, self._during(), ("household", house.id), form="difficulty")

    def _pension(self, task: Assignment) -> None:
        """Hear that most draw a pension of another kind, or have filed at the centre; some wish to think about it."""
        if self.rng.random() < 0.9:
            self._task(
                task, "task.skip", reason=self.rng.choice(("not_needed", "done_elsewhere", "done_elsewhere"))
            )

    def _task(self, task: Assignment, kind: str, **more: Any) -> None:
        body = {"assignment": str(task.pk), **more}
        self.phone.note(kind, body, self._during(), ("assignment", task.pk))
