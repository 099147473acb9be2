"""Faults put into who a row says it is about, by kind and rate, with the truth of each kept.

Only the parts of the identity that the register declares (`person`) are touched. A *fault* makes the row not true of
the person; what is *careless* (capitals, spaces, letters taken apart) does not, but it is not clean.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dinh.catalogue.shapes.register import Register
from dinh.lib.names import fold
from dinh.registers.samples.people import Neighbour

if TYPE_CHECKING:
    from dinh.registers.samples import Drawn
    from dinh.registers.samples.recipes.base import Recipe, Town

Identity = dict[str, Any]  # part of the identity -> what the row says
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_LIKE = {
    "n": "l",
    "l": "n",
    "s": "x",
    "x": "s",
    "d": "gi",
    "i": "y",
    "y": "i",
    "ă": "â",
    "c": "k",
    "h": "",
    "u": "ư",
}
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
GIVEN = (
    "An",
    "Bảo",
    "Châu",
    "Duy",
    "Giang",
    "Huy",
    "Khánh",
    "Linh",
    "My",
    "Nhi",
    "Phương",
    "Quỳnh",
    "Tâm",
    "Vy",
)


@dataclass(frozen=True)
class Rates:
    """How often a row is wrong.

    faulty      share of rows with at least one fault of `kinds`
    kinds       kind -> weight
    second      share of faulty rows that have a second fault
    careless    share of rows written carelessly
    outsiders   share of rows about somebody who is not in the population
    duplicates  share of rows that come twice
    """

    faulty: float = 0.0
    kinds: Mapping[str, float] = field(default_factory=dict)
    second: float = 0.15
    careless: float = 0.0
    outsiders: float = 0.0
    duplicates: float = 0.0

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> Rates:
        """Return the rates of a declaration; an unknown name or kind is a fault in it."""
        unknown = {*declared} - {*cls.__dataclass_fields__}
        if unknown or {*declared.get("kinds", {})} - KINDS.keys():
            raise ValueError(
                f"unknown rates: {sorted(unknown | ({*declared.get('kinds', {})} - KINDS.keys()))}"
            )
        return cls(**declared)


class Spoiler:
    """Spoils the rows of one register."""

    def __init__(self, register: Register, rates: Rates, people: Sequence[Neighbour], seed: int) -> None:
        self.parts = register.person.named() if register.person else {}
        self.rates, self.people = rates, people
        self.rng = random.Random(f"{seed}/{register.id}/outsiders")  # noqa: S311 - synthetic data
        self.rows = 0

    def spoil(self, drawn: Drawn, rng: random.Random) -> Iterator[Drawn]:
        """Yield the row, spoiled or not, and perhaps a second time."""
        self.rows += 1
        kinds: list[str] = []
        identity = {part: drawn.values.get(name) for part, name in self.parts.items()}
        if self.rates.kinds and rng.random() < self.rates.faulty:
            kinds = self._some(identity, rng, 2 if rng.random() < self.rates.second else 1)
        if rng.random() < self.rates.careless:
            kinds += [kind for kind in rng.sample(sorted(CARELESS), 1) if CARELESS[kind](identity, rng)]
        values = drawn.values | {self.parts[part]: value for part, value in identity.items()}
        yield replace(drawn, values=values, kinds=tuple(kinds))
        if rng.random() < self.rates.duplicates:
            yield replace(drawn, values=values, kinds=(*kinds, "duplicate"))

    def outsiders(self, recipe: Recipe, town: Town) -> Iterator[Drawn]:
        """Yield rows about people who are not in the population, made like those of people who are."""
        from dinh.registers.samples import Drawn

        wanted, tried = round(self.rows * self.rates.outsiders), 0
        while wanted and tried < 50 * wanted + 50:
            tried += 1
            like = self.rng.choice(self.people)
            rows = list(recipe(_stranger(like, self.rng), town, self.rng))
            if rows:
                wanted -= 1
                yield Drawn(rows[0], "", ("outsider",))

    def _some(self, identity: Identity, rng: random.Random, count: int) -> list[str]:
        """Apply so many kinds of fault; one that finds nothing to spoil gives way to another."""
        names, weights = list(self.rates.kinds), list(self.rates.kinds.values())
        done: list[str] = []
        for _try in range(12):
            kind = rng.choices(names, weights)[0]
            if kind not in done and KINDS[kind](identity, rng, self.people):
                done.append(kind)
            if len(done) == count:
                break
        return done


def _stranger(like: Neighbour, rng: random.Random) -> Neighbour:
    """Return somebody of the same age who lives nowhere here; the number's serial is nobody's."""
    middle = "Văn" if like.sex == "1" else "Thị"
    name = f"{rng.choice(SURNAMES)} {middle} {rng.choice(GIVEN)} {rng.choice(GIVEN)}"
    number = f"{like.number[:6]}{rng.randint(980_000, 989_999)}" if like.number else ""
    return replace(like, full_name=name, number=number, mother=None, father=None)


def _number_missing(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    if not said.get("number"):
        return False
    said["number"] = None
    return True


def _number_digit(said: Identity, rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    number = str(said.get("number") or "")
    if len(number) != 12:
        return False
    at = rng.randrange(6, 12)
    said["number"] = number[:at] + str((int(number[at]) + rng.randint(1, 9)) % 10) + number[at + 1 :]
    return True


def _number_swapped(said: Identity, rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    number = str(said.get("number") or "")
    places = [at for at in range(4, len(number) - 1) if number[at] != number[at + 1]]
    if len(number) != 12 or not places:
        return False
    at = rng.choice(places)
    said["number"] = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return True


def _number_other(said: Identity, rng: random.Random, people: Sequence[Neighbour]) -> bool:
    other = rng.choice(people).number
    if not said.get("number") or other == said["number"] or not other:
        return False
    said["number"] = other
    return True


def _number_zero_lost(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    number = str(said.get("number") or "")
    said["number"] = number.lstrip("0") or None
    return number.startswith("0")


def _name_plain(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    return _renamed(said, lambda name: " ".join(word.capitalize() for word in fold(name).split()))


def _name_tones(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    return _renamed(
        said, lambda name: unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).translate(_TONES))
    )


def _name_typo(said: Identity, rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    def slip(name: str) -> str:
        places = [at for at, letter in enumerate(name) if at and letter in _LIKE]
        if not places:
            return name
        at = rng.choice(places)
        return name[:at] + _LIKE[name[at]] + name[at + 1 :]

    return _renamed(said, slip)


def _name_no_middle(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    return _renamed(said, lambda name: f"{name.split()[0]} {name.split()[-1]}")


def _name_order(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    return _renamed(said, lambda name: " ".join([name.split()[-1], *name.split()[:-1]]))


def _birth_year_only(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    birth = str(said.get("birth") or "")
    said["birth"] = birth[:4] or None
    return len(birth) == 10


def _birth_swapped(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    year, _dash, rest = str(said.get("birth") or "").partition("-")
    month, _dash, day = rest.partition("-")
    if not day or int(day) > 12 or day == month:
        return False
    said["birth"] = f"{year}-{day}-{month}"
    return True


def _birth_january(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    birth = str(said.get("birth") or "")
    if len(birth) != 10 or birth.endswith("-01-01"):
        return False
    said["birth"] = f"{birth[:4]}-01-01"
    return True


def _birth_digit(said: Identity, rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    birth = str(said.get("birth") or "")
    if not birth:
        return False
    year = int(birth[:4]) + rng.choice((-10, -2, -1, 1, 2, 10))
    said["birth"] = f"{year}{birth[4:]}" if birth[5:] != "02-29" else f"{year}-02-28"
    return True


def _sex_wrong(said: Identity, _rng: random.Random, _people: Sequence[Neighbour]) -> bool:
    said["sex"] = {"1": "2", "2": "1"}.get(str(said.get("sex")), said.get("sex"))
    return said.get("sex") in {"1", "2"}


def _place_moved(said: Identity, rng: random.Random, people: Sequence[Neighbour]) -> bool:
    other = rng.choice(people).address
    if not said.get("place") or other == said["place"] or not other:
        return False
    said["place"] = other
    return True


def _renamed(said: Identity, change: Callable[[str], str]) -> bool:
    name = str(said.get("name") or "")
    said["name"] = change(name) if name else said.get("name")
    return bool(name) and said["name"] != name


def _upper(said: Identity, _rng: random.Random) -> bool:
    return _renamed(said, str.upper)


def _spaces(said: Identity, _rng: random.Random) -> bool:
    return _renamed(said, lambda name: name.replace(" ", "  "))


def _taken_apart(said: Identity, _rng: random.Random) -> bool:
    return _renamed(said, lambda name: unicodedata.normalize("NFD", name))


Spoil = Callable[[Identity, random.Random, Sequence[Neighbour]], bool]
KINDS: dict[str, Spoil] = {
    "number_missing": _number_missing, "number_digit": _number_digit, "number_swapped": _number_swapped,
    "number_other": _number_other, "number_zero_lost": _number_zero_lost, "name_plain": _name_plain,
    "name_tones": _name_tones, "name_typo": _name_typo, "name_no_middle": _name_no_middle, "name_order": _name_order,
    "birth_year_only": _birth_year_only, "birth_swapped": _birth_swapped, "birth_january": _birth_january,
    "birth_digit": _birth_digit, "sex_wrong": _sex_wrong, "place_moved": _place_moved,
}  # fmt: skip
CARELESS: dict[str, Callable[[Identity, random.Random], bool]] = {
    "name_upper": _upper,
    "name_spaces": _spaces,
    "name_taken_apart": _taken_apart,
}
