"""Learn the weights of a register: from its own number-anchored pairs, and from random pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from dinh.verification.engine import keys, levels, patterns, weights
from dinh.verification.engine.patterns import Pattern, compared, unpack
from dinh.verification.engine.tables import Connection
from dinh.verification.engine.weights import Weights

ENOUGH = 300  # pairs that make an anchor worth counting on
RANDOM_ROWS = 700  # rows and persons whose half a million pairs show what chance does
NAMESAKE, SURE_BIRTH = frozenset({9, 8, 7, 6}), frozenset({9, 8})

Seen = list[tuple[Pattern, int]]


def _name_is(p: Pattern) -> bool:
    return p.level["name"] in NAMESAKE


def _birth_is(p: Pattern) -> bool:
    return p.level["birth"] in SURE_BIRTH


def _home_is(p: Pattern) -> bool:
    return p.level["place"] in {8, 7, 6}


# A field is learnt on pairs that agree elsewhere, so that a number of somebody else teaches nothing.
_ELSEWHERE: dict[str, Callable[[Pattern], bool]] = {
    "name": lambda p: p.level["birth"] == levels.SAME_DAY and p.level["sex"] != levels.DIFFERS,
    "birth": lambda p: _name_is(p) and p.level["sex"] != levels.DIFFERS,
    "place": lambda p: _name_is(p) and _birth_is(p),
    "sex": lambda p: _name_is(p) and _birth_is(p),
    "origin": lambda p: _name_is(p) and _birth_is(p),
    "old_number": lambda p: _name_is(p) and _birth_is(p),
    "number": lambda p: _name_is(p) and _birth_is(p) and _home_is(p),
}


def patterns_of(con: Connection, table: str, where: str = "true") -> Seen:
    """Return the patterns of a table of pairs, and how many pairs have each."""
    rows = con.execute(
        f"SELECT pat, count(*) FROM {table} WHERE {where} GROUP BY pat ORDER BY pat"
    ).fetchall()
    return [(unpack(pattern), count) for pattern, count in rows]


def counted(name: str, seen: Seen) -> Iterable[tuple[int, int, int]]:
    """Return (form, level, pairs) of a field over the pairs that agree elsewhere."""
    agrees = _ELSEWHERE[name]
    return (
        (p.form[name], p.level[name], n) for p, n in seen if agrees(p) and p.level[name] != levels.UNRESOLVED
    )


def learn(
    con: Connection, work: Path, by_number: Seen, by_old: Seen, by_life: dict[str, Seen], by_officers: Seen, hits: float,
) -> Weights:  # fmt: skip
    """Return the weights.

    by_number, by_old  patterns of pairs that share a 12-digit or a 9-digit number
    by_life            {field: patterns of pairs anchored on other fields}: for "number" and "old_number", and for
                       all fields of a register without numbers
    by_officers        patterns of pairs that officers decided: nothing else needs to agree
    hits               share of the whole numbers that belong to somebody of the population; < 0 when there are none
    """
    total = keys.people(con)
    found = Weights(people=total, share=min(max(hits * 0.99, 0.5), 0.995) if hits >= 0 else 0.9)
    anchor = max((by_number, by_old), key=lambda seen: sum(n for _, n in seen))
    if sum(n for _, n in anchor) < ENOUGH:
        anchor = []
    random = _random(con, work)
    for name in levels.FIELDS:
        seen = by_life.get(name, []) if name in {"number", "old_number"} or not anchor else anchor
        if name == "old_number" and by_number:
            seen = by_number
        cases = [*counted(name, seen), *((p.form[name], p.level[name], n) for p, n in by_officers)]
        found.same[name], found.seen[name] = weights.learn(name, cases)
        chance = ((p.form[name], p.level[name], n) for p, n in random)
        found.other[name] = weights.by_chance(name, chance)
        found.anchors[name] = sum(n for _, _, n in cases)
    # Beside the owner of a number, and somebody of whom nothing is known: a number of another is as likely for
    # the latter as for the person meant, and one that belongs to nobody is the rule for him.
    number = found.other["number"][1]
    number[levels.ANOTHER], number[levels.NOBODY] = (
        found.same["number"][1][levels.ANOTHER],
        weights.centibits(0.97),
    )
    _of_chance(con, found, random)
    return found


def _random(con: Connection, work: Path) -> Seen:
    """Return the patterns of pairs taken at random: rows and persons whose row numbers a multiplication picks."""
    rows, total = con.execute("SELECT count(*) FROM reg").fetchall()[0][0], keys.people(con)
    pick = "(({0}::BIGINT * 7919 + 17) % {1}) < {2}"
    source = (
        f"(SELECT *, true AS hit FROM reg WHERE {pick.format('r', rows, RANDOM_ROWS)}) r,"
        f" (SELECT * FROM keys.base WHERE {pick.format('b', total, RANDOM_ROWS)}) b"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE random_pairs AS {compared(source)}")
    resolve_names(con, "random_pairs")
    return patterns_of(con, "random_pairs")


def _of_chance(con: Connection, found: Weights, random: Seen) -> None:
    """Set what is counted on the population as a whole."""
    slips = sum(n for p, n in random if p.level["name"] == levels.SLIP)
    pairs = sum(n for p, n in random if p.level["name"] != levels.MISSING) or 1
    same, sexes = con.execute(
        "SELECT sum(people * people) / nullif(power(sum(people), 2), 0),"
        " sum(2 * men * (people - men)) / nullif(sum(people * (people - 1)), 0)"
        " FROM keys.namesakes"
    ).fetchall()[0]
    found.slip = max(0, weights.centibits((slips + 2) / (pairs + 2)) - weights.centibits(same or 1))
    found.sex_of_namesake = weights.centibits(sexes or 0.05)
    found.near_number = max(0, weights.centibits(keys.near_numbers(con)))


def resolve_names(con: Connection, table: str) -> None:
    """Replace the unresolved name levels in a table of pairs; letters are compared once per pair of names."""
    level = getattr(con, "name_level", levels.name_from_letters)("n.text", "k.text")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE letters AS SELECT rp, bp, {level}::TINYINT AS level"
        f" FROM (SELECT DISTINCT rp, bp FROM {table} WHERE rp IS NOT NULL) d"
        " JOIN (SELECT plain_id, min(text) AS text FROM reg_names GROUP BY plain_id) n ON n.plain_id = d.rp"
        " JOIN keys.names k ON k.plain_id = d.bp"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT r, b,"
        f" CASE WHEN rp IS NULL THEN pat ELSE {patterns.with_name('pat', 'coalesce(nullif(l.level, 0), ol)')} END AS pat,"
        f" tf + CASE WHEN l.level = {levels.SHORTENED} THEN (lfp + lfs) // 2 ELSE 0 END AS tf,"
        f" CASE WHEN l.level = {levels.SLIP} THEN lfp ELSE 0 END AS slip"
        f" FROM {table} LEFT JOIN letters l USING (rp, bp)"
    )
    con.execute("DROP TABLE letters")
