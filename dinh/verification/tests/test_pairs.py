"""The comparison at the counter says of every pair what the engine's SQL says."""

from __future__ import annotations

import random
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dinh.verification.engine import decisions, intake, keys, learning, patterns, rows
from dinh.verification.engine.places import Communes
from dinh.verification.engine.tables import connect
from dinh.verification.engine.tests import town
from dinh.verification.engine.values import Day
from dinh.verification.identifying import letters, pairs, written

PEOPLE = 700  # each row is compared with three of them
SLIP = 200
RARE = ("name", "plain", "tok", "sg", "day", "year", "commune", "line", "former", "present")
Change = Callable[[random.Random, str], str]


def _typo(chance: random.Random, text: str) -> str:
    at = chance.randrange(max(len(text) - 1, 1))
    return chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + chance.choice("aehnk") + text[at:],
            text[:at] + chance.choice("aehnk") + text[at + 1 :],
            text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
        )
    )


def _plain(_chance: random.Random, text: str) -> str:
    letters = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in letters if not unicodedata.combining(c))


def _shuffled(chance: random.Random, text: str) -> str:
    said = text.split()
    return " ".join(chance.sample(said, len(said)))


def _digit(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text)) if text else 0
    return text[:at] + chance.choice("0123456789") + text[at + 1 :]


NAMES: tuple[Change, ...] = (
    _typo,
    lambda c, t: _typo(c, _typo(c, t)),
    _plain,
    _shuffled,
    lambda c, t: _typo(c, _plain(c, t)),
    lambda c, t: t.upper(),
    lambda c, t: t.translate(str.maketrans("ạầùươứũìồ", "àấúướưủỉồ")),
    lambda c, t: unicodedata.normalize("NFD", t),
    lambda c, t: f" {t.replace(' ', '  ')}",
    lambda c, t: " ".join([t.split()[0], t.split()[-1]]),
    lambda c, t: " ".join([f"{t.split()[0][:2]}.", *t.split()[1:]]),
    lambda c, t: " ".join([*t.split()[:-2], "T", t.split()[-1]]),
    lambda c, t: t.split()[-1],
    lambda c, t: t.replace("ò", "oø").replace("ư", "­"),
    lambda c, t: "",
)  # fmt: skip
BIRTHS: tuple[Change, ...] = (
    lambda c, t: f"{t[3:5]}/{t[:2]}/{t[6:]}",
    lambda c, t: t[6:],
    lambda c, t: t[3:],
    lambda c, t: f"01/01/{t[6:]}",
    lambda c, t: f"{t[:6]}{int(t[6:]) + c.choice((-1, 1, 10, 27))}",
    lambda c, t: f"{c.randint(10, 28)}{t[2:]}",
    lambda c, t: "1/1",
    lambda c, t: "",
)
NUMBERS: tuple[Change, ...] = (
    _digit,
    lambda c, t: t[:4] + t[4:6][::-1] + t[6:],
    lambda c, t: t[:11],
    lambda c, t: t[1:],
    lambda c, t: f"{t[:3]} {t[3:]}",
    lambda c, t: f"17{c.randrange(10**7):07d}",
    lambda c, t: t[:5],
    lambda c, t: "",
)
OTHERS: dict[str, tuple[Change, ...]] = {
    "full_name": NAMES,
    "dob": BIRTHS,
    "cccd": NUMBERS,
    "cmnd": (_digit, lambda c, t: "", lambda c, t: t[1:]),
    "gender": (lambda c, t: c.choice(("", "1", "nữ", "?")),),
    "birth_place": (lambda c, t: c.choice(("", "Nghệ An", "tỉnh Hà Tây")),),
    "address": (lambda c, t: c.choice(("", "Thôn 3, xã Phú Sơn, tỉnh Thanh Hóa", "xã Cẩm Khê")),),
    "commune_code": (lambda c, t: c.choice(("", "0380002")),),
}


def _dirty() -> town.Town:
    """Return a town whose register has every kind of fault, often several in a row."""
    chance = random.Random(7)
    built = town.build(PEOPLE, PEOPLE)
    for person in built.people:
        person["dob"] = person["dob"][:4] if chance.random() < 0.1 else person["dob"]
        person["cccd"] = "" if chance.random() < 0.05 else person["cccd"]
    for row in built.rows:
        for field, changes in OTHERS.items():
            if chance.random() < 0.45:
                row[field] = chance.choice(changes)(chance, row[field])
    return built


def _compared(folder: Path, built: town.Town) -> list[tuple[Any, ...]]:
    """Return what the engine says of each row and the persons at, behind and far from its place."""
    built.write(folder)
    con = connect(folder, 1, 1 << 30)
    communes = Communes(intake.read_communes(con, folder / "communes.csv"))
    titles = intake.REGISTER
    register = intake.open_source(con, folder, folder / "register.csv", titles, {}, ("name",))
    people = intake.open_source(con, folder, folder / "population.csv", intake.POPULATION, {}, ("pid",))
    keys.build(con, folder, people, communes, folder / "keys", "mark", "form")
    decisions.read(con, folder, None)
    rows.read_register(con, folder, register, communes)
    near = f"b.b IN (r.r, (r.r + 1) % {PEOPLE}, (r.r * 7) % {PEOPLE})"
    con.execute(
        f"CREATE TEMP TABLE two AS {patterns.compared(f'(SELECT *, r % 2 = 0 AS hit FROM reg) r JOIN keys.base b ON {near}')}"  # noqa: S608
    )
    learning.resolve_names(con, "two")
    places = "commune, {0}.line, {0}.former, {0}.present"
    found = con.execute(
        f"SELECT t.r, t.b, t.pat, t.tf + CASE WHEN t.slip > 0 THEN greatest(t.slip - {SLIP}, 0) ELSE 0 END,"  # noqa: S608
        f" r.{places.format('r')}, b.{places.format('b')}, {', '.join(f'b.lf_{one}' for one in RARE)}"
        " FROM two t JOIN reg r ON r.r = t.r JOIN keys.base b ON b.b = t.b"
    ).fetchall()
    con.close()
    return found


def _keys(said: dict[str, str], places: tuple[int, ...]) -> written.Keys:
    read = written.keys_of(
        number=said["cccd"],
        old_number=said["cmnd"],
        name=said["full_name"],
        birth=said["dob"],
        sex=said["gender"],
    )
    there = dict(zip(("commune", "line", "former", "present"), places, strict=True))
    return written.Keys(
        read.name, read.day, read.sex, read.number, read.nform, read.old, read.old_there, **there
    )


def test_every_pair_is_compared_as_the_engine_does(tmp_path: Path) -> None:
    built = _dirty()

    found = _compared(tmp_path, built)

    seen = [patterns.unpack(pattern).level for _r, _b, pattern, *_rest in found]
    assert len(found) > 2000
    assert {level["name"] for level in seen} == set(range(11))  # every level of a name is among them
    assert {level["birth"] for level in seen} == set(range(10)) - {2}
    for r, b, pattern, worth, *rest in found:
        row = _keys(built.rows[r], tuple(rest[:4]))
        person = _keys(built.people[b], tuple(rest[4:8]))
        pair = pairs.compare(row, person, owned=r % 2 == 0)
        expected = patterns.unpack(pattern)
        assert pair.pattern == expected, (built.rows[r], built.people[b])
        assert pairs.rarity(pair, pairs.Rare(*rest[8:]), SLIP) == worth, (built.rows[r], built.people[b])


@pytest.mark.parametrize(
    ("a", "b", "slip"),
    [
        ("hoa", "hoa", True),
        ("hoa", "hao", True),
        ("hoa", "ho", True),
        ("hoa", "xoa", True),
        ("hoan", "haon", True),
        ("hoan", "nhoa", False),
        ("ho", "hoan", False),
        ("hoan", "haxn", False),
    ],
)
def test_one_slip(a: str, b: str, slip: bool) -> None:
    assert letters.one_slip(a, b) is letters.one_slip(b, a) is slip


def test_a_day_that_is_not_whole_has_no_order_of_day_and_month() -> None:
    assert (Day(19680000, 2, True).star, Day(19680520, 1, True).star, Day(19682005, 1, True).star) == (
        None, 19682005, 19682005,
    )  # fmt: skip


def test_comparing_two_records_loads_no_duckdb() -> None:
    code = "import sys; sys.modules['duckdb'] = None; import dinh.verification.identifying.pairs"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.long
def test_no_page_loads_duckdb() -> None:
    code = (
        "import sys, django; django.setup(); from django.urls import get_resolver\n"
        "def walk(some): [walk(one.url_patterns) for one in some if hasattr(one, 'url_patterns')]\n"
        "walk(get_resolver().url_patterns); sys.exit('duckdb' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
