"""The part `dinh units` of the command: changes of places, for the owner of the node at the machine itself."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from dinh.directory import queries
from dinh.directory.changes import history, telling
from dinh.directory.changes.agreeing import agree, call_off
from dinh.directory.changes.applying import OPEN, apply
from dinh.directory.changes.drafting import Preview, draft, preview
from dinh.directory.changes.importing import of_file
from dinh.directory.changes.undoing import newer, undo
from dinh.directory.models import UnitChange
from dinh.lib.dates import local_date, show_date
from dinh.lib.errors import NotFound
from dinh.lib.ids import as_uuid


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `units`."""
    units = subparsers.add_parser("units", help="change places as a decree says").add_subparsers(
        required=True
    )
    see = units.add_parser("preview", help="keep a decision as a draft and show all that it touches")
    see.add_argument("decision", help="a file (.toml, .xlsx), or the id of a draft")
    see.set_defaults(run=preview_change)
    look = units.add_parser(
        "show", help="show a change: of a draft all that it touches and what is to be settled first"
    )
    look.add_argument("change", help="its id, or the first signs of it")
    look.set_defaults(run=show_change)
    yes = units.add_parser(
        "agree", help="agree to a draft: the node applies it by itself when its day begins"
    )
    yes.add_argument("change", help="its id, or the first signs of it")
    yes.set_defaults(run=agree_to_change)
    off = units.add_parser("call-off", help="take the agreement back: it is a draft again")
    off.add_argument("change", help="its id, or the first signs of it")
    off.set_defaults(run=call_change_off)
    do = units.add_parser("apply", help="apply a draft, in one step")
    do.add_argument("change", help="its id, or the first signs of it")
    do.add_argument("--proof", type=Path, help="write the proof as JSON into this file")
    do.set_defaults(run=apply_change)
    back = units.add_parser("undo", help="undo a change that was applied less than seven days ago")
    back.add_argument("change", help="its id, or the first signs of it")
    back.set_defaults(run=undo_change)
    past = units.add_parser("history", help="list changes, or what became of a unit")
    past.add_argument("place", nargs="*", help="name or code; default: the changes of this node")
    past.set_defaults(run=show_history)


def preview_change(arguments: argparse.Namespace) -> int:
    """Print what a decision touches; 1 when something is to be settled first."""
    path = Path(arguments.decision)
    if path.suffix in {".toml", ".xlsx"}:
        change = draft(decision=of_file(path.name, path.read_bytes()), by=None, at=timezone.now())
    else:
        change = _change(arguments.decision)
    found = preview(change, by=None, at=timezone.now())
    _say(f"{change.pk}  {change.title}, {change.effective_on:%d/%m/%Y}")
    _print(found)
    return 0 if found.may_apply else 1


def show_change(arguments: argparse.Namespace) -> int:
    """Print a change as it stands; 1 when something of it is to be settled first, or stands against undoing it."""
    change = _change(arguments.change)
    _say(
        f"{change.pk}  {change.get_state_display()}  {change.title}, {change.effective_on:%d/%m/%Y}, {change.decree}"
    )
    could_not, against_it = _("It could not take effect:"), _("Stands against undoing it:")
    for why in change.stopped_because:
        _say(f"{could_not} {why}")
    if change.state in OPEN:
        found = preview(change, by=None, at=timezone.now())
        for was, will in telling.steps(found.plan):
            _say(f"{was} → {will}")
        _print(found)
        return 0 if found.may_apply else 1
    if change.proof:
        _print_proof(change)
    applied = change.state == UnitChange.State.APPLIED
    against = newer(change, by=None, at=timezone.now()) if applied else []
    for one in against:
        _say(f"{against_it} {one.message}")
    return 1 if against else 0


def agree_to_change(arguments: argparse.Namespace) -> int:
    """Agree to a draft."""
    change = agree(change=_change(arguments.change), by=None, at=timezone.now())
    _say(
        _("Agreed: it takes effect by itself at 0:00 on %(on)s.") % {"on": f"{change.effective_on:%d/%m/%Y}"}
    )
    return 0


def call_change_off(arguments: argparse.Namespace) -> int:
    """Take an agreement back."""
    change = call_off(change=_change(arguments.change), by=None, at=timezone.now())
    _say(_("Called off: %(title)s is a draft again.") % {"title": change.title})
    return 0


def apply_change(arguments: argparse.Namespace) -> int:
    """Apply and print the proof."""
    change = apply(change=_change(arguments.change), by=None, at=timezone.now())
    _print_proof(change)
    _say(_("Applied. Proof %(digest)s") % {"digest": change.proof_digest})
    if arguments.proof:
        arguments.proof.write_text(json.dumps(change.proof, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def undo_change(arguments: argparse.Namespace) -> int:
    """Undo a change."""
    change = undo(change=_change(arguments.change), by=None, at=timezone.now())
    _say(_("Undone: %(title)s") % {"title": change.title})
    return 0


def show_history(arguments: argparse.Namespace) -> int:
    """List the changes of this node, or what became of a unit and what it came from; 1 when nothing is found."""
    today = local_date(timezone.now())
    if not arguments.place:
        for change in history.applied():
            _say(f"{change.pk}  {change.effective_on:%d/%m/%Y}  {change.get_state_display()}  {change.title}")
        return 0
    found = queries.find_places(" ".join(arguments.place), limit=1)
    for place in found:
        _say(place.label)
        for step in history.became(place.unit, today):
            _say(f"  → {step.code} {step.title} ({step.on:%d/%m/%Y}, {step.decree})")
        for link in queries.predecessors(place.unit):
            title = queries.unit_title(link.predecessor_id, link.predecessor.opened_on)
            _say(f"  ← {title} ({link.change.effective_on:%d/%m/%Y}, {link.get_part_display()})")
    return 0 if found else 1


def _print(found: Preview) -> None:
    table = Table(_("What"), _("Rows"), _("Open"), _("Given to another unit"))
    for one in found.touched:
        table.add_row(str(one.table.title), str(one.count), str(one.open or ""), str(one.follow or ""))
    Console().print(table)
    for one in found.touched:
        shown = Counter((row["label"], row["due"]) for row in one.rows if one.open)
        for (label, day), times in shown.items():  # rows of a kind and a day stand on one line
            due = show_date(day)
            _say(
                f"  {one.table.title}: {label}{f', {due}' if due else ''}{f' × {times}' if times > 1 else ''}"
            )
    blocks, note = _("To settle first"), _("Note")
    for conflict in found.conflicts:
        _say(f"{blocks if conflict.blocks else note}: {conflict.message}")


def _print_proof(change: UnitChange) -> None:
    table = Table(_("What"), _("Before"), _("After"), _("Given to another unit"))
    for line in change.proof["lines"]:
        table.add_row(
            line["table"], str(line["before"]["rows"]), str(line["after"]["rows"]), str(line["moved"])
        )
    Console().print(table)


def _change(text: str) -> UnitChange:
    """Return the change with an id, or the only one that was made here and whose id begins so. Raises NotFound."""
    exact = as_uuid(text)
    mine = [
        one for one in history.applied(200) if (one.pk == exact if exact else str(one.pk).startswith(text))
    ]
    if len(mine) != 1:
        raise NotFound(
            "directory.no_such_change", _("There is no such change, or several begin so."), change=text
        )
    return mine[0]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
