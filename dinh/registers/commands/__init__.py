"""`dinh register`: bring files into a register and out of it, search it, prove it. For the owner of the node."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from dinh.registers.commands import bringing, drawing, looking, mapping, taking

__all__ = ["add_commands"]


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `register` and its parts."""
    told = "Registers as declared in catalogue/registers: import, export, search, history, proof."
    register = subparsers.add_parser("register", help=told, description=told)
    parts = register.add_subparsers(dest="part", required=True, metavar="PART")
    _add_import(parts)
    _add_export(parts)
    _add_sample(parts)

    listing = parts.add_parser("list", help="list the registers and how many rows each has")
    listing.set_defaults(run=looking.run_list)

    show = parts.add_parser("show", help="show a register's fields, or find rows in it by number or name")
    show.add_argument("register", help="id of the register, e.g. pupils")
    show.add_argument("text", nargs="*", help="a number, or words of a name with or without accents")
    show.add_argument("--unit", help="code of the commune (default: all)")
    show.add_argument(
        "--history", action="store_true", help="of the rows found, every version and where it came from"
    )
    show.add_argument("--limit", type=int, default=20, help="rows to show (default: 20)")
    show.set_defaults(run=looking.run_show)

    imports = parts.add_parser("imports", help="list the files that were brought in, or are waiting")
    imports.add_argument("register", nargs="?", help="id of a register (default: all)")
    imports.add_argument("--drop", metavar="ID", help="give an import up that was not loaded")
    imports.set_defaults(run=looking.run_imports)

    parcels = parts.add_parser(
        "parcels", help="find outlines of land parcels that overlap, cross or lie elsewhere"
    )
    parcels.add_argument("--unit", required=True, help="code of the commune")
    parcels.add_argument("--report", type=Path, help="write everything that is wrong to this CSV file")
    parcels.set_defaults(run=mapping.run_parcels)

    prove = parts.add_parser(
        "prove", help="compute the digests of imported rows again and compare them with the journal"
    )
    prove.add_argument("register", help="id of the register")
    prove.set_defaults(run=looking.run_prove)


def _add_import(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bring = parts.add_parser(
        "import",
        help="bring a CSV, XLSX, Parquet or GeoJSON file into a register",
        description="Reads the whole file first, lists every bad row, then loads all of it or nothing. A run that was "
        "stopped goes on where it stopped when the same command is given again.",
    )
    bring.add_argument("register", help="id of the register, e.g. pupils")
    bring.add_argument("file", type=Path, help="the file; what it is, its bytes say")
    bring.add_argument("--unit", required=True, help="code of the commune that owns the rows (02746)")
    bring.add_argument(
        "--office", default="", help="key of the office whose file it is; its columns are remembered"
    )
    bring.add_argument(
        "--on", type=date.fromisoformat, help="the day of which the file tells (default: today)"
    )
    bring.add_argument(
        "--mapping", type=Path, help='TOML file: [columns] "Họ tên" = "full_name"; "" leaves a column out'
    )
    bring.add_argument("--sheet", default="", help="sheet of a workbook (default: the first with rows)")
    bring.add_argument("--encoding", default="", choices=["", "utf-8", "utf-16", "cp1258", "tcvn3", "vni"],
                       help="letters of a CSV file (default: found out)")  # fmt: skip
    bring.add_argument("--preview", action="store_true", help="only show columns and first rows")
    bring.add_argument(
        "--dry-run", action="store_true", help="read everything, list what is wrong, load nothing"
    )
    bring.add_argument("--report", type=Path, help="write everything that is wrong to this CSV file")
    bring.add_argument("--load-good", action="store_true", help="load the good rows although others are bad")
    bring.add_argument(
        "--close-missing", action="store_true", help="close rows of earlier files that this one lacks"
    )
    bring.add_argument("--by", help="sign-in name of the person who brings it in")
    bring.add_argument("--quiet", action="store_true", help="show no progress")
    bring.set_defaults(run=bringing.run_import)


def _add_export(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    take = parts.add_parser("export", help="write a register to a CSV, XLSX, Parquet or GeoJSON file")
    take.add_argument("register", help="id of the register")
    take.add_argument("--out", type=Path, required=True, help="file to write; its ending says the format")
    take.add_argument("--unit", help="code of the commune (default: all)")
    take.add_argument("--fields", default="", help="fields to write, divided by commas (default: all)")
    take.add_argument(
        "--titles", choices=["id", "vi", "fr", "en"], default="id", help="names of the columns (default: id)"
    )
    take.add_argument("--closed", action="store_true", help="closed rows too")
    take.add_argument("--purpose", required=True, help="why: it stands in the journal of accesses")
    take.add_argument("--by", help="sign-in name of the person who takes it out")
    take.set_defaults(run=taking.run_export)


def _add_sample(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sample = parts.add_parser(
        "sample", help="write a synthetic register of a demonstration's people, with faults at declared rates"
    )
    sample.add_argument("register", help="id of the register")
    sample.add_argument("--unit", required=True, help="code of the commune whose people it is drawn from")
    sample.add_argument(
        "--out", type=Path, required=True, help="folder to write to: the file and who its rows truly are"
    )
    sample.add_argument(
        "--scenario", default="coc_san", help="scenario that declares the rates (default: coc_san)"
    )
    sample.add_argument("--seed", type=int, help="another seed than the scenario's")
    sample.add_argument("--on", type=date.fromisoformat, help="the day of which it tells (default: today)")
    sample.set_defaults(run=drawing.run_sample)
