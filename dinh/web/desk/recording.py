"""A record on a form: its fields drawn from the declaration, what comes back read as files are read.

One reader for files and forms (`registers.imports.values`), so that a value typed here is the value that a file
would have brought. Fields that somebody does not read are neither drawn nor touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.register import RegisterField
from dinh.directory.models import Unit
from dinh.lib.errors import Fault
from dinh.lib.ids import as_uuid
from dinh.registers import imports
from dinh.registers.imports.columns import NOT_FROM_FILES
from dinh.registers.imports.rows import finder
from dinh.registers.imports.values import FieldReader, Read
from dinh.registers.models import Record
from dinh.web.components.asking import search_places
from dinh.web.components.fields import Choice, FieldView, from_declaration
from dinh.web.desk import bringing, saying


@dataclass
class Typed:
    """What came back of a form.

    values    of the fields that could be read; None where nothing was given
    prepares  a search was pressed: the page comes back, unsent
    """

    raw: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    matches: dict[str, list[Choice]] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    prepares: bool = False

    def changes(self, row: Record) -> dict[str, Any]:
        """Return what differs from a record; a text that could not be read and was left alone is no change."""
        return {
            id: value
            for id, value in self.values.items()
            if value != row.data.get(id) or (value is not None and id in (row.as_written or {}))
        }


def on_form(fields: Sequence[RegisterField]) -> list[RegisterField]:
    """Return the fields that a form can ask for."""
    return [one for one in fields if one.type not in NOT_FROM_FILES]


def read_text(one: RegisterField, text: str, unit: Unit, on: date) -> Read:
    """Return a text as a value of its field, or what is wrong with it."""
    return FieldReader(one, finder(one, unit, on))(text)


def read(
    fields: Sequence[RegisterField], post: QueryDict, unit: Unit, on: date, row: Record | None = None
) -> Typed:
    """Return what was typed into the fields, with a fault for each text that cannot be read."""
    typed = Typed(prepares="_search" in post)
    written = (row.as_written if row else None) or {}
    for one in fields:
        text = typed.raw[one.id] = post.get(one.id, "").strip()
        if one.type == "place":
            _place(one, post, typed, on)
            typed.values[one.id] = typed.raw[one.id] or None
        elif text and text == written.get(one.id):
            continue  # as it was written, still
        else:
            found = read_text(one, text, unit, on)
            if found.code and found.value is None:
                typed.faults.append(Fault(one.id, found.code, imports.sentence(found.code, found.params)))
            elif found.value is not None or one.id not in written:
                typed.values[one.id] = found.value
            else:
                typed.values[one.id] = None
    return typed


def _place(one: RegisterField, post: QueryDict, typed: Typed, on: date) -> None:
    text = " ".join(post.get(f"{one.id}__query", "").split())[:120]
    if not text:
        return
    found = search_places(one, text, typed.raw, on)
    if any(choice.value == typed.raw[one.id] for choice in found):
        return
    if len(found) == 1 and post.get("_search") != one.id:
        typed.raw[one.id] = found[0].value
        return
    typed.queries[one.id], typed.matches[one.id], typed.raw[one.id] = text, found, ""
    sentence = (
        _("Choose one of the lines found.") if found else _("No place is called “%(text)s”.") % {"text": text}
    )
    typed.faults.append(Fault(one.id, "web.choose", sentence))


def views(
    fields: Sequence[RegisterField],
    language: str,
    *,
    unit: Unit,
    on: date,
    row: Record | None = None,
    typed: Typed | None = None,
    faults: Sequence[Fault] = (),
) -> list[FieldView]:
    """Return the questions of a form, ready to be drawn."""
    wrong = {
        fault.path: str(fault.message) for fault in reversed([*faults, *(typed.faults if typed else ())])
    }
    return [_view(one, language, unit, on, row, typed, wrong.get(one.id, "")) for one in fields]


def _view(
    one: RegisterField,
    language: str,
    unit: Unit,
    on: date,
    row: Record | None,
    typed: Typed | None,
    error: str,
) -> FieldView:
    written = ((row.as_written if row else None) or {}).get(one.id)
    kept = written or (row.data.get(one.id) if row else None)
    value: Any = _typed_value(one, typed) if typed else kept
    view = from_declaration(
        one, value, error, language=language, required=one.required,
        shown=saying.answer(one, value, language) if one.type == "place" and as_uuid(value) else "",
        matches=typed.matches.get(one.id, []) if typed else [],
        query=typed.queries.get(one.id, "") if typed else "",
    )  # fmt: skip
    if view.control == "radios":
        view.control = "select"  # a desk shows many questions at once
    if one.type == "geometry":
        view.control, view.attrs = "textarea", {"lines": 3}
        view.value = value if isinstance(value, str) else _geojson(value)
    if one.measure:
        view.label = f"{view.label} ({one.measure})"
    view.plain = one.needed and not one.required
    if written:
        view.remark = unread(one, written, unit, on)
    return view


def _typed_value(one: RegisterField, typed: Typed) -> Any:
    # What was read is shown as it is kept, so that a choice or a date stands as the form draws it.
    value = typed.values.get(one.id)
    return typed.raw.get(one.id, "") if value is None or one.type == "geometry" else value


def unread(one: RegisterField, text: str, unit: Unit, on: date) -> str:
    """Return what to say beside a text that is kept as it was written: what is wrong and what to do."""
    found = read_text(one, text, unit, on)
    if found.code:
        return imports.sentence(found.code, found.params)
    return _("It was kept as written, though it can be read now: correct the record to take it over.")


def _geojson(value: Any) -> str:
    import json

    return json.dumps(value) if value else ""


def told(
    fields: Sequence[RegisterField], changes: Mapping[str, Any], row: Record | None, language: str
) -> list[Any]:
    """Return changes in words: (title, before, after)."""
    written = (row.as_written if row else None) or {}
    return [
        (
            one.title.of(language),
            (written.get(one.id) or bringing.value(one, row.data.get(one.id), language)) if row else "",
            bringing.value(one, changes[one.id], language),
        )
        for one in fields
        if one.id in changes
    ]
