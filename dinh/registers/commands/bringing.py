"""`dinh register import`: preview, dry run, load."""

from __future__ import annotations

import argparse
import csv
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.table import Table

from dinh.lib.dates import local_date
from dinh.lib.spreadsheets import harmless
from dinh.registers import imports
from dinh.registers.commands.common import account_of, bar, register_of, say, unit_of
from dinh.registers.imports.sources import column_letter
from dinh.registers.models import Import

SHOWN_FAULTS = 20
SHOWN_COLUMNS = 8


def run_import(arguments: argparse.Namespace) -> int:
    """Bring a file in; 1 when rows are bad and nothing was loaded."""
    at = timezone.now()
    register = register_of(arguments.register)
    wish = imports.Wish(
        path=arguments.file, register=register.id, unit=unit_of(arguments.unit), office=arguments.office, on=arguments.on,
        encoding=arguments.encoding, sheet=arguments.sheet,
        mapping=imports.read_mapping(arguments.mapping, register) if arguments.mapping else None,
    )  # fmt: skip
    by = account_of(arguments.by)
    opened = imports.open_wish(wish)
    _show_preview(
        imports.preview(wish, opened, wish.on or local_date(at)), rows=arguments.preview or arguments.dry_run
    )
    if arguments.preview:
        return 0
    row = imports.begin(wish, opened, by=by, at=at)
    row = _read(wish, opened, row, arguments.quiet)
    _show_checked(row)
    if arguments.report:
        say(_("Everything that is wrong stands in %(file)s.") % {"file": _report(row.pk, arguments.report)})
    if arguments.dry_run:
        say(_("Nothing was loaded. The same command without --dry-run loads it, without reading it again."))
        return 1 if row.bad else 0
    if row.bad and not arguments.load_good:
        say(_("Nothing was loaded: correct the rows, or give --load-good to load the good ones."))
        return 1
    _load(row, arguments, by.pk if by else None, at)
    return 0


def _read(wish: imports.Wish, opened: imports.Opened, row: Import, quiet: bool) -> Import:
    with imports.Stage(row.pk) as stage:
        started = int(stage.told("read_to", 0))
    if started and row.state == Import.State.READING:
        say(_("An earlier run stopped after row %(row)s; it goes on there.") % {"row": started})
    with bar(quiet) as progress:
        task = progress.add_task(_("Reading"), total=None)

        def told(share: float, rows: int) -> None:
            progress.update(task, completed=rows, total=max(rows, int(rows / share) if share else rows))

        return imports.read(wish, opened, row, told)


def _load(row: Import, arguments: argparse.Namespace, by: UUID | None, at: datetime) -> None:
    with bar(arguments.quiet) as progress:
        task = progress.add_task(_("Loading"), total=row.rows - row.bad)
        done = imports.load(
            row=row, load_good=arguments.load_good, close_missing=arguments.close_missing, by=by, at=at,
            progress=lambda written, total: progress.update(task, completed=written, total=total),
        )  # fmt: skip
    said = _("Loaded: %(entered)s entered, %(changed)s changed, %(unchanged)s as before, %(closed)s closed.")
    counts = ("entered", "changed", "unchanged", "closed")
    say(said % {name: getattr(done, name) for name in counts})


def _show_preview(shown: imports.Preview, *, rows: bool) -> None:
    details = ", ".join(f"{name} {value}" for name, value in shown.details.items() if value)
    say(f"{shown.form.upper()}{f' ({details})' if details else ''}")
    table = Table(_("Column"), _("Title in the file"), _("Field"), _("Known by"))
    for column in shown.columns:
        table.add_row(column_letter(column.at), column.title, column.field or "–", column.why)
    Console().print(table)
    if shown.missing:
        say(
            _("The file does not have: %(fields)s. Rows will not be complete.")
            % {"fields": ", ".join(shown.missing)}
        )
    for note in shown.notes:
        say(f"! {note}")
    if rows:
        _show_rows(shown)


def _show_rows(shown: imports.Preview) -> None:
    fields = [column.field for column in shown.columns if column.field][:SHOWN_COLUMNS]
    table = Table(_("Row"), *fields)
    for row in shown.rows:
        cells = [str(row.data.get(name, row.as_written.get(name, ""))) for name in fields]
        table.add_row(str(row.line), *cells, style="red" if row.bad else "")
    Console().print(table)


def _show_checked(row: Import) -> None:
    said = ngettext(
        "%(n)s row read: %(good)s can be entered, %(bad)s cannot; %(doubtful)s have a value that is kept as written.",
        "%(n)s rows read: %(good)s can be entered, %(bad)s cannot; %(doubtful)s have a value that is kept as written.",
        row.rows,
    )
    say(said % {"n": row.rows, "good": row.rows - row.bad, "bad": row.bad, "doubtful": row.doubtful})
    with imports.Stage(row.pk) as stage:
        told = [*stage.faults(SHOWN_FAULTS, blocking=True)] or [*stage.faults(SHOWN_FAULTS)]
    if not told:
        return
    table = Table(_("Row"), _("Column"), _("What is wrong, and what to do"))
    for fault in told:
        table.add_row(
            str(fault.line),
            f"{column_letter(fault.at)} {fault.column}",
            imports.sentence(fault.code, fault.params),
        )
    Console().print(table)
    for kind in row.faults[:SHOWN_FAULTS]:
        say(_("%(rows)s × %(column)s: %(code)s, first in row %(first)s") % kind)


def _report(import_id: UUID, file: Path) -> Path:
    """Write every fault: row, column, field, what is wrong, and whether the row is kept out."""
    with imports.Stage(import_id) as stage, file.open("w", encoding="utf-8-sig", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(
            [
                _("Row"),
                _("Column"),
                _("Title in the file"),
                _("Field"),
                _("What is wrong, and what to do"),
                _("Loaded"),
            ]
        )
        for fault in stage.faults():
            words = imports.sentence(fault.code, fault.params)
            entered = _("no") if fault.blocks else _("yes, as written")
            title = harmless(fault.column)  # as somebody wrote it
            lines.writerow([fault.line, column_letter(fault.at), title, fault.field, words, entered])
    return file
