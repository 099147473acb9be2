"""A commune whose days are drawn at random: real acts of the real packages, for tests that its figures follow.

Every act is one that people do; one that is refused (a month locked, something newer in the way) is passed over, as it
would be. Who lives in one commune files, is visited and is corrected in another: entries and rows need not lie together.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from dinh.directory import tree
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import draft
from dinh.directory.changes.undoing import undo
from dinh.directory.models import Account, Level, Unit, UnitChange
from dinh.directory.tests.changes.settings import merger
from dinh.dossiers import actions as dossiers
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import World
from dinh.lib.dates import local_date
from dinh.lib.errors import DinhError
from dinh.outreach.tests.sending import Field
from dinh.population import actions as population
from dinh.population.models import Household, Person, Residence
from dinh.registers import actions as registers
from dinh.registers.models import Record

COPY, CERTIFIED = "civil_status_extract_copy", "certified_copy"
BEFORE = datetime(2026, 9, 1, 8, 0, tzinfo=acts.NOW.tzinfo)
WEIGHTS = {
    "file": 5, "receive": 4, "examine": 3, "approve": 3, "return_": 3, "arrive": 3, "move": 4, "stay": 2, "leave": 2,
    "die": 1, "correct": 3, "correct_phuc": 2, "correct_house": 2, "identify": 2, "visit": 3, "enter": 2, "amend_record": 1, "merge": 2, "undo": 2,
}  # fmt: skip


class Life:
    """Two communes of three villages, and what happens in them. `done` counts what was not refused."""

    def __init__(self, field: Field, seed: int) -> None:
        self.field, self.cast, self.world = field, field.cast, field.world
        self.dice = random.Random(seed)
        self.at = acts.NOW
        self.done: Counter[str] = Counter()
        self.refused: dict[str, Exception] = {}
        self.running: dict[str, list[Dossier]] = {
            name: [] for name in ("receive", "examine", "approve", "return_")
        }
        self.merged: list[UnitChange] = []
        self.number = 0
        self._settle()

    @property
    def today(self) -> date:
        """The local day."""
        return local_date(self.at)

    def step(self, name: str = "", hours: int = 0) -> str:
        """Do one act, drawn unless named, some hours or days after the last; return its name, "" when it was refused."""
        self.at += timedelta(hours=hours or self.dice.choice((1, 5, 20, 49)))
        name = name or self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        act: Callable[[], object] = getattr(self, name)
        try:
            act()
        except (DinhError, LookupError) as refused:  # LookupError: nobody and nothing there to do it with
            self.refused[name] = refused
            return ""
        self.done[name] += 1
        return name

    def communes(self) -> list[Unit]:
        """Return the communes of today."""
        below = tree.children(self.cast.province.pk, self.today)
        return list(
            Unit.objects.filter(pk__in=[one.unit for one in below], level=Level.COMMUNE).order_by("pk")
        )

    def _settle(self) -> None:
        """Let both communes have houses with people, and the village of the neighbours a name."""
        more: dict[str, Any] = {"by": None, "at": BEFORE}
        for number, village in enumerate((self.cast.un_ta, self.cast.tan_son, None)):
            commune = self.cast.cocsan if village else self.cast.next_commune
            house = population.register_household(
                unit=commune, village=village, address=f"nhà {number}", **more
            )
            for _person in range(3):
                self._person(house, BEFORE)

    def _person(self, house: Household, at: datetime) -> Person:
        self.number += 1
        birth = date(1940, 1, 1) + timedelta(days=self.dice.randrange(31_000))
        person = population.register_person(
            full_name=f"Vàng Văn {'ABCDEGHIKLMNOPQRSTUVXY'[self.number % 22]}", sex=self.dice.choice("12"), birth=birth.isoformat(),
            ethnicity=self.dice.choice(("01", "24")), by=None, at=at,
        )  # fmt: skip
        since = local_date(at) - timedelta(days=self.dice.randrange(60))
        population.move_residence(
            person=person, unit=house.unit, household=house, relation="99", from_on=since, by=None, at=at
        )
        person.refresh_from_db()
        return person

    def _one(self, rows: Any) -> Any:
        return self.dice.choice(list(rows.order_by("pk")))

    def _alive(self) -> Any:
        return Person.objects.filter(status=Person.Status.ALIVE)

    def file(self) -> None:
        """Mr Phúc asks for a copy, here or in the next commune."""
        at_home = replace(self.world, cast=replace(self.cast, cocsan=self.dice.choice(self.communes())))
        self.running["receive"].append(acts.filed(at_home, self.dice.choice((COPY, CERTIFIED)), self.at))

    def receive(self) -> None:
        """A dossier is accepted."""
        self._go_on("receive", "examine", lambda one, by: dossiers.receive(dossier=one, by=by, at=self.at))

    def examine(self) -> None:
        """A dossier is examined."""
        self._go_on(
            "examine", "approve", lambda one, by: dossiers.examine(dossier=one, note="Đủ", by=by, at=self.at)
        )

    def approve(self) -> None:
        """A dossier is approved."""
        self._go_on("approve", "return_", lambda one, by: dossiers.approve(dossier=one, by=by, at=self.at))

    def return_(self) -> None:
        """A result is handed over."""
        given = {"collector_name": "Vàng Văn Phúc", "relation": "applicant", "checked": "card"}
        self._go_on(
            "return_", "", lambda one, by: dossiers.return_result(dossier=one, by=by, at=self.at, **given)
        )

    def _go_on(self, now: str, then: str, act: Callable[[Dossier, Account], object]) -> None:
        one = self.dice.choice(self.running[now])
        dossier = Dossier.objects.get(pk=one.pk)
        kind = now.rstrip("_")
        act(dossier, acts.actor(self.world, acts.store.get_procedure(dossier.procedure), kind))
        self.running[now].remove(one)
        if then:
            self.running[then].append(dossier)

    def arrive(self) -> None:
        """Somebody unknown comes to live in a house."""
        self._person(self._one(Household.objects.filter(closed_on=None)), self.at)

    def move(self) -> None:
        """Somebody goes to live in another house, maybe of another commune, maybe told weeks later."""
        house = self._one(Household.objects.filter(closed_on=None))
        since = self.today - timedelta(days=self.dice.choice((0, 1, 40)))
        population.move_residence(
            person=self._one(self._alive()), unit=house.unit, household=house, relation="99", from_on=since, by=None, at=self.at
        )  # fmt: skip

    def stay(self) -> None:
        """Somebody stays some nights in another commune."""
        days = {"from_on": self.today, "until_on": self.today + timedelta(days=3)}
        population.add_residence(
            person=self._one(self._alive()), kind="stay", unit=self.dice.choice(self.communes()), address="nhà khách",
            by=None, at=self.at, **days,
        )  # fmt: skip

    def leave(self) -> None:
        """A residence ends."""
        residence = self._one(Residence.objects.filter(ended_on=None))
        population.end_residence(residence=residence, ended_on=self.today, by=None, at=self.at)

    def die(self) -> None:
        """Somebody dies; Mr Phúc lives on, or nobody would file."""
        person = self._one(self._alive().exclude(pk=self.world.phuc.pk))
        population.close_person(person=person, died_on=self.today, by=None, at=self.at)

    def correct(self) -> None:
        """What is known of somebody was wrong."""
        self._correct(self._one(self._alive()))

    def correct_phuc(self) -> None:
        """What is known of Mr Phúc was wrong, whose dossiers may lie in both communes."""
        self._correct(Person.objects.get(pk=self.world.phuc.pk))

    def _correct(self, person: Person) -> None:
        changes = self.dice.choice(
            ({"sex": "12"[person.sex == "1"]}, {"ethnicity": self.dice.choice(("05", "14"))})
        )
        population.amend_person(person=person, changes=changes, by=None, at=self.at)

    def correct_house(self) -> None:
        """A house is poor after all, or lies in another village of its commune."""
        house = self._one(Household.objects.filter(closed_on=None))
        villages = [one.unit for one in tree.children(house.unit_id, self.today)]
        village = Unit.objects.get(pk=self.dice.choice(villages))
        changes = self.dice.choice(
            ({"poverty": self.dice.choice(("", "poor", "near_poor"))}, {"village": village})
        )
        population.amend_household(household=house, changes=changes, by=None, at=self.at)

    def identify(self) -> None:
        """Somebody reaches the next level of electronic identity."""
        population.set_electronic_id(
            person=self._one(self._alive()),
            level=self.dice.choice((1, 2)),
            since=self.today,
            by=None,
            at=self.at,
        )

    def visit(self) -> None:
        """A volunteer visits a house of her village."""
        house = self._one(Household.objects.filter(closed_on=None, village=self.cast.un_ta))
        phone = self.field.phone
        (told,) = phone.send(
            phone.visit(house.pk, self.dice.choice(("met", "absent")), at=self.at), at=self.at
        )
        if told["state"] != "applied":
            raise LookupError(told["state"])

    def enter(self) -> None:
        """A line is written into a register, about somebody of wherever."""
        registers.enter(
            register="births", unit=self.dice.choice(self.communes()), registered_on=self.today, person=self._one(self._alive()),
            provenance="import", data={"full_name": "Vàng Văn An", "sex": "1", "birth": "2026-03-12", "birth_place": "Cốc San"},
            by=None, at=self.at,
        )  # fmt: skip

    def amend_record(self) -> None:
        """A line of a register is closed."""
        record = self._one(Record.objects.filter(state=Record.State.VALID))
        registers.close(row=record, reason="Ghi hai lần", provenance="correction", by=None, at=self.at)

    def merge(self) -> None:
        """Both communes become one from today on."""
        decision = of_data(merger(effective_on=self.today))
        self.merged.append(apply(change=draft(decision=decision, by=None, at=self.at), by=None, at=self.at))

    def undo(self) -> None:
        """The merger is undone, where nothing stands against it."""
        undo(change=UnitChange.objects.get(pk=self.merged[-1].pk), by=None, at=self.at)
        self.merged.pop()


def lived(world: World, field: Field, seed: int) -> Life:
    """Return a life about to begin."""
    return Life(replace(field, world=world), seed)
