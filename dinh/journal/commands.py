"""`dinh journal`: verify the chain, show what happened to something, seal now."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from dinh.journal.verify import Fault, Report

SENTENCES = {
    "body_changed": "the body is not the one that was sealed",
    "row_changed": "a column was changed",
    "row_missing": "the row was deleted",
    "position_missing": "the position was removed or moved",
    "order_or_leaf_changed": "the batch was reordered or its hashes were replaced",
    "seal_changed": "the seal was changed",
    "chain_broken": "the seal does not follow the one before",
    "signature_wrong": "the signature is not a key's of this node",
    "cut_off": "the end was cut off",
    "heads_differ": "heads.log has another seal here",
    "heads_missing": "heads.log does not have this seal",
    "not_sealed": "a row is in no seal and in no queue",
}


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `dinh journal verify|show|seal`."""
    journal = subparsers.add_parser("journal", help="prove, show and seal the log of all acts")
    verbs = journal.add_subparsers(dest="verb", required=True, metavar="VERB")

    check = verbs.add_parser("verify", help="prove that nothing sealed was changed, removed or cut off")
    check.add_argument("--json", action="store_true", help="answer for machines")
    check.set_defaults(run=_verify)

    show = verbs.add_parser("show", help="show the entries of one subject, oldest first")
    show.add_argument("subject", type=UUID, metavar="SUBJECT", help="id of a dossier, a person, a unit...")
    show.add_argument("--json", action="store_true", help="one JSON object a line, with bodies")
    show.set_defaults(run=_show)

    seal = verbs.add_parser("seal", help="seal what waits now, when no node is running")
    seal.set_defaults(run=_seal)


def sentence(fault: Fault) -> str:
    """Return what a person reads of a fault."""
    where = f"position {fault.position}" if fault.position == fault.until else (
        f"positions {fault.position} to {fault.until}"
    )  # fmt: skip
    if not fault.position:
        where = fault.detail
    return f"{fault.stream}, {where}, seal {fault.seal or '-'}: {SENTENCES[fault.code]} [{fault.code}]"


def _verify(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from dinh.journal.verify import verify

    if arguments.json:
        report = verify()
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
        return 0 if report.ok else 1
    console = Console()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Verifying", total=None)
        report = verify(lambda rows: bar.update(task, description=f"Verifying: {rows:,} rows"))
    _tell(report, console)
    return 0 if report.ok else 1


def _tell(report: Report, console: Any) -> None:
    rate = (report.entries + report.accesses) / report.seconds if report.seconds else 0
    console.print(
        f"{report.entries:,} entries, {report.accesses:,} access rows and {report.seals:,} seals "
        f"of node {report.node} checked in {report.seconds:.1f} s ({rate:,.0f} rows/s); "
        f"{report.erased:,} bodies erased by law, {report.retired:,} access rows past their time, "
        f"{report.unsealed:,} items not sealed yet."
    )
    for epoch in report.epochs[1:]:
        console.print(f"Epoch {epoch}")
    if report.lost_in_restore:
        console.print(f"{report.lost_in_restore:,} seals of earlier epochs were not in the restored backup.")
    for fault in report.faults:
        console.print(f"[bold red]BROKEN[/] {sentence(fault)}", highlight=False)
    if report.ok:
        console.print("[bold green]The journal holds.[/]")


def _show(arguments: argparse.Namespace) -> int:
    from dinh.journal.fold import history

    entries = history(arguments.subject)
    if not entries:
        sys.stderr.write("There is no entry of this subject.\n")
        return 1
    for entry in entries:
        if arguments.json:
            sys.stdout.write(
                json.dumps(
                    {
                        "id": str(entry.pk), "kind": entry.kind, "v": entry.v, "at": entry.at.isoformat(),
                        "subject_version": entry.subject_version, "actor": str(entry.actor or ""),
                        "cause": str(entry.cause or ""), "body": entry.body,
                    },
                    ensure_ascii=False,
                )
                + "\n"
            )  # fmt: skip
        else:
            sys.stdout.write(
                f"{entry.subject_version:>4}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.kind:<40} "
                f"by {entry.actor or 'the system'}\n"
            )
    return 0


def _seal(arguments: argparse.Namespace) -> int:
    from dinh.journal.sealer import seal_once

    sys.stdout.write(f"{seal_once()} items sealed.\n")
    return 0
