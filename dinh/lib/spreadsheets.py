"""Spreadsheets: what a cell may hold, how workbooks are written, what a damaged one raises."""

from __future__ import annotations

import struct
import zipfile
import zlib

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins with one of these

# How xlsxwriter writes every workbook of ours: row by row, and texts as texts, whatever they look like.
WRITTEN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# What openpyxl and zipfile raise for a damaged or locked part, besides openpyxl's InvalidFileException; damaged XML is
# a SyntaxError (ParseError), an attribute that no schema knows a TypeError.
DAMAGED = (
    LookupError, ValueError, TypeError, SyntaxError, EOFError, OSError, RuntimeError, struct.error, zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip


def harmless(text: str) -> str:
    """Return a cell that a spreadsheet reads as text, whatever it begins with."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def unguarded(text: str) -> str:
    """Return what `harmless` was given: the apostrophe before a dangerous beginning goes."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(DANGEROUS) else text
