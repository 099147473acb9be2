"""One question as the page shows it, whatever it comes from: a declared field or a Django form.

`FieldView` is what the form templates read. It leaves what an answer must be to
`dossiers.rules.answers`, and reading a posted page to `components.asking`.
Ids of controls are made from the field's id (`control_id`), so that a fault's
path leads to its control.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from dinh.catalogue.shapes.procedure import Field

RADIOS_UP_TO = 6
PEOPLE_ROWS_MAX = 20
TWO_LINES_FROM = 300  # characters: an address of a village, a commune and a province is read whole on a phone
PEOPLE_COLUMNS: tuple[tuple[str, Any, str], ...] = (
    ("full_name", _("Full name"), "name"),
    ("birth", _("Date of birth"), "date"),
    ("sex", _("Sex"), "sex"),
    ("number", _("Citizen number"), "number"),
    ("relation", _("Relation"), "text"),
)
HINTS = {
    "date": _("Day, month and year, for example 12/03/1951"),
    "partial_date": _("For example 12/03/1951. If only the month or the year is known: 03/1951 or 1951"),
    "year": _("Four digits, for example 1951"),
    "time": _("Hour and minute, for example 07:30"),
    "money": _("In đồng, digits only"),
    "citizen_number": _("12 digits, on the identity card. An old number of 9 digits also works"),
    "place": _("Type a commune's name, old or new, with or without accents"),
}
ISO = re.compile(r"^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$")


def control_id(path: str) -> str:
    """Return the HTML id of the control for a field id: "child.full_name" gives "id_child-full_name"."""
    return "id_" + path.replace(".", "-").replace("[", "-").replace("]", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question."""

    value: str
    label: str
    chosen: bool = False
    hint: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One control in a row of a table of persons."""

    column: str
    name: str
    id: str
    label: str
    value: str
    kind: str
    options: tuple[Choice, ...] = ()


@dataclass(slots=True, kw_only=True)
class FieldView:
    """One question ready to be drawn.

    control         template in components/fields: input, textarea, select, radios, checkboxes,
                    checkbox, file, search, people, hidden, raw
    source_note     where a prefilled answer comes from, in words
    register_value  what the register says, shown in the margin of the desk; None when it is not asked
    matches         what a search found, for control "search"; `query` is what was typed
    """

    id: str
    name: str
    label: str
    control: str = "input"
    type: str = "text"
    help: str = ""
    value: Any = ""
    error: str = ""
    options: Sequence[Choice] = ()
    required: bool = False
    source_note: str = ""
    register_value: str | None = None
    differs: bool = False
    autocomplete: str = ""
    inputmode: str = ""
    max_length: int | None = None
    width: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)
    matches: Sequence[Choice] = ()
    query: str = ""
    shown: str = ""
    rows: Sequence[Sequence[Cell]] = ()
    html: str = ""
    note: str = ""
    remark: str = ""  # what an officer said of it, when it is asked again
    plain: bool = False  # no "(optional)" mark: sign-in, search

    @property
    def group(self) -> bool:
        """Whether several controls answer it, so that a fieldset and its legend name them."""
        return self.control in {"radios", "checkboxes", "search", "people"}

    @property
    def described_by(self) -> str:
        """Ids of the notes that belong to the control, most urgent last, as screen readers read them."""
        ids = []
        if self.help:
            ids.append(f"{self.id}_helptext")
        if self.remark:
            ids.append(f"{self.id}_remark")
        if self.source_note:
            ids.append(f"{self.id}_source")
        if self.error:
            ids.append(f"{self.id}_error")
        return " ".join(ids)


class _Lists:
    """Options of code lists, kept per list and language: lists are many and change only with the catalogue."""

    def __init__(self) -> None:
        self._of: object = None  # the catalogue that is kept; another one begins anew
        self._kept: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def titles(self, list_id: str, language: str) -> tuple[tuple[str, str], ...]:
        from dinh.catalogue import store

        catalogue, key = store.get(), (list_id, language)
        if self._of is not catalogue:
            self._of, self._kept = catalogue, {}
        if key not in self._kept:
            entries = catalogue.lists[list_id].entries
            self._kept[key] = tuple((e.code, e.title.of(language)) for e in entries)
        return self._kept[key]


_lists = _Lists()


def titles_of(declared: Field, language: str) -> tuple[tuple[str, str], ...]:
    """Return (code, title) of a field's choices: its own options, or those of its list."""
    if declared.options:
        return tuple((option.code, option.title.of(language)) for option in declared.options)
    return _lists.titles(declared.list, language) if declared.list else ()


def shown_date(value: Any) -> str:
    """Return a date as people write it; what is not a date stays as typed."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return f"{value.day:02}/{value.month:02}/{value.year}"
    text = "" if value is None else str(value)
    match = ISO.match(text)
    return "/".join(part for part in reversed(match.groups()) if part) if match else text


_SHAPES: dict[str, dict[str, Any]] = {
    "long_text": {"control": "textarea"},
    "name": {"width": "wide", "autocomplete": "off"},
    "date": {"width": "short"},
    "partial_date": {"width": "short"},
    "year": {"width": "tiny", "inputmode": "numeric"},
    "time": {"width": "tiny"},
    "integer": {"width": "tiny", "inputmode": "numeric"},
    "money": {"width": "short", "inputmode": "numeric"},
    "citizen_number": {"width": "medium", "inputmode": "numeric"},
    "phone": {"type": "tel", "width": "medium", "inputmode": "tel"},
    "email": {"type": "email", "width": "wide", "inputmode": "email"},
    "household": {"width": "medium"},
}


def from_declaration(
    declared: Field,
    value: Any,
    error: object = "",
    *,
    language: str,
    required: bool | None = None,
    source_note: str = "",
    register_value: str | None = None,
    differs: bool = False,
    matches: Sequence[Choice] = (),
    query: str = "",
    shown: str = "",
    relations: Iterable[tuple[str, str]] = (),
) -> FieldView:
    """Return the view of a declared question.

    declared  a field with its full id ("child.full_name")
    value     its answer, or the text that was typed and refused
    error     one sentence, empty when all is well
    required  decided by the server for this moment; None takes the declaration's plain `required`
    shown     for places, households and records: what the chosen id is called
    """
    shape = _SHAPES.get(declared.type, {})
    view = FieldView(
        id=control_id(declared.id),
        name=declared.id,
        label=declared.title.of(language),
        help=_help(declared, language),
        value="" if value is None else value,
        error=str(error) if error else "",
        required=declared.required if required is None else required,
        source_note=source_note,
        register_value=register_value,
        differs=differs,
        autocomplete=declared.autocomplete or shape.get("autocomplete", ""),
        control=shape.get("control", "input"),
        type=shape.get("type", "text"),
        inputmode=shape.get("inputmode", ""),
        width=shape.get("width", ""),
        max_length=declared.max_length if declared.type in {"text", "long_text", "name"} else None,
        matches=matches,
        query=query,
        shown=shown,
    )
    match declared.type:
        case "text" if (declared.max_length or 0) >= TWO_LINES_FROM:
            view.control, view.attrs = "textarea", {"lines": 2}
        case "date" | "partial_date":
            view.value = shown_date(value)
        case "choice":
            _as_choice(view, titles_of(declared, language))
        case "yes_no":
            _as_choice(view, (("yes", gettext("Yes")), ("no", gettext("No"))))
        case "place" | "record":
            view.control = "search"
        case "people":
            _as_people(view, value, tuple(relations))
    return view


def _help(declared: Field, language: str) -> str:
    own = declared.help.of(language) if declared.help else str(HINTS.get(declared.type, ""))
    if not declared.example:
        return own
    example = gettext("Example: %(example)s") % {"example": declared.example}
    return f"{own} {example}".strip()


def _as_choice(view: FieldView, titles: Sequence[tuple[str, str]]) -> None:
    chosen = (
        {True: "yes", False: "no"}.get(view.value, view.value) if isinstance(view.value, bool) else view.value
    )
    view.value = chosen
    view.control = "radios" if len(titles) <= RADIOS_UP_TO else "select"
    view.options = choices(titles, chosen, view.id)


def choices(titles: Iterable[tuple[str, str]], chosen: object, view_id: str) -> tuple[Choice, ...]:
    """Return options; the first has the question's own id, so that a link to the question reaches it."""
    wanted = {str(c) for c in chosen} if isinstance(chosen, (list, tuple, set)) else {str(chosen)}
    return tuple(
        Choice(code, title, code in wanted, id=f"{view_id}_{n}" if n else view_id)
        for n, (code, title) in enumerate(titles)
    )


def _as_people(view: FieldView, value: object, relations: tuple[tuple[str, str], ...]) -> None:
    people = [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []
    view.control = "people"
    view.value = len(people)
    shown = [*people, {}] if not people else people
    view.rows = [_person_row(view, n, row, relations) for n, row in enumerate(shown[:PEOPLE_ROWS_MAX])]


def _person_row(
    view: FieldView, n: int, row: Mapping[str, Any], relations: tuple[tuple[str, str], ...]
) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for column, label, kind in PEOPLE_COLUMNS:
        cell_id = view.id if n == 0 and not cells else f"{view.id}-{n}-{column}"
        raw = row.get(column, "")
        options: tuple[Choice, ...] = ()
        if kind == "sex":
            options = choices((("1", gettext("Male")), ("2", gettext("Female"))), raw, cell_id)
        elif column == "relation" and relations:
            options, kind = choices(relations, raw, cell_id), "select"
        text = shown_date(raw) if kind == "date" else str(raw or "")
        cells.append(Cell(column, f"{view.name}.{n}.{column}", cell_id, str(label), text, kind, options))
    return tuple(cells)
