"""One commune, one register, one run of the real engine for the tests of this folder."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, Cast, make_account, make_grant, people
from dinh.journal.testing import settle
from dinh.lib.ids import natural_id
from dinh.lib.names import fold, words_key
from dinh.population.models import Household, Person
from dinh.registers import samples
from dinh.registers.models import Record
from dinh.registers.samples.spoiling import Rates
from dinh.registers.tests.files import bring
from dinh.verification import actions
from dinh.verification.models import Submission

ON = date(2026, 11, 23)
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Vàng", "Lù")
MIDDLES = ("Văn", "Thị", "Đức", "Ngọc", "Minh", "Thu", "Quang", "Hồng")
GIVEN = ("Hùng", "Lan", "Hòa", "Tuấn", "Hương", "Dũng", "Mai", "Sơn", "Thủy", "Bình", "Cường", "Đào", "Phúc")
FAMILY = (("00", "1", 41), ("01", "2", 39), ("08", "1", 15), ("08", "2", 12), ("08", "1", 8), ("04", "2", 78))
FAULTS = Rates(
    faulty=0.3, second=0.05, careless=0.05, outsiders=0.03, duplicates=0.03,
    kinds={"name_tones": 3, "number_digit": 3, "birth_swapped": 2, "number_missing": 2, "name_typo": 2, "number_other": 1},
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A commune whose pupils were verified once."""

    cast: Cast
    officer: Account
    submission: Submission
    home: Path

    def pupils(self) -> list[Record]:
        """Return the records, in the order of their book."""
        return list(Record.objects.filter(register="pupils").order_by("sequence"))


def populate(cast: Cast, families: int = 100) -> None:
    """Give Cốc San families of six, all with names and days of their own."""
    chance = random.Random(5)
    homes, everybody = [], []
    for at in range(families):
        home = Household(
            id=natural_id("home", at), code=f"H{at:04}", unit=cast.cocsan, village=cast.un_ta,
            address=f"Số {at + 1}, thôn Ún Tà",
        )  # fmt: skip
        homes.append(home)
        surname = chance.choice(SURNAMES)
        for place, (relation, sex, age) in enumerate(FAMILY):
            year = ON.year - age - at % 3
            name = f"{surname} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"
            everybody.append(
                Person(
                    id=natural_id("person", at, place), full_name=name, name_key=fold(name), name_words=words_key(name),
                    number=f"010{(0 if year < 2000 else 2) + (sex == '2')}{year % 100:02}{at * 6 + place + 990000}",
                    sex=sex, birth=f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}", birth_year=year,
                    ethnicity="25", household=home, relation=relation, unit=cast.cocsan,
                )
            )  # fmt: skip
    Household.objects.bulk_create(homes)
    Person.objects.bulk_create(everybody)


def verified(folder: Path) -> Town:
    """Make the town and verify its pupils; the caller holds the transaction."""
    cast = people()
    populate(cast)
    officer = make_account("du-lieu", "Trần Thị Dữ")
    make_grant(officer, "data_officer", cast.cocsan)
    shape = store.get().registers["pupils"]
    path = folder / "pupils.csv"
    samples.write(shape, path, samples.draw(shape, cast.cocsan, FAULTS, seed=7, on=ON))
    bring(path, cast.cocsan)
    for stranger in Record.objects.exclude(person_name__in=Person.objects.values("full_name")):
        stranger.data.pop("commune", None)  # whom nobody knows, of a commune that nobody wrote
        stranger.save()
    row = verify(cast, officer)
    return Town(cast, officer, row, folder)


def verify(cast: Cast, officer: Account, **more: Any) -> Submission:
    """Submit the pupils and let the worker run."""
    row = actions.submit(register="pupils", unit=cast.cocsan, by=officer, at=MONDAY_MORNING, **more)
    settle()
    row.refresh_from_db()
    return row


@pytest.fixture(scope="package")
def first_run(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """The town as it is before every test of this folder; the engine runs once."""
    home = tmp_path_factory.mktemp("verified-home")
    before, settings.DINH_HOME = settings.DINH_HOME, home
    with django_db_blocker.unblock(), translation.override("vi"), transaction.atomic():
        tree.forget()
        made = verified(home)
        settings.DINH_HOME = before
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def town(first_run: Town, own_home: None, db: None) -> Town:
    """The verified town in a home of this test's own; what the test writes is taken back."""
    shutil.copytree(first_run.home / "verification", Path(settings.DINH_HOME) / "verification")
    first_run.officer.__dict__.pop("_held_roles", None)
    return first_run
