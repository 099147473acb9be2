"""Synthetic people of the demonstration commune: households whose members fit together.

Every name is drawn from common words, every number carries a serial from 990000 up
so that it is recognisably not somebody's. Totals are exact: households, people and
people by ethnic group are those of the scenario.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES: Mapping[str, Sequence[str]] = {
    "01": ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Phan"),
    "02": ("Hoàng", "Nông", "Lương", "Ma", "Hà", "La"),
    "03": ("Lò", "Cầm", "Quàng", "Hà", "Vi"),
    "06": ("Bùi", "Đinh", "Quách", "Hà"),
    "07": ("Nông", "Lục", "Triệu", "Vi"),
    "08": ("Giàng", "Vàng", "Thào", "Sùng", "Lý", "Má"),
    "09": ("Tẩn", "Chảo", "Lý", "Phàn", "Triệu"),
    "25": ("Vàng", "Lù", "Hoàng", "Lý", "Sần", "Phan", "Nông", "Lục", "Vùi", "Tải", "Cồ", "Pờ"),
}
MALE_MIDDLE = ("Văn", "Đức", "Minh", "Quang", "Xuân", "Hữu", "Đình", "Thanh", "Công", "Ngọc")
FEMALE_MIDDLE = ("Thị", "Thị Thu", "Thị Minh", "Ngọc", "Thanh", "Thị Hồng", "Thùy", "Thị Kim", "Thị Ngọc")
MALE_GIVEN = (
    "Phúc", "Hùng", "Sơn", "Thành", "Tuấn", "Dũng", "Hải", "Long", "Khánh", "Hưng", "Bình", "Cường", "Đạt", "Nam",
    "Quân", "Thắng", "Tiến", "Trường", "Việt", "Lâm", "Páo", "Sinh", "Chẩn", "Pín",
)  # fmt: skip
FEMALE_GIVEN = (
    "Lan", "Hoa", "Mai", "Hương", "Thảo", "Linh", "Nga", "Hạnh", "Dung", "Yến", "Phượng", "Hà", "Thúy", "Vân",
    "Oanh", "Nhung", "Liên", "Mẩy", "Chấn", "Sen", "Xuân", "Bích", "Loan", "Ngân",
)  # fmt: skip
CCCD_PROVINCE = "010"  # Lào Cai
FIRST_SERIAL = 990_000


@dataclass
class Someone:
    """One synthetic person, with the family as indexes into the list of people."""

    index: int
    household: int
    relation: str  # list "household_relations"
    full_name: str
    sex: str  # "1" or "2"
    birth: date
    ethnicity: str
    number: str
    mother: int | None = None
    father: int | None = None
    head: int | None = None
    spouse: int | None = None


@dataclass
class Home:
    """One synthetic household."""

    code: str
    village: int  # index into the scenario's villages
    address: str
    poverty: str
    members: list[int]


class Generator:
    """Draws people from a seed; the same seed gives the same commune."""

    def __init__(self, seed: int, today: date) -> None:
        self.random = random.Random(seed)  # noqa: S311 - synthetic people, nothing to protect
        self.today = today
        self.people: list[Someone] = []
        self.homes: list[Home] = []
        self._serials: dict[tuple[str, int], int] = {}

    def build(
        self, *, households: int, people: int, ethnicities: Mapping[str, int], villages: Sequence[str]
    ) -> tuple[list[Home], list[Someone]]:
        """Return exactly so many households and people, spread over the villages.

        ethnicities  code -> number of people; must sum to `people`
        """
        if sum(ethnicities.values()) != people:
            raise ValueError("ethnicities do not sum to the number of people")
        sizes = self._sizes(households, people)
        labels = self._labels(sizes, ethnicities)
        for number, size in enumerate(sizes):
            village = number * len(villages) // households
            self._home(number, size, labels, village, villages[village])
        return self.homes, self.people

    def _sizes(self, households: int, people: int) -> list[int]:
        """Return household sizes between 1 and 9 that sum to `people`."""
        sizes = self.random.choices(range(1, 8), weights=(5, 12, 20, 28, 19, 11, 5), k=households)
        difference = people - sum(sizes)
        while difference:
            at = self.random.randrange(households)
            step = 1 if difference > 0 else -1
            if 1 <= sizes[at] + step <= 9:
                sizes[at] += step
                difference -= step
        return sizes

    def _labels(self, sizes: Sequence[int], ethnicities: Mapping[str, int]) -> list[list[str]]:
        """Return one group for each place of each household: mostly one group a household, totals exact."""
        left = dict(ethnicities)
        order = sorted(range(len(sizes)), key=lambda _: self.random.random())
        labels: list[list[str]] = [[] for _ in sizes]
        for home in order:
            codes = [c for c, n in left.items() if n > 0]
            code = self.random.choices(codes, weights=[left[c] for c in codes])[0]
            for _ in range(sizes[home]):
                if left[code] == 0:
                    code = max(left, key=lambda c: left[c])
                labels[home].append(code)
                left[code] -= 1
        return labels

    def _home(self, number: int, size: int, labels: list[list[str]], village: int, village_name: str) -> None:
        home = Home(
            code=f"02746-{number + 1:05d}",
            village=village,
            address=f"Số {self.random.randint(1, 180)}, thôn {village_name}",
            poverty=self.random.choices(("", "poor", "near_poor"), weights=(86, 8, 6))[0],
            members=[],
        )
        self.homes.append(home)
        codes = labels[number]
        head = self._person(number, "00", codes[0], self._age(26, 82))
        home.members.append(head.index)
        rest = size - 1
        spouse = None
        if rest and self._years(head) >= 22 and self.random.random() < 0.86:
            spouse = self._spouse(number, head, codes[1])
            home.members.append(spouse.index)
            rest -= 1
        for place in range(size - rest, size):
            home.members.append(self._member(number, head, spouse, codes[place]).index)
        for index in home.members:
            self.people[index].head = head.index

    def _spouse(self, household: int, head: Someone, ethnicity: str) -> Someone:
        sex = "2" if head.sex == "1" else "1"
        born = head.birth + timedelta(days=self.random.randint(-1400, 2200))
        limit = self.today - timedelta(days=365 * 19)
        spouse = self._person(household, "01" if sex == "2" else "02", ethnicity, min(born, limit), sex)
        head.spouse, spouse.spouse = spouse.index, head.index
        return spouse

    def _member(self, household: int, head: Someone, spouse: Someone | None, ethnicity: str) -> Someone:
        """Return a parent of an younger head, else a child of the couple."""
        if self._years(head) < 55 and self.random.random() < 0.18:
            born = head.birth - timedelta(days=self.random.randint(365 * 20, 365 * 32))
            sex = self.random.choice("12")
            elder = self._person(household, "03" if sex == "1" else "04", ethnicity, born, sex)
            if sex == "1":
                head.father = elder.index
            else:
                head.mother = elder.index
            return elder
        parents = [p for p in (head, spouse) if p]
        youngest = max(p.birth for p in parents)
        earliest = youngest + timedelta(days=365 * 19)
        latest = min(self.today - timedelta(days=20), youngest + timedelta(days=365 * 42))
        born = earliest + timedelta(days=self.random.randrange(max(1, (latest - earliest).days)))
        child = self._person(
            household, "08", ethnicity, min(born, self.today - timedelta(days=20)), family=head
        )
        mother = next((p for p in parents if p.sex == "2"), None)
        father = next((p for p in parents if p.sex == "1"), None)
        child.mother = mother.index if mother else None
        child.father = father.index if father else None
        return child

    def _person(
        self,
        household: int,
        relation: str,
        ethnicity: str,
        birth: date,
        sex: str = "",
        family: Someone | None = None,
    ) -> Someone:
        sex = sex or self.random.choice("12")
        surname = family.full_name.split()[0] if family else self.random.choice(SURNAMES[ethnicity])
        middle = self.random.choice(MALE_MIDDLE if sex == "1" else FEMALE_MIDDLE)
        given = self.random.choice(MALE_GIVEN if sex == "1" else FEMALE_GIVEN)
        someone = Someone(
            index=len(self.people), household=household, relation=relation, full_name=f"{surname} {middle} {given}",
            sex=sex, birth=birth, ethnicity=ethnicity, number=self.number(sex, birth),
        )  # fmt: skip
        self.people.append(someone)
        return someone

    def number(self, sex: str, birth: date) -> str:
        """Return the next synthetic personal number of this sex and birth year."""
        century = {19: 0, 20: 2}[birth.year // 100] + (sex == "2")
        key = (sex, birth.year)
        self._serials[key] = self._serials.get(key, FIRST_SERIAL - 1) + 1
        return f"{CCCD_PROVINCE}{century}{birth.year % 100:02d}{self._serials[key]}"

    def _age(self, low: int, high: int) -> date:
        years = int(self.random.triangular(low, high, 41))
        return self.today - timedelta(days=years * 365 + self.random.randint(0, 364))

    def _years(self, someone: Someone) -> int:
        return (self.today - someone.birth).days // 365
