"""Faults of shape, told with the file, the place in it, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from dinh.catalogue.reading import item_name
from dinh.lib.errors import Fault

# Kinds of fault of pydantic that people meet; the others keep pydantic's own sentence.
MESSAGES: dict[str, Any] = {
    "missing": _("This value is missing."),
    "extra_forbidden": _("No value of this name exists here. Is it misspelt?"),
    "string_type": _("Write a text, in quotation marks."),
    "int_type": _("Write a whole number, without quotation marks."),
    "bool_type": _("Write true or false."),
    "date_type": _("Write a date like 2025-07-01, without quotation marks."),
    "tuple_type": _("Write a list, in square brackets."),
    "dict_type": _("Write a table: { name = value }."),
    "model_type": _("Write a table: { name = value }."),
    "model_attributes_type": _("Write a table: { name = value }."),
    "literal_error": _("Choose one of: %(expected)s."),
    "string_pattern_mismatch": _("The text does not have the form %(pattern)s."),
    "string_too_short": _("The text is empty."),
    "too_short": _("The list is too short: at least %(min_length)s needed."),
    "greater_than_equal": _("The number must be at least %(ge)s."),
    "less_than_equal": _("The number must be at most %(le)s."),
}


def shape_faults(error: ValidationError, where: str, data: Any) -> Iterator[Fault]:
    """Yield one fault for each thing wrong with one file.

    where  the file, as shown to people
    data   what the file says; used to name places by stable id instead of by position
    """
    for found in error.errors(include_url=False, include_input=False):
        kind = found["type"]
        message = MESSAGES.get(kind)
        text = found["msg"] if message is None else str(message) % found.get("ctx", {})
        yield Fault(f"{where}: {place(found['loc'], data)}", f"catalogue.{kind}", text)


def place(location: tuple[int | str, ...], data: Any) -> str:
    """Return a place within a file: "pages[child].fields[full_name].type"."""
    path = ""
    for part in location:
        inner = _step(data, part)
        if isinstance(part, int):
            path += f"[{item_name(inner) or part}]"
        else:
            path += f".{part}" if path else part
        data = inner
    return path


def _step(data: Any, part: int | str) -> Any:
    if isinstance(part, int):
        return data[part] if isinstance(data, list | tuple) and part < len(data) else None
    return data.get(part) if isinstance(data, dict) else None
