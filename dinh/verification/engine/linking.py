"""Find whom each row describes: verified numbers first, blocks for the rest, the best two candidates of each row.

1. `by_number`: rows whose 12-digit number belongs to somebody; accepted when name and birth say so as well.
2. `by_old`: the same with the 9-digit numbers of the rows that are left.
3. `rest`: all other rows are compared with the people of their blocks (`keys.BLOCKS`), scored and ranked.
"""

from __future__ import annotations

from pathlib import Path

from dinh.verification.engine import decisions, levels, patterns
from dinh.verification.engine.fields import CUT, FULL, SEPARATED, ZERO_LOST
from dinh.verification.engine.keys import BLOCKS
from dinh.verification.engine.learning import Seen, patterns_of, resolve_names
from dinh.verification.engine.patterns import compared, confirms
from dinh.verification.engine.tables import Connection, load, scalar
from dinh.verification.engine.weights import Weights, weigh

FEW = 50  # a register this many times smaller than the population is compared with those near its rows alone
FLOOR = -1500  # centibits below which a candidate is not kept
WHOLE = f"r.nform IN ({FULL}, {ZERO_LOST}, {SEPARATED})"


def by_number(con: Connection, work: Path) -> None:
    """Create `p12`: the pairs that share a 12-digit number; `hits`: their rows; add those confirmed to `accepted`.

    `unlike` has the hits that are not confirmed, `left12` the rows that are not accepted.
    """
    source = f"(SELECT *, true AS hit FROM reg) r JOIN people b ON r.id12 = b.id12 AND {WHOLE}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE p12 AS {compared(source)}")
    con.execute("CREATE OR REPLACE TEMP TABLE hits AS SELECT r, count(*) AS n FROM p12 GROUP BY r")
    decisions.drop(con, "p12")
    _accept(con, work, "p12", "SELECT r FROM hits WHERE n > 1")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE unlike AS SELECT r FROM hits"
        f" ANTI JOIN (FROM accepted ANTI JOIN {decisions.SAME} USING (r)) USING (r)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE left12 AS SELECT r.*, h.r IS NOT NULL AS hit FROM reg r"
        " LEFT JOIN unlike h ON h.r = r.r ANTI JOIN accepted a ON a.r = r.r"
    )
    resolve_rest(con, "p12", "SEMI JOIN unlike USING (r)")


def by_old(con: Connection, work: Path) -> None:
    """Create `p9`: pairs of the rows that are left and share a 9-digit number; accept the confirmed."""
    first = compared("left12 r JOIN people b ON r.id9 = b.id9")
    second = compared("left12 r JOIN people b ON r.id9b = b.id9 AND (r.id9 IS NULL OR r.id9 <> r.id9b)")
    con.execute(f"CREATE OR REPLACE TEMP TABLE p9 AS {first} UNION ALL {second}")
    decisions.drop(con, "p9")
    _accept(con, work, "p9", "SELECT r FROM p9 GROUP BY r HAVING count(*) > 1")
    resolve_rest(con, "p9", "ANTI JOIN accepted USING (r)")


def _accept(con: Connection, work: Path, table: str, several: str) -> None:
    """Add the confirmed pairs to `accepted`, of rows for which one is; `several` has the rows of more than one pair."""
    good = [
        (pattern,)
        for (pattern,) in con.execute(f"SELECT DISTINCT pat FROM {table}").fetchall()
        if confirms(patterns.unpack(pattern))
    ]
    load(con, work, "good", {"pat": "BIGINT"}, good)
    con.execute(f"CREATE OR REPLACE TEMP TABLE several AS {several}")
    confirmed = f"FROM {table} SEMI JOIN good USING (pat)"
    con.execute(
        f"INSERT INTO accepted SELECT r, b, pat, tf {confirmed} ANTI JOIN several USING (r) UNION ALL"
        f" SELECT r, min(b), arg_min(pat, b), arg_min(tf, b) {confirmed} SEMI JOIN several USING (r)"
        " GROUP BY r HAVING count(*) = 1"
    )


def resolve_rest(con: Connection, table: str, which: str) -> None:
    """Compare the letters of the names of the pairs that were not accepted; `which` keeps these."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table}_rest AS SELECT * FROM {table} {which}")
    resolve_names(con, f"{table}_rest")


def strict_pairs(con: Connection) -> None:
    """Create `life`: pairs of rows that are left with the only person of the same name, birth and commune."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rest AS SELECT r.* FROM left12 r ANTI JOIN accepted a ON a.r = r.r"
    )
    con.execute("DROP TABLE left12")
    source = "rest r JOIN people b ON r.plain_id = b.plain_id AND r.star = b.star AND r.commune = b.commune AND r.commune <> 0"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE life AS SELECT * FROM ({compared(source)}) QUALIFY count(*) OVER (PARTITION BY r) = 1"
    )
    decisions.drop(con, "life")


def share_of_hits(con: Connection) -> float:
    """Return the share of whole numbers that belong to somebody of the population; -1 when there are none."""
    whole = scalar(con, f"SELECT count(*) FROM reg r WHERE {WHOLE}")
    return scalar(con, "SELECT count(*) FROM hits") / whole if whole else -1.0


def seen_by_life(con: Connection) -> dict[str, Seen]:
    """Return anchors that no number made: for the numbers themselves, and for registers without numbers.

    Rows accepted by a number that also agree on name, birth and commune stand beside the rows of `life`, so
    that the shares are of all rows of that kind.
    """
    accepted = [
        (p, n)
        for p, n in patterns_of(con, f"accepted ANTI JOIN {decisions.SAME} USING (r)")
        if p.level["number"] == levels.EXACT
    ]
    both = accepted + patterns_of(con, "life")
    return dict.fromkeys(levels.FIELDS, both)


def candidates(con: Connection, work: Path, weights: Weights) -> None:
    """Create `cand` (r, b, pat, score): all persons who may be meant by the rows of `rest`."""
    _mark_capped(con)
    blocks = " UNION ".join(f"SELECT r.r, b.b FROM rest r JOIN people b ON {on}" for on in _conditions())
    con.execute(f"CREATE OR REPLACE TEMP TABLE pairs AS {blocks}")
    decisions.drop(con, "pairs")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE found AS "
        + compared("pairs p JOIN people b ON b.b = p.b JOIN rest r ON r.r = p.r")
    )
    con.execute("DROP TABLE pairs")
    _lookup(con, work, weights, "found")
    best = f"tf + w + CASE WHEN rp IS NULL THEN 0 ELSE greatest(lfp - {weights.slip}, 0) END"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE found AS SELECT found.* FROM found JOIN lookup USING (pat) WHERE {best} >= {FLOOR}"
    )
    _score(con, work, weights)


def _conditions(capped: bool = True) -> list[str]:
    """Return for each block when a row `r` and a person `b` are in it."""
    conditions = []
    for block, (columns, _bound) in BLOCKS.items():
        same = " AND ".join(f"r.{column} = b.{column}" for column in columns)
        if "commune" in columns:
            same += " AND r.commune <> 0"
        conditions.append(
            f"{same} AND CASE WHEN r.cap_{block} THEN {_SPLIT[block]} ELSE {_ALSO[block]} END"
            if capped
            else same
        )
    return [*conditions, f"r.nform = {CUT} AND b.id12 // 10 = r.id12"]


def meeting() -> list[str]:
    """Return all conditions under which a row `r` and a person `b` can be compared at all."""
    return ["r.id12 = b.id12", "r.id9 = b.id9", "r.id9b = b.id9", *_conditions(capped=False)]


# Whom `meeting` leads to and some more, in fewer passes over the people.
_NEAR = (
    "(SELECT DISTINCT id12 FROM reg) r ON r.id12 = b.id12",
    "(SELECT id9 FROM reg UNION SELECT id9b FROM reg) r ON r.id9 = b.id9",
    "reg r ON r.star = b.star AND (r.giv = b.giv OR r.plain_id = b.plain_id OR r.commune = b.commune AND r.commune <> 0)",
    "(SELECT DISTINCT tok_id, year FROM reg) r ON r.tok_id = b.tok_id AND r.year = b.year",
    "(SELECT DISTINCT plain_id, commune FROM reg) r ON r.plain_id = b.plain_id AND r.commune = b.commune",
    "(SELECT DISTINCT giv, year, commune FROM reg) r ON r.giv = b.giv AND r.year = b.year AND r.commune = b.commune",
    f"(SELECT DISTINCT id12 FROM reg WHERE nform = {CUT}) r ON b.id12 // 10 = r.id12",
)


def gather(con: Connection, people: int) -> None:
    """Create `people`, whom rows are compared with: the whole key file, or for a few rows those who share a key."""
    con.execute("DROP VIEW IF EXISTS people; DROP TABLE IF EXISTS people")
    if scalar(con, "SELECT count(*) FROM reg") * FEW >= people:
        con.execute("CREATE TEMP VIEW people AS SELECT * FROM keys.base")
        return
    near = " UNION ".join(f"SELECT b.b FROM keys.base b JOIN {on}" for on in _NEAR)
    near += " UNION SELECT b FROM decided_pairs"
    con.execute(f"CREATE TEMP TABLE people AS SELECT * FROM keys.base WHERE b IN ({near})")


# Something more must agree in a block than its keys, or be unknown: on a population of millions the keys alone
# never suffice for a person, and most pairs of a block share nothing else.
_LINE = "r.line = b.line AND r.line <> 0"
_ALSO = {
    "plain_star": "true",
    "given_star": f"r.sur = b.sur OR r.commune = b.commune OR {_LINE} OR r.commune = 0 AND r.line = 0",
    "tok_year": f"r.star = b.star OR r.commune = b.commune OR {_LINE} OR r.commune = 0 OR r.star IS NULL OR b.lf_tok > 1600",
    "sur_star_commune": "true",
    "plain_commune": f"r.year = b.year OR {_LINE} OR r.line = 0 OR r.ymd IS NULL OR b.lf_plain > 1500",
    "given_year_commune": f"r.sur = b.sur OR {_LINE}",
    "star_commune": f"r.giv = b.giv OR r.sur = b.sur OR {_LINE}",
}
# What must agree in a block that is too large.
_SPLIT = {
    "plain_star": f"r.commune = b.commune OR {_LINE}",
    "given_star": "r.sur = b.sur AND r.commune = b.commune",
    "tok_year": f"r.star = b.star OR r.commune = b.commune OR {_LINE} AND r.commune = 0",
    "sur_star_commune": f"{_LINE} OR r.giv = b.giv",
    "plain_commune": f"r.year = b.year OR {_LINE}",
    "given_year_commune": f"r.sur = b.sur OR {_LINE}",
    "star_commune": f"{_LINE} OR r.giv = b.giv",
}


def _mark_capped(con: Connection) -> None:
    """Add to `rest` whether each of a row's blocks is too large to be compared in full."""
    joins, flags = [], []
    for block, (columns, _bound) in BLOCKS.items():
        on = " AND ".join(f"c_{block}.k{i} = r.{column}" for i, column in enumerate(columns, 1))
        joins.append(f"LEFT JOIN keys.capped c_{block} ON c_{block}.block = '{block}' AND {on}")
        flags.append(f"c_{block}.block IS NOT NULL AS cap_{block}")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE marked AS SELECT r.*, {', '.join(flags)} FROM rest r {' '.join(joins)}"
    )
    con.execute("DROP TABLE rest; ALTER TABLE marked RENAME TO rest")


def _lookup(con: Connection, work: Path, weights: Weights, table: str) -> None:
    """Create `lookup` (pat, w): the weight of every pattern of a table of pairs."""
    found = (pattern for (pattern,) in con.execute(f"SELECT DISTINCT pat FROM {table}").fetchall())
    load(con, work, "lookup", {"pat": "BIGINT", "w": "INTEGER"}, weigh(weights, found))


def _score(con: Connection, work: Path, weights: Weights) -> None:
    resolve_names(con, "found")
    con.execute(
        "INSERT INTO found SELECT * FROM (SELECT r, b, pat, tf, slip FROM p12_rest UNION ALL"
        " SELECT r, b, pat, tf, slip FROM p9_rest) ANTI JOIN accepted USING (r)"
    )
    _lookup(con, work, weights, "found")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cand AS SELECT r, b, any_value(pat) AS pat,"
        f" max(tf + w + CASE WHEN slip > 0 THEN greatest(slip - {weights.slip}, 0) ELSE 0 END)::INTEGER AS score"
        f" FROM found JOIN lookup USING (pat) GROUP BY r, b HAVING score >= {FLOOR}"
    )
    con.execute("DROP TABLE found")


def rank(con: Connection, work: Path, weights: Weights) -> None:
    """Create `linked` (r, b, pat, score, margin, second): each row's best person, and how sure that is.

    score  100 log2 of the odds that the best candidate is meant, against all others and against nobody
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE top AS SELECT r, max(score::BIGINT * 4294967296 - b, 2) AS best,"
        " sum(CAST(round(pow(2, least(score, 6000) / 100.0) * 1048576) AS HUGEINT)) AS odds FROM cand GROUP BY r"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE ranked AS SELECT r, ((best[1] + 4294967295) >> 32)::INTEGER AS s1,"
        " (s1::BIGINT * 4294967296 - best[1])::INTEGER AS b,"
        " ((best[2] + 4294967295) >> 32)::INTEGER AS s2, (s2::BIGINT * 4294967296 - best[2])::INTEGER AS second,"
        " round(pow(2, least(s1, 6000) / 100.0) * 1048576)::HUGEINT AS mine, odds FROM top"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linked AS SELECT k.r, k.b, c.pat,"
        " round(100 * log2(mine::DOUBLE / (odds - mine + 1048576)::DOUBLE))::INTEGER AS score,"
        " coalesce(s1 - s2, 9999)::INTEGER AS margin, second FROM ranked k JOIN cand c ON c.r = k.r AND c.b = k.b"
    )
    _lookup(con, work, weights, "accepted")
    con.execute(
        "INSERT INTO linked SELECT a.r, a.b, a.pat,"
        f" CASE WHEN s.r IS NULL THEN a.tf + l.w ELSE greatest(a.tf + l.w, {decisions.SURE}) END, 9999, NULL"
        f" FROM accepted a JOIN lookup l ON l.pat = a.pat LEFT JOIN {decisions.SAME} s ON s.r = a.r"
    )
