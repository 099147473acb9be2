"""`dinh register list`, `show`, `imports`, `prove`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register
from dinh.journal import access
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.errors import NotFound
from dinh.registers import imports, queries
from dinh.registers.commands.common import register_of, say, unit_of
from dinh.registers.imports.digests import broken_batches
from dinh.registers.models import Import, ImportBatch, Record


def run_list(arguments: argparse.Namespace) -> int:
    """Print every register with its rows."""
    counted = dict(
        Record.objects.filter(state=Record.State.VALID).values_list("register").annotate(rows=Count("id"))
    )
    table = Table(_("Register"), _("Title"), _("Domain"), _("Rows"))
    for id, register in store.get().registers.items():
        table.add_row(id, str(register.title), register.domain, str(counted.get(id, 0)))
    Console().print(table)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print a register's fields, or the rows found; 1 when there are none."""
    register = register_of(arguments.register)
    text = " ".join(arguments.text)
    if not text:
        _show_fields(register)
        return 0
    unit = unit_of(arguments.unit) if arguments.unit else None
    found = queries.find_records(register.id, text, unit=unit, limit=arguments.limit)
    access.listed(
        kind="search", subject_type="record", query={"register": register.id, "q": text}, ids=[row.pk for row in found],
        by=None, at=timezone.now(), purpose="dinh register show",
    )  # fmt: skip
    for row in found:
        _show_record(register, row, history=arguments.history)
    if not found:
        say(_("Nothing found."))
    return 0 if found else 1


def run_imports(arguments: argparse.Namespace) -> int:
    """Print the imports, newest first; or give one up."""
    if arguments.drop:
        wanted = _uuid(arguments.drop)
        row = Import.objects.filter(pk=wanted).first() if wanted else None
        if row is None:
            raise NotFound("imports.no_import", _("There is no such import."))
        imports.drop(row)
        say(_("Given up: %(file)s.") % {"file": row.filename})
        return 0
    rows = Import.objects.order_by("-at")
    if arguments.register:
        rows = rows.filter(register=register_of(arguments.register).id)
    table = Table(_("Import"), _("Register"), _("File"), _("State"), _("Rows"), _("Bad"), _("Day"))
    for row in rows[:50]:
        table.add_row(
            str(row.pk), row.register, row.filename, row.get_state_display(), str(row.rows), str(row.bad),
            show_date(row.on),
        )  # fmt: skip
    Console().print(table)
    return 0


def run_prove(arguments: argparse.Namespace) -> int:
    """Compare imported rows with the journal; 1 when a batch is not as it was brought in."""
    register = register_of(arguments.register)
    broken = broken_batches(register.id)
    for batch in broken:
        said = _("Batch %(number)s of %(file)s (rows %(first)s to %(last)s) is not what was brought in.")
        say(
            said
            % {
                "number": batch.number,
                "file": batch.source.filename,
                "first": batch.first_line,
                "last": batch.last_line,
            }
        )
    total = ImportBatch.objects.filter(source__register=register.id).count()
    say(
        _("%(good)s of %(total)s batches are as the journal has them.")
        % {"good": total - len(broken), "total": total}
    )
    return 1 if broken else 0


def _show_fields(register: Register) -> None:
    say(f"{register.title} ({register.id}, {register.version})")
    table = Table(_("Field"), _("Type"), _("Title"), "")
    for field in register.fields:
        need = _("required") if field.required else _("needed") if field.needed else ""
        table.add_row(field.id, field.type, str(field.title), need)
    Console().print(table)


def _show_record(register: Register, row: Record, *, history: bool) -> None:
    say(f"\n{row.number}  {row.person_name}  {show_date(row.registered_on)}  [{row.pk}]")
    for name, value in _said(register, row.data, row.as_written or {}):
        say(f"    {name}: {value}")
    for one in queries.history(row) if history else ():
        source = f"{one['provenance']} {one['provenance_id'] or ''}".strip()
        say(
            f"  v{one['version']}  {show_datetime(one['at'])}  {source}  {_('journal')} {one['entry']}  {one['reason']}"
        )
        for name, value in _said(register, one["data"], one["as_written"] or {}):
            say(f"      {name}: {value}")


def _said(
    register: Register, data: dict[str, object], as_written: dict[str, str]
) -> Sequence[tuple[str, object]]:
    lines = [(str(field.title), data[field.id]) for field in register.fields if field.id in data]
    kept = _("%(text)s (kept as written)")
    return lines + [
        (str(field.title), kept % {"text": as_written[field.id]})
        for field in register.fields
        if field.id in as_written
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
