"""What an answer is worth by the truth: who is meant, and each thing that is said of a row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

CRITERIA = ("dung", "du", "sach", "song")


def of_links(folder: Path, out: Path) -> dict[str, Any]:
    """Return precision, recall and F1 at the best threshold: one prediction a row, right when it is the right person."""
    con = duckdb.connect()
    (people,) = con.execute(f"SELECT count(pid) FROM '{folder}/truth.parquet'").fetchall()[0]
    rows = con.execute(
        "WITH s AS (SELECT score, count(*) AS n, sum((o.pid::VARCHAR = t.pid::VARCHAR IS TRUE)::INT) AS good"
        f" FROM '{out}' o JOIN '{folder}/truth.parquet' t USING (rid) WHERE o.pid IS NOT NULL GROUP BY score),"
        " c AS (SELECT sum(n) OVER w AS n, sum(good) OVER w AS good FROM s WINDOW w AS (ORDER BY score DESC))"
        f" SELECT good / n, good / {people}, 2 * good / (n + {people}) AS f1 FROM c ORDER BY f1 DESC LIMIT 1"
    ).fetchall()
    precision, recall, f1 = (round(value, 5) for value in rows[0]) if rows else (0.0, 0.0, 0.0)
    return {"P": precision, "R": recall, "F1": f1}


def of_verdicts(folder: Path, out: Path) -> dict[str, Any]:
    """Return how far verdicts and criteria agree with the truth, in percent.

    certain  rows verified or corrected that are of the right person
    another  numbers of somebody else: caught, and right when said so
    F1_*     finding the rows that fail a criterion
    """
    con = duckdb.connect()
    con.execute(
        f"CREATE VIEW both_ AS SELECT o.*, t.pid AS tpid, t.error_bits, {', '.join(f't.{c} AS t_{c}' for c in CRITERIA)},"
        f" w.pid AS owner FROM '{out}' o JOIN '{folder}/truth.parquet' t USING (rid) LEFT JOIN {_owners(folder)} w USING (rid)"
    )
    found = _rows(
        con,
        "SELECT avg((pid::VARCHAR = tpid::VARCHAR IS TRUE)::INT) FROM both_ WHERE verdict IN ('verified', 'corrected')",
    )
    told: dict[str, Any] = {"certain": _percent(found[0], 3)}
    wrong, said = (
        "owner IS NOT NULL AND owner IS DISTINCT FROM tpid",
        "list_contains(reasons, 'number_of_another')",
    )
    hit, there, told_so = _rows(
        con,
        f"SELECT count(*) FILTER ({wrong} AND {said}), count(*) FILTER ({wrong}), count(*) FILTER ({said}) FROM both_",
    )
    if there:
        told["another"] = [_percent(hit / there, 2), _percent(hit / max(told_so, 1), 2)]
    for criterion in CRITERIA:
        hit, there, told_so = _rows(
            con,
            f"SELECT count(*) FILTER (NOT {criterion} AND NOT t_{criterion}), count(*) FILTER (NOT t_{criterion}),"
            f" count(*) FILTER (NOT {criterion}) FROM both_",
        )
        told[f"F1_{criterion}"] = _percent(2 * hit / max(there + told_so, 1), 2)
    return told


def of_answer(folder: Path, out: Path) -> dict[str, Any]:
    """Return what our own answer says of itself: stages, rows verified again."""
    told = json.loads(out.with_name(out.name + ".json").read_text(encoding="utf-8"))
    return {"stages": told["stages"], "verified_again": told["verified_again"], "folder": folder.name}


def _owners(folder: Path) -> str:
    """Return SQL of the rows whose number, with a lost zero put back, belongs to somebody."""
    digits = "CASE WHEN length(r.cccd) = 12 OR length(r.cccd) IN (10, 11) AND r.cccd[1] <> '0' THEN TRY_CAST(r.cccd AS BIGINT) END"
    return (
        f"(SELECT r.rid, p.pid FROM '{folder}/register.parquet' r JOIN '{folder}/population.parquet' p"
        f" ON TRY_CAST(p.cccd AS BIGINT) = {digits})"
    )


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return tuple(con.execute(query).fetchall()[0])


def _percent(share: float | None, digits: int) -> float:
    return round(100 * (share or 0.0), digits)
