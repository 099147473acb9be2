"""What can be wrong with a cell, a row or a column, in words: what it is, and what to do. Stored by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store

# Codes of faults that keep a row out; a value with any other is kept as it was written.
BLOCKING = frozenset(
    {"imports.missing", "imports.too_many_cells", "imports.merged_cell", "imports.no_geometry"}
)

MESSAGES: dict[str, Any] = {
    "imports.missing": _("“%(field)s” is empty. Without it the row cannot be entered: fill it in."),
    "imports.too_many_cells": _(
        "This row has %(count)s cells, the header %(expected)s. A quotation mark is missing, or a cell contains the "
        "delimiter: put that cell in quotation marks."
    ),
    "imports.merged_cell": _(
        "This cell is merged with %(cell)s. Unmerge it and write the value into each row."
    ),
    "imports.no_geometry": _("This row has no outline."),
    "imports.not_a_date": _("“%(value)s” is not a date. Write day/month/year, for example 12/03/1951."),
    "imports.month_first": _("“%(value)s” seems to have the month first. Write day/month/year."),
    "imports.short_year": _("“%(value)s”: write the year with four digits."),
    "imports.no_such_day": _("“%(value)s”: there is no such day. Check day and month."),
    "imports.incomplete_date": _(
        "“%(value)s”: the day or month is missing, and this field needs the whole date."
    ),
    "imports.year_out_of_range": _("“%(value)s”: check the year."),
    "imports.zero_lost": _(
        "“%(value)s” has %(digits)s digits instead of 12; a 0 at its beginning may be lost. Set the column to text."
    ),
    "imports.not_digits": _("“%(value)s” is not a number of digits only."),
    "imports.wrong_length": _("“%(value)s” has %(digits)s digits. A personal number has 12, an old one 9."),
    "imports.not_in_list": _("“%(value)s” is not in the list “%(list)s”. Write it as there, or its code."),
    "imports.not_yes_no": _("“%(value)s”: write “có” or “không”."),
    "imports.not_a_number": _("“%(value)s” is not a number."),
    "imports.not_whole": _("“%(value)s” is not a whole number."),
    "imports.out_of_range": _("“%(value)s” lies outside the permitted range."),
    "imports.too_many_decimals": _("“%(value)s” has too many digits after the point."),
    "imports.too_long": _("This text has %(length)s characters; the field takes %(most)s."),
    "imports.wrong_pattern": _("“%(value)s”: write it like “%(example)s”."),
    "imports.not_a_time": _("“%(value)s” is not a time. Write it like 04:30."),
    "imports.unknown_place": _("“%(value)s”: there is no such place here. Write its code or its name."),
    "imports.spreadsheet_error": _("“%(value)s” is an error of the spreadsheet. Repair the formula."),
    "imports.formula": _("“%(value)s” is a formula, not a value. Copy the column and paste it as values."),
    "imports.old_font": _(
        "“%(value)s” is written in a TCVN3 font. It is kept; verification reads it as “%(read)s”."
    ),
    "registers.not_an_outline": _("Give a GeoJSON Point, Polygon or MultiPolygon."),
    "registers.ring_open": _(
        "A ring of the outline is not closed: its last point must be its first, and it needs four points."
    ),
    "registers.in_metres": _(
        "These are metres, as VN-2000 maps have them. Export the file again in WGS 84 (EPSG:4326), in degrees."
    ),
    "registers.swapped": _("Longitude and latitude are swapped: GeoJSON has the longitude first."),
    "registers.elsewhere": _("This outline lies outside Viet Nam."),
    "registers.too_many_points": _("This outline has too many points. Simplify it before it is brought in."),
    # Notes about a whole file.
    "imports.note_encoding": _("The letters were read as %(encoding)s. Look at the names below."),
    "imports.note_sheets": _(
        "These sheets are not read: %(sheets)s. Choose one of them where it is the one meant."
    ),
    "imports.note_formulas": _("%(count)s cells hold formulas; their last computed value was read."),
    "imports.note_formula_empty": _(
        "The formula in %(cell)s, and perhaps others, was never computed: open the workbook in a spreadsheet and save it."
    ),
    "imports.note_cut": _(
        "The sheet has %(rows)s rows, the most a sheet can have: the list was probably cut there."
    ),
    "imports.note_two_headers": _("Rows %(first)s and %(second)s were read as one header."),
    "imports.note_numbered": _("Row %(row)s only numbers the columns and was left out."),
    "imports.note_key_twice": _(
        "%(rows)s rows have the number of another row of this file, the first in row %(first)s. Each is entered as a row "
        "of its own: look whether one of them is wrong."
    ),
    "imports.note_column_twice": _(
        "“%(column)s” fits “%(field)s” too and was left out: another column was taken."
    ),
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """Return what a code says in the active language."""
    message = MESSAGES.get(code)
    if message is None:
        return code
    if isinstance(params.get("list"), str):
        listed = store.get().lists.get(params["list"])
        params = {**params, "list": listed.title.of(get_language() or "vi") if listed else params["list"]}
    return str(message) % params
