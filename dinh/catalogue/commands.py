"""`dinh catalogue`: check what is declared, show an item, export the schemas, compare versions."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.diff import changes
from dinh.catalogue.shapes.procedure import Procedure
from dinh.catalogue.sheet import sheet
from dinh.lib.errors import NotFound

LANGUAGES = ("vi", "fr", "en")


def add_commands(subparsers: Any) -> None:
    """Add `catalogue` and its parts to the `dinh` command."""
    help_text = "Procedures, forms, registers, roles and lists as declared in catalogue/."
    catalogue = subparsers.add_parser("catalogue", help=help_text, description=help_text)
    parts = catalogue.add_subparsers(dest="part", required=True, metavar="PART")

    check = parts.add_parser("check", help="read all files and report every fault at once")
    check.add_argument(
        "folders",
        nargs="*",
        type=Path,
        help="folders read after the shipped one (default: DINH_CATALOGUE_PATHS)",
    )
    check.set_defaults(run=run_check)

    show = parts.add_parser("show", help="show an item; without id, list them")
    show.add_argument(
        "kind",
        nargs="?",
        help="procedure, form, register, role, list, calendar, place, office, measure, indicator",
    )
    show.add_argument("id", nargs="?", help="id of the item, e.g. birth_registration")
    show.add_argument("--version", help="a published version of a procedure")
    show.add_argument("--language", choices=LANGUAGES, default="vi")
    show.add_argument("--json", action="store_true", help="the whole item as JSON")
    show.set_defaults(run=run_show)

    schema = parts.add_parser("schema", help="export JSON Schemas for editors")
    schema.add_argument("kind", nargs="?", help="one kind, printed; without it all are written to --out")
    schema.add_argument(
        "--out", type=Path, default=Path("schemas"), help="folder to write to (default: schemas)"
    )
    schema.set_defaults(run=run_schema)

    diff = parts.add_parser("diff", help="what changed in law between two versions of a procedure")
    diff.add_argument("id", help="id of the procedure")
    diff.add_argument("old", help="a published version")
    diff.add_argument("new", nargs="?", help="a published version (default: the one in force)")
    diff.set_defaults(run=run_diff)


def run_check(arguments: argparse.Namespace) -> int:
    """Check the catalogue; `Invalid` with all faults is shown by the `dinh` command."""
    folders = [store.shipped(), *arguments.folders] if arguments.folders else None
    catalogue = store.load(folders)
    for folder in catalogue.folders:
        _say(_("read: %(folder)s") % {"folder": folder})
    for kind in store.SHAPES:
        _say(f"  {len(getattr(catalogue, kind)):4} {kind}")
    uncertain = sum(len(procedure.uncertain) for procedure in catalogue.procedures.values())
    _say(_("No fault. %(count)s points of law are marked as not yet confirmed.") % {"count": uncertain})
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Show one item, or list the items of a kind, or of all kinds."""
    catalogue = store.get()
    if not arguments.id:
        for kind in store.SHAPES if not arguments.kind else [_kind(arguments.kind)]:
            for id, listed in getattr(catalogue, kind).items():
                _say(f"{kind:12} {id:28} {listed.title.of(arguments.language)}")
        return 0
    kind = _kind(arguments.kind)
    if kind == "procedures":
        item: Any = store.get_procedure(arguments.id, arguments.version)
    else:
        item = getattr(catalogue, kind).get(arguments.id)
    if item is None:
        message = _("There is no %(kind)s “%(id)s”. List them with: dinh catalogue show %(kind)s")
        raise NotFound("catalogue.no_item", message % {"kind": arguments.kind, "id": arguments.id})
    if arguments.json or not isinstance(item, Procedure):
        _say(json.dumps(item.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return 0
    _show_procedure(item, catalogue, arguments.language)
    return 0


def run_schema(arguments: argparse.Namespace) -> int:
    """Print one JSON Schema, or write all of them."""
    if arguments.kind:
        _say(json.dumps(schema_of(_kind(arguments.kind)), ensure_ascii=False, indent=2))
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    for kind in store.SHAPES:
        file = arguments.out / f"{kind}.schema.json"
        file.write_text(json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n", "utf-8")
        _say(str(file))
    return 0


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file, for editors of TOML."""
    schema = store.SHAPES[kind].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def run_diff(arguments: argparse.Namespace) -> int:
    """Print the changes of legal effect; exit code 0 also when there are some."""
    old = store.get_procedure(arguments.id, arguments.old)
    new = store.get_procedure(arguments.id, arguments.new)
    found = changes(old, new)
    for change in found:
        mark = {"added": "+", "removed": "-", "changed": "~"}[change.kind]
        before, after = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
        shown = {"+": after, "-": before, "~": f"{before} → {after}"}[mark]
        _say(f"{mark} {change.place}: {shown}")
    if not found:
        _say(_("Nothing of legal effect changed."))
    return 0


def _show_procedure(procedure: Procedure, catalogue: store.Catalogue, language: str) -> None:
    _say(procedure.title.of(language))
    for part in sheet(procedure, catalogue, language):
        _say(f"\n{part.title.upper()}")
        for row in part.rows:
            _say(f"  {row}" if isinstance(row, str) else f"    {row[0]}: {row[1]}")


def _kind(word: str) -> str:
    """Return the kind that "procedure" or "procedures" means."""
    for kind in store.SHAPES:
        if word in {kind, kind.removesuffix("s")}:
            return kind
    known = ", ".join(kind.removesuffix("s") for kind in store.SHAPES)
    message = _("There is no kind “%(kind)s”. Kinds: %(known)s.") % {"kind": word, "known": known}
    raise NotFound("catalogue.no_kind", message)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
