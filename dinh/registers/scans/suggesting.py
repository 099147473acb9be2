"""What the words of a page may mean for the fields of a register. Pure; always suggestions, never entered.

1. The titles and other headers of the fields are the labels that forms print, with the phrases that forms of other
   times used for the same thing ("họ và tên", "họ, chữ đệm, tên").
2. What stands after a label, up to the next one on the line, is the value; its type decides how it is read.
3. "Dân tộc" after the mother's name is the mother's: a label that several people share goes to whoever was
   named last, or nowhere when the register does not keep it of them.
4. The first label that comes again begins the next entry of the page; where it was missed, the next one does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from statistics import fmean
from typing import Any, NamedTuple

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.lib.names import fold, tidy
from dinh.registers.imports.values import FieldReader
from dinh.registers.scans import rules
from dinh.registers.scans.labels import NUMBER as NUMBER
from dinh.registers.scans.labels import OF_ANYBODY, Label, labels_of
from dinh.registers.scans.labels import ON as ON
from dinh.registers.scans.reading import Word

LIKE = 0.86  # of a label's letters; a machine misreads one in ten
SEVERAL = 3  # fields
SHORT = 4  # letters: so short a label stands at the beginning of its line, or it is a word like any other
_DATE = re.compile(
    r"\d{1,2}\s*[/.\-⁄]\s*\d{1,2}\s*[/.\-⁄]\s*\d{4}|ngày\D{0,3}\d{1,2}\D{1,12}\d{1,2}\D{1,9}\d{4}", re.I
)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)|(?<!\d)\d{9}(?!\d)")
_EDGES = " \t:;.,…_-–|"


class Suggestion(NamedTuple):
    """One value that a field may have: as it would be typed, as the register keeps it, how sure, and where it stands."""

    text: str
    value: Any
    confidence: int
    box: tuple[int, int, int, int]


Entry = dict[str, Suggestion]  # field id, or NUMBER or ON -> suggestion
Readers = Callable[[RegisterField], FieldReader]


@dataclass
class _Page:
    register: Register
    read: Readers
    entries: list[Entry] = field(default_factory=list)
    role: str = ""
    first: tuple[str, ...] = ()
    seen: set[str] = field(default_factory=set)


def suggest(register: Register, words: Sequence[Word], read: Readers) -> list[Entry]:
    """Return what each entry of a page may say, in the order of the page.

    read  gives what reads the cells of a field, as for files
    """
    labels, page = labels_of(register), _Page(register, read)
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    for line in lines.values():
        for label, value in _parts(line, labels):
            _take(page, label, value)
    return [entry for entry in page.entries if entry]


def _take(page: _Page, label: Label, value: list[Word]) -> None:
    if page.entries and label.ids != page.first and _not_kept(page, label):
        return
    if not page.entries or label.ids == page.first or _again(page, label):
        page.first = label.ids
        page.entries.append({})
        page.role, page.seen = "", set()
    id = _meant(page, label)
    page.seen.add(id)
    page.role = _role(page.register, id)
    found = _suggestion(page, id, value)
    if found is not None:
        page.entries[-1].setdefault(id, found)


def _not_kept(page: _Page, label: Label) -> bool:
    """Tell whether a label asks something of whoever was named last that the register keeps of others alone."""
    if not page.role or label.text not in OF_ANYBODY:
        return False
    return all(_role(page.register, id) != page.role for id in label.ids)


def _again(page: _Page, label: Label) -> bool:
    """Tell whether a label begins another entry, where the machine missed the one that should have.

    A label of one field that was seen already does; so does a number after several fields, for it comes first.
    """
    if len(label.ids) > 1:
        return False
    return label.ids[0] in page.seen or (label.ids[0] == NUMBER and len(page.seen) >= SEVERAL)


def _meant(page: _Page, label: Label) -> str:
    """Return the field that a label means here: of whoever was named last, else the first not yet seen."""
    if len(label.ids) == 1:
        return label.ids[0]
    for id in label.ids:
        if _role(page.register, id) == page.role and id not in page.seen:
            return id
    return next((id for id in label.ids if id not in page.seen), label.ids[0])


def _role(register: Register, id: str) -> str:
    for role, person in register.others.items():
        if id in person.named().values() or id.startswith(f"{role}_"):
            return role
    return ""


def _parts(line: list[Word], labels: Sequence[Label]) -> Iterator[tuple[Label, list[Word]]]:
    """Yield each label of a line with the words that follow it, up to the next label."""
    plain = [fold(word.text).strip(_EDGES + "/()") for word in line]
    open_at, open_label, at = 0, None, 0
    while at < len(line):
        label, length = _label_at(plain, at, labels, opens=at == 0 or line[at - 1].text[-1] in ":;.|")
        if label is None:
            at += 1
            continue
        if open_label is not None:
            yield open_label, line[open_at:at]
        open_label, at = label, at + length
        open_at = at
    if open_label is not None:
        yield open_label, line[open_at:]


def _label_at(
    plain: Sequence[str], at: int, labels: Sequence[Label], *, opens: bool
) -> tuple[Label | None, int]:
    for label in labels:  # the longest first
        # Punctuation that stands alone is a word of the machine's, and none of ours.
        taken = [n for n in range(at, min(at + len(label.words) + 2, len(plain))) if plain[n]][
            : len(label.words)
        ]
        if len(taken) < len(label.words) or taken[0] != at:
            continue
        if len(label.text) <= SHORT and not opens:
            continue
        if _alike(" ".join(plain[n] for n in taken), label.text):
            return label, taken[-1] - at + 1
    return None, 0


@lru_cache(maxsize=50_000)
def _alike(read: str, label: str) -> bool:
    if read == label:
        return True
    if len(label) <= SHORT + 2 or abs(len(read) - len(label)) > 2:
        return False
    # "Họ và tên mẹ" and "Họ và tên Ly" are nearly the same letters: a short last word says whose it is.
    last = label.rpartition(" ")[2]
    if len(last) < SHORT and not read.endswith(last):
        return False
    # Most words have nothing in common with most labels: their letters are counted before they are aligned.
    common = sum((Counter(read) & Counter(label)).values())
    if 2 * common < LIKE * (len(read) + len(label)):
        return False
    return SequenceMatcher(None, read, label, autojunk=False).ratio() >= LIKE


def _suggestion(page: _Page, id: str, words: list[Word]) -> Suggestion | None:
    words = [word for word in words if word.text.strip(_EDGES)]
    if not words:
        return None
    text = tidy(" ".join(word.text for word in words)).strip(_EDGES)
    found = _value(page, id, text)
    if found is None:
        return None
    left, top = min(w.x for w in words), min(w.y for w in words)
    right, foot = max(w.x + w.width for w in words), max(w.y + w.height for w in words)
    sure = round(fmean(word.confidence for word in words))
    return Suggestion(*found, sure, (left, top, right - left, foot - top))


def _value(page: _Page, id: str, text: str) -> tuple[str, Any] | None:
    if id == NUMBER:
        line = rules.line_of(text)
        return (line.text, line.text) if line.sequence or any(c.isdigit() for c in line.text[:6]) else None
    one = DAY_FIELD if id == ON else page.register.field(id)
    if one is None:
        return None
    text = _of_type(one.type, text)
    read = page.read(one)(text) if text else None
    if read is None or read.value is None:
        return None
    return text, read.value


def _of_type(kind: str, text: str) -> str:
    """Return the part of a text that a type can be."""
    if kind in {"date", "partial_date"}:
        found = _DATE.search(text)
        if found:
            return re.sub(r"\s*[.\-⁄]\s*", "/", found[0]) if found[0][0].isdigit() else found[0]
        year = _YEAR.search(text)
        return year[0] if year and kind == "partial_date" else ""
    if kind == "year":
        year = _YEAR.search(text)
        return year[0] if year else ""
    if kind == "citizen_number":
        digits = _DIGITS.search(re.sub(r"(?<=\d)[ .](?=\d)", "", text))
        return digits[0] if digits else ""
    if kind == "name":
        return " ".join(word for word in text.split() if not any(letter.isdigit() for letter in word))
    return text


NUMBER_FIELD = RegisterField.model_validate(
    {
        "id": NUMBER, "type": "text", "required": True, "max_length": 30, "example": "12",
        "title": {"vi": "Số trên giấy", "fr": "Numéro sur le papier", "en": "Number on the paper"},
    }
)  # fmt: skip
DAY_FIELD = RegisterField.model_validate(
    {
        "id": ON, "type": "partial_date", "required": True,
        "title": {"vi": "Ngày đăng ký", "fr": "Enregistré le", "en": "Registered on"},
    }
)  # fmt: skip
