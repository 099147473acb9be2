"""What the pages of digitising draw: a picture that turns and grows, the form beside it, bars of progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.lib.errors import Fault
from dinh.registers.scans import answers, rights, rules, suggesting
from dinh.registers.scans.models import ScanEntry, ScanPage
from dinh.registers.scans.queries import Progress
from dinh.registers.scans.suggesting import DAY_FIELD, NUMBER, NUMBER_FIELD, ON
from dinh.web.components.fields import FieldView, from_declaration, shown_date, titles_of
from dinh.web.desk import saying

ZOOMS = ("100", "150", "200", "300")
SURE = 85  # from here on a suggestion is called sure; below, one is told to look closely


@dataclass(frozen=True)
class Bar:
    """One measure of a book."""

    label: str
    value: int
    most: int


@dataclass(frozen=True)
class Hint:
    """One suggestion, for the script that makes a button of it and shows where it was read."""

    control: str
    fill: str
    box: str


@dataclass(frozen=True)
class Choice:
    """A field in which two keyings differ."""

    id: str
    label: str
    first: str
    second: str
    view: FieldView
    chosen: str
    error: str


def bars(done: Progress) -> list[Bar]:
    """Return the four measures of a book against the number of its pages."""
    most = max(done.pages_in_book, 1)
    return [
        Bar(pgettext("scan", "Pictures"), done.uploaded, most),
        Bar(pgettext("scan", "Read"), done.read, most),
        Bar(pgettext("scan", "Keyed"), done.keyed, most),
        Bar(pgettext("scan", "Verified"), done.verified, most),
    ]


def keyers(register: Register | None, language: str) -> str:
    """Return the titles of the roles that key a register: who reads and writes it."""
    return ", ".join(
        role.title.of(language)
        for role in store.get().roles.values()
        if register
        and rights.WRITE in role.permissions
        and (not register.readers or role.id in register.readers)
    )


def picture(request: HttpRequest, page: ScanPage) -> dict[str, Any]:
    """Return how a picture is drawn: turned as everybody sees it, as large as this person asks."""
    width, height = page.width, page.height
    moves = {
        0: "",
        90: f"translate({height} 0) rotate(90)",
        180: f"translate({width} {height}) rotate(180)",
        270: f"translate(0 {width}) rotate(270)",
    }
    across, down = (height, width) if page.turned in {90, 270} else (width, height)
    zoom = request.GET.get("zoom", "")
    return {
        "page": page, "width": width, "height": height, "across": across, "down": down,
        "move": moves[page.turned], "zoom": zoom if zoom in ZOOMS else ZOOMS[0], "zooms": ZOOMS,
    }  # fmt: skip


def asked(register: Register) -> list[RegisterField]:
    """Return the questions of an entry in the order in which paper has them: number, day, then the fields."""
    number = [NUMBER_FIELD] if answers.asks_number(register) else []
    return [*number, DAY_FIELD, *rules.keyed_fields(register)]


def form(
    register: Register,
    typed: Mapping[str, Any],
    language: str,
    faults: Sequence[Fault] = (),
    suggested: suggesting.Entry | None = None,
) -> list[FieldView]:
    """Return the form of an entry.

    typed      {field id: what was typed or is kept}
    suggested  what the machine read; it stands under each question, and never in it
    """
    wrong = {fault.path: fault.message for fault in reversed(faults)}
    views = []
    for one in asked(register):
        view = from_declaration(one, typed.get(one.id), wrong.get(one.id, ""), language=language)
        view.source_note = _note(one, (suggested or {}).get(one.id), language)
        view.autocomplete = "off"
        views.append(view)
    return views


def hints(register: Register, views: Sequence[FieldView], suggested: suggesting.Entry) -> list[Hint]:
    """Return what the script needs of each suggestion that stands in a form."""
    found = []
    for one, view in zip(asked(register), views, strict=True):
        if (read := suggested.get(one.id)) is not None:
            found.append(Hint(view.id, _fill(one, read.value), ",".join(str(side) for side in read.box)))
    return found


def typed_of(keyed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept keying as a form would have sent it."""
    plain = {id: _text(value) for id, value in keyed["data"].items()}
    return {**plain, NUMBER: keyed["number"], ON: shown_date(keyed["on"])}


def choices(
    register: Register, entry: ScanEntry, sent: Mapping[str, str], language: str, faults: Sequence[Fault]
) -> tuple[list[Choice], list[tuple[str, str]]]:
    """Return the fields in which two keyings differ, with both values, and what both agree on."""
    second = entry.second or entry.first
    unlike = {{"number": NUMBER, "on": ON}.get(id, id) for id in rules.differences(entry.first, second)}
    wrong = {fault.path: str(fault.message) for fault in reversed(faults)}
    one_says, other_says = _spoken(register, entry.first, language), _spoken(register, second, language)
    differ, agree = [], []
    for one in asked(register):
        if one.id in unlike:
            view = from_declaration(one, sent.get(one.id), language=language)
            view.label, view.required, view.plain = _("Neither: it says"), False, True
            differ.append(
                Choice(
                    one.id, one.title.of(language), one_says[one.id], other_says[one.id], view,
                    sent.get(f"choose-{one.id}", ""), wrong.get(one.id, ""),
                )
            )  # fmt: skip
        elif one_says[one.id]:
            agree.append((one.title.of(language), one_says[one.id]))
    return differ, agree


def decided(
    register: Register, entry: ScanEntry, sent: Mapping[str, str]
) -> tuple[dict[str, str], list[Fault]]:
    """Return what was decided as a form would have sent it, and the fields in which nothing was chosen."""
    first, second = typed_of(entry.first), typed_of(entry.second or entry.first)
    found, faults = {}, []
    for one in asked(register):
        if first.get(one.id) == second.get(one.id):
            found[one.id] = str(first.get(one.id) or "")
            continue
        chosen = sent.get(f"choose-{one.id}", "")
        if chosen not in {"first", "second", "other"}:
            faults.append(Fault(one.id, "scans.choose", _("Choose which of the two the paper says.")))
        source = {"first": first, "second": second}.get(chosen, sent)
        found[one.id] = str(source.get(one.id) or "")
    return found, faults


def _spoken(register: Register, keyed: Mapping[str, Any], language: str) -> dict[str, str]:
    said = {
        one.id: saying.answer(one, keyed["data"].get(one.id), language) if one.id in keyed["data"] else ""
        for one in rules.keyed_fields(register)
    }
    return {**said, NUMBER: keyed["number"], ON: shown_date(keyed["on"])}


def _note(one: RegisterField, read: suggesting.Suggestion | None, language: str) -> str:
    if read is None:
        return ""
    text = _shown(one, read.value, language)
    sentence = (
        _("Read: %(text)s (%(sure)s %%)")
        if read.confidence >= SURE
        else _("Read, look closely: %(text)s (%(sure)s %%)")
    )
    return sentence % {"text": text, "sure": read.confidence}


def _shown(one: RegisterField, value: Any, language: str) -> str:
    if one.type == "choice":
        return dict(titles_of(one, language)).get(str(value), str(value))
    if one.type in {"date", "partial_date"}:
        return shown_date(value)
    return saying.answer(one, value, language)


def _fill(one: RegisterField, value: Any) -> str:
    return shown_date(value) if one.type in {"date", "partial_date"} else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
