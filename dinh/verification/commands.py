"""`dinh verify`: prove a register clean, row by row, without server or database."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.lib.errors import Fault, Invalid

if TYPE_CHECKING:
    from dinh.catalogue.shapes.register import Register

DECLARED_OTHERWISE = gettext_lazy(
    "Register “%(id)s” is declared otherwise than when the earlier answer was written. Run once without --changes-only."
)
_SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def add_commands(subparsers: Any) -> None:
    """Add `dinh verify`."""
    help_text = "judge every row of a register against the population: correct, complete, clean, live"
    verify = subparsers.add_parser("verify", help=help_text, description=help_text)
    verify.add_argument("register", metavar="REGISTER", help="id of a declared register, e.g. person_extract")
    verify.add_argument(
        "--file", type=Path, required=True, help="the register's rows: Parquet, CSV in UTF-8, or XLSX"
    )
    verify.add_argument(
        "--against", type=Path, required=True, metavar="POPULATION", help="the population: Parquet or CSV"
    )
    verify.add_argument("--communes", type=Path, help="former and present communes: Parquet or CSV")
    verify.add_argument(
        "--mapping", type=Path, help="TOML: which column says what, tables [register] and [population]"
    )
    verify.add_argument(
        "--out", type=Path, required=True, help="the answer, one row per row (Parquet); OUT.json sums it up"
    )
    verify.add_argument(
        "--since", type=Path, metavar="PREVIOUS", help="an earlier OUT: verify again only what changed since"
    )
    verify.add_argument(
        "--changes-only", action="store_true", help="with --since: OUT has only rows whose answer may differ"
    )
    verify.add_argument(
        "--decided",
        type=Path,
        metavar="FILE",
        help="what officers decided of rows: Parquet or CSV with rid, pid, same",
    )
    verify.add_argument("--keys", type=Path, help="key file of the population (default: beside it)")
    verify.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        default="duckdb",
        help="what joins and scores (default: duckdb)",
    )
    verify.add_argument("--threads", type=int, default=2, help="threads to use (default: 2)")
    verify.add_argument("--memory", default="4GB", help="memory to use (default: 4GB)")
    verify.add_argument("--quiet", action="store_true", help="do not tell the stages")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    """Run one verification; faults of files are shown by the `dinh` command."""
    from dinh.verification.columns import declared
    from dinh.verification.engine.run import Job, verify
    from dinh.verification.runs.submitted import asked_by

    register = _register(arguments.register)
    names, required, coded = declared(register)
    job = Job(
        register=register.id,
        file=arguments.file,
        against=arguments.against,
        out=arguments.out,
        communes=arguments.communes,
        mapping=arguments.mapping,
        names=names,
        required=required,
        coded=coded,
        left_out=asked_by(register).ignored,
        decided=arguments.decided,
        since=arguments.since,
        changes_only=arguments.changes_only,
        engine=arguments.engine,
        keys=arguments.keys,
        threads=max(1, arguments.threads),
        memory=size(arguments.memory),
    )
    if arguments.changes_only and arguments.since is None:
        raise _fault("--changes-only", "changes_only", _("Say since which answer: --since PREVIOUS."))
    if arguments.changes_only and _left_out(arguments.since) != sorted(job.left_out):
        raise _fault("--changes-only", "declared_otherwise", DECLARED_OTHERWISE % {"id": register.id})
    _require_own_place(arguments)
    told = verify(job, tell=(lambda stage: None) if arguments.quiet else _say)
    _show(told, arguments.out)
    return 0


def _require_own_place(arguments: argparse.Namespace) -> None:
    """Refuse an answer that would be written over what is read, or where a folder is."""
    out: Path = arguments.out
    names = ("file", "against", "communes", "mapping", "decided", "keys")
    given = {one.resolve() for name in names if (one := getattr(arguments, name)) is not None}
    written = [out, *(out.with_name(out.name + ending) for ending in (".json", ".state"))]
    if taken := next((one for one in written if one.resolve() in given), None):
        raise _fault(
            "--out", "same_file", _("The answer would be written over “%s”, which is read.") % taken.name
        )
    if out.is_dir():
        raise _fault("--out", "folder", _("“%s” is a folder. Name a file for the answer.") % out.name)


def _left_out(previous: Path) -> list[str]:
    """Return which reasons did not count in an earlier answer, as its summary says. Raises Invalid without one."""
    from dinh.verification.engine.since import weights_of

    weights_of(previous)  # says what is wrong with the summary
    told = json.loads(previous.with_name(previous.name + ".json").read_text(encoding="utf-8"))
    return list(told.get("left_out", ()))


def size(text: str) -> int:
    """Return a size like "4GB" or "900MiB" in bytes. Raises Invalid for anything else, or less than 512 MB."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    wanted = int(float(found[1]) * _SIZES[found[2].upper()]) if found else 0
    if wanted < 512 << 20:
        raise _fault("--memory", "memory_size", _("Write the memory as 4GB or 900MB, at least 512MB."))
    return wanted


def _register(id: str) -> Register:
    from dinh.catalogue import store

    registers = store.get().registers
    if id not in registers:
        known = ", ".join(sorted(key for key, item in registers.items() if item.person))
        raise _fault(
            "REGISTER",
            "no_register",
            _("There is no register “%(id)s”. Known: %(known)s.") % {"id": id, "known": known},
        )
    if registers[id].person is None:
        raise _fault(
            "REGISTER", "no_person", _("This register does not declare which fields say who a row is about.")
        )
    return registers[id]


def _fault(path: str, code: str, message: str) -> Invalid:
    return Invalid(f"verification.{code}", [Fault(path, f"verification.{code}", message)], message)


def _say(stage: str) -> None:
    sys.stderr.write(f"{stage}…\n")


def _show(told: dict[str, Any], out: Path) -> None:
    rows = told["rows"]
    lines = [
        f"{rows:,} rows: " + ", ".join(f"{count:,} {verdict}" for verdict, count in told["verdicts"].items())
    ]
    lines.append("hold in %: " + ", ".join(f"{name} {value}" for name, value in told["criteria"].items()))
    lines.append(
        "most frequent reasons: "
        + ", ".join(f"{code} {n:,}" for code, n in list(told["reasons"].items())[:8])
    )
    if told["columns_missing"]:
        lines.append("the file does not say: " + ", ".join(told["columns_missing"]))
    seconds = sum(stage["wall_s"] for stage in told["stages"].values())
    lines.append(f"{out} and {out}.json written in {seconds:.1f} s, {told['peak_memory_mib']:,} MiB at most")
    sys.stdout.write("\n".join(lines) + "\n")
