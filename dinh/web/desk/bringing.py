"""How a file on its way into a register is drawn: its columns, its first rows, what is wrong with it, how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.lib.money import show_number
from dinh.registers import imports
from dinh.registers.imports.columns import NOT_FROM_FILES
from dinh.registers.imports.handing import how_far
from dinh.registers.imports.messages import BLOCKING
from dinh.registers.imports.sources import ENCODINGS, Cell, column_letter, is_empty
from dinh.registers.models import Import
from dinh.web.desk import saying

EXAMPLES, EXAMPLE_LENGTH = 3, 40
SHOWN_FAULTS = 30
STEPS: tuple[tuple[str, str | Promise], ...] = (
    ("new", pgettext_lazy("import", "Columns")),
    ("reading", pgettext_lazy("import", "Check")),
    ("checked", pgettext_lazy("import", "Result")),
    ("loading", pgettext_lazy("import", "Load")),
    ("loaded", pgettext_lazy("import", "Done")),
)
BADGES = {
    Import.State.NEW: ("◌", "indigo"),
    Import.State.READING: ("●", "indigo"),
    Import.State.CHECKED: ("‖", "gold"),
    Import.State.LOADING: ("●", "indigo"),
    Import.State.LOADED: ("✓", "green"),
    Import.State.DROPPED: ("–", "plain"),
}
WHY: dict[str, str | Promise] = {
    "mapping": gettext_lazy("chosen by you"),
    "saved": gettext_lazy("as last time"),
    "id": gettext_lazy("by its name"),
    "title": gettext_lazy("by its title"),
    "header": gettext_lazy("by its title"),
    "usual": gettext_lazy("by its title"),
}
REPORT_HEAD: tuple[str | Promise, ...] = (
    gettext_lazy("Row"), gettext_lazy("Column"), gettext_lazy("Title in the file"), gettext_lazy("Field"),
    gettext_lazy("What is wrong, and what to do"), gettext_lazy("Entered"),
)  # fmt: skip


def steps(row: Import) -> list[dict[str, Any]]:
    """Return the steps of an import with the one that it stands at."""
    at = [key for key, _title in STEPS].index(row.state) if row.state != Import.State.DROPPED else 0
    return [
        {
            "title": title,
            "state": "done" if place < at or at == len(STEPS) - 1 else "now" if place == at else "",
        }
        for place, (_key, title) in enumerate(STEPS)
    ]


def badge(row: Import) -> dict[str, str]:
    """Return the state of an import as word, shape and colour."""
    shape, colour = BADGES[Import.State(row.state)]
    return {"shape": shape, "colour": colour, "word": str(row.get_state_display())}


def fields_of(shape: Register, language: str) -> list[tuple[str, str]]:
    """Return (id, title) of the fields that files may bring; the required ones come first and carry a mark."""
    brought = [one for one in shape.fields if one.type not in NOT_FROM_FILES]
    brought.sort(key=lambda one: not one.required)
    return [(one.id, one.title.of(language) + (" *" if one.required else "")) for one in brought]


def columns(opened: imports.Opened) -> list[dict[str, Any]]:
    """Return the columns of a file, each with the field it brings and some of its values."""
    lines = (cells for number, cells in opened.source.lines() if number >= opened.layout.first_row)
    seen = list(islice(lines, EXAMPLES))
    return [
        {
            "at": one.at, "letter": column_letter(one.at), "title": one.title, "field": one.field,
            "why": WHY.get(one.why, ""), "examples": list(_examples(seen, one.at)),
        }
        for one in opened.layout.columns
    ]  # fmt: skip


def _examples(lines: Sequence[Sequence[Cell]], at: int) -> Iterator[str]:
    for cells in lines:
        cell = cells[at] if at < len(cells) else None
        if not is_empty(cell):
            text = str(cell.get("type", "")) if isinstance(cell, Mapping) else " ".join(str(cell).split())
            yield text if len(text) <= EXAMPLE_LENGTH else f"{text[:EXAMPLE_LENGTH]}…"


def missing(opened: imports.Opened, language: str) -> tuple[list[str], list[str]]:
    """Return the titles of fields that no column brings: those without which nothing is entered, and the needed."""
    brought = opened.layout.brought()
    lacking = [one for one in opened.register.complete() if one.id not in brought]
    return (
        [one.title.of(language) for one in lacking if one.required],
        [one.title.of(language) for one in lacking if not one.required],
    )


def first_rows(opened: imports.Opened, shown: imports.Preview, language: str) -> dict[str, Any]:
    """Return the first rows as they would be entered: titles, then cells, with what stays as it was written."""
    fields: list[RegisterField] = []
    for column in opened.layout.columns:
        if (one := opened.register.field(column.field)) is not None:
            fields.append(one)
    return {
        "titles": [one.title.of(language) for one in fields],
        "rows": [
            {
                "line": row.line,
                "bad": row.bad,
                "cells": [_cell(one, row, language) for one in fields],
                "faults": [imports.sentence(fault.code, fault.params) for fault in row.faults],
            }
            for row in shown.rows
        ],
    }


def _cell(field: RegisterField, row: Any, language: str) -> dict[str, Any]:
    if field.id in row.as_written:
        return {"text": row.as_written[field.id], "written": True}
    return {"text": value(field, row.data.get(field.id), language), "written": False}


def value(field: RegisterField, kept: Any, language: str) -> str:
    """Return a value as people read it; of an outline its kind and how many points it has."""
    if field.type == "geometry" and isinstance(kept, Mapping):
        return _("outline, %(points)s points") % {"points": _points(kept.get("coordinates"))}
    shown = saying.answer(field, kept, language)
    return f"{shown} {field.measure}" if shown and field.measure else shown


def _points(coordinates: Any) -> int:
    if not isinstance(coordinates, list | tuple):
        return 0
    if coordinates and not isinstance(coordinates[0], list | tuple):
        return 1
    return sum(map(_points, coordinates))


def ways_to_read(opened: imports.Opened) -> dict[str, Any]:
    """Return what can be chosen of how the file is read: the letters of a text, the sheet of a workbook."""
    told = opened.source.details()
    others = told.get("other_sheets")
    sheets = [str(told["sheet"]), *map(str, others)] if isinstance(others, list) and others else []
    return {
        "encoding": str(told.get("encoding", "")),
        "encodings": list(ENCODINGS) if opened.source.form == "csv" else [],
        "sheet": str(told.get("sheet", "")),
        "sheets": sheets,
    }


def found(row: Import) -> dict[str, Any]:
    """Return what the check found: kinds of fault by column, and the first of them row by row."""
    with imports.Stage(row.pk) as stage:
        kinds = [
            {
                "column": one["column"] or "–", "what": imports.sentence(one["code"], one["params"]),
                "rows": one["rows"], "first": one["first"], "stops": one["code"] in BLOCKING,
            }
            for one in stage.summary()
        ]  # fmt: skip
        first = [*stage.faults(SHOWN_FAULTS, blocking=True)] or [*stage.faults(SHOWN_FAULTS)]
        notes = [imports.sentence(code, params) for code, params in stage.told("notes", [])]
    kinds.sort(key=lambda one: (not one["stops"], -one["rows"]))
    lines = [
        (one.line, f"{column_letter(one.at)} {one.column}".strip(), imports.sentence(one.code, one.params))
        for one in first
    ]
    return {"kinds": kinds, "first": lines, "notes": notes}


def report(row: Import) -> list[list[str]]:
    """Return everything that is wrong with a file, line by line, with the titles of the columns before."""
    lines = [[str(title) for title in REPORT_HEAD]]
    with imports.Stage(row.pk) as stage:
        for one in stage.faults():
            entered = _("no") if one.blocks else _("yes, as it was written")
            words = imports.sentence(one.code, one.params)
            lines.append([str(one.line), column_letter(one.at), one.column, one.field, words, entered])
    return lines


def progress(row: Import, language: str) -> dict[str, Any]:
    """Return how far the worker is: a share in percent, None while it waits or cannot tell."""
    doing = how_far(row)
    loading = row.state == Import.State.LOADING
    return {
        "loading": loading,
        "percent": None if doing.share is None else min(100, int(doing.share * 100)),
        "rows": doing.rows,
        "said": show_number(doing.rows, language),
        "all": row.rows - row.bad if loading else None,
    }
