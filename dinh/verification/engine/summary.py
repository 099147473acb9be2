"""What a verification found, in figures: rates of the register, of each commune and reason, and how it is kept."""

from __future__ import annotations

import json
from typing import Any

from dinh.verification.engine import reasons
from dinh.verification.engine.intake import REGISTER, Source
from dinh.verification.engine.tables import Connection
from dinh.verification.engine.weights import Weights

# Names of forms and levels for the error profile.
FORMS = {
    "name": {1: "with_tones", 2: "without_tones", 3: "abbreviated", 4: "two_words"},
    "birth": {1: "day", 2: "year", 3: "month", 4: "first_of_january"},
    "number": {1: "whole", 2: "cut"},
}
LEVELS = {
    "name": {9: "same", 8: "marks_lost", 7: "marks_differ", 6: "other_order", 5: "shortened", 4: "slip", 3: "similar",
             2: "other_middle", 1: "only_given", 10: "different"},
    "birth": {9: "same", 8: "year_only", 7: "first_of_january", 6: "day_month_swapped", 5: "one_part", 4: "same_year",
              3: "near_year", 1: "different"},
    "sex": {2: "same", 1: "different"},
    "origin": {2: "same", 1: "different"},
    "number": {5: "same", 4: "slip", 3: "of_another", 2: "unknown", 6: "cut"},
    "old_number": {5: "same", 4: "slip", 2: "different", 1: "none_in_population"},
    "place": {8: "same", 7: "other_line", 6: "no_line", 5: "moved_same_line", 4: "moved", 3: "moved_no_line",
              2: "no_commune", 1: "no_commune_other_line"},
}  # fmt: skip


_HELD = ", ".join(
    f"sum(CASE WHEN held & {1 << place} > 0 THEN n ELSE 0 END)::BIGINT"
    for place in range(len(reasons.CRITERIA))
)


def count(con: Connection, earlier: bool = False) -> None:
    """Create `tally` (commune, verdict, held, n): how many rows of `judged` have each; `by_reason` (bit, n).

    commune  that the row states; where it states none, the person's
    held     bits of the criteria that hold, in the order of `reasons.CRITERIA`
    earlier  add the tallies of the earlier answer, without the rows of `judged_before`, which `judged` replaces
    """
    held = " + ".join(
        f"(mask & {bits} = 0)::INT * {1 << place}" for place, bits in enumerate(reasons.BREAKS.values())
    )
    tables = {"judged": ""} | ({"judged_before": "-"} if earlier else {})
    rows = [
        f"SELECT coalesce(t.code, '') AS commune, verdict, held, n FROM (SELECT commune, verdict, {held} AS held,"
        f" {sign}count(*) AS n FROM {table} GROUP BY ALL) j LEFT JOIN today t ON t.commune = j.commune"
        for table, sign in tables.items()
    ] + ["FROM state0.tally"] * earlier
    con.execute(
        "CREATE OR REPLACE TEMP TABLE tally AS SELECT commune, verdict, held, sum(n)::BIGINT AS n"
        f" FROM ({' UNION ALL '.join(rows)}) GROUP BY ALL HAVING sum(n) <> 0"
    )
    bits = ", ".join(f"sum(CASE WHEN mask & {bit} <> 0 THEN n ELSE 0 END)" for bit in reasons.BIT.values())
    sums = [
        f"SELECT unnest({list(reasons.BIT.values())}) AS bit, {sign}unnest([{bits}]) AS n"
        f" FROM (SELECT mask, count(*) AS n FROM {table} GROUP BY mask)"
        for table, sign in tables.items()
    ] + ["FROM state0.by_reason"] * earlier
    con.execute(
        "CREATE OR REPLACE TEMP TABLE by_reason AS SELECT bit::BIGINT AS bit, coalesce(sum(n), 0)::BIGINT AS n"
        f" FROM ({' UNION ALL '.join(sums)}) GROUP BY 1"
    )


def summarise(
    con: Connection, register: str, source: Source, people: Source, weights: Weights
) -> dict[str, Any]:
    """Return the summary of the rows counted in `tally`."""
    total, *held = con.execute(f"SELECT sum(n)::BIGINT, {_HELD} FROM tally").fetchall()[0]
    total = total or 0
    verdicts = con.execute("SELECT verdict, sum(n)::BIGINT FROM tally GROUP BY 1 ORDER BY 1").fetchall()
    return {
        "register": register,
        "rows": total,
        "people": people.rows,
        "columns": dict(source.columns),
        "columns_missing": [part for part in REGISTER if part not in source.columns and part != "rid"],
        "verdicts": dict(verdicts),
        "criteria": {name: rate(value, total) for name, value in zip(reasons.CRITERIA, held, strict=True)},
        "reasons": _by_reason(con),
        "communes": _by_commune(con),
        "error_profile": profile(weights),
        "anchors": weights.anchors,
        "weights": json.loads(weights.to_json()),
    }


def rate(part: int | None, total: int) -> float:
    """Return a share in percent, with two digits."""
    return round(100 * (part or 0) / total, 2) if total else 0.0


def _by_reason(con: Connection) -> dict[str, int]:
    counts = dict(con.execute("SELECT bit, n FROM by_reason WHERE n > 0").fetchall())
    found = {code: counts[bit] for code, bit in reasons.BIT.items() if bit in counts}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _by_commune(con: Connection) -> list[dict[str, Any]]:
    """Return rates by the commune that the row states; where it states none, by the person's."""
    certain = "sum(CASE WHEN verdict IN ('verified', 'corrected') THEN n ELSE 0 END)::BIGINT"
    found = con.execute(
        f"SELECT commune, sum(n)::BIGINT, {certain}, {_HELD} FROM tally GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return [
        {"commune": commune, "rows": n, "certain": rate(sure, n)}
        | {name: rate(value, n) for name, value in zip(reasons.CRITERIA, held, strict=True)}
        for commune, n, sure, *held in found
    ]


def profile(weights: Weights) -> dict[str, Any]:
    """Return how the register is kept: shares in percent of each way of stating a field that agrees or not."""
    told: dict[str, Any] = {}
    for field, forms in weights.seen.items():
        told[field] = {
            FORMS.get(field, {}).get(form, str(form)): {
                LEVELS[field].get(level, str(level)): round(100 * share, 3) for level, share in shares.items()
            }
            for form, shares in forms.items()
        }
    return told
