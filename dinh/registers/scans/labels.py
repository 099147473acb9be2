"""The labels that printed forms have for the fields of a register, as they are and as forms of other times said it.

Pure: no database, no clock, no input or output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dinh.catalogue.shapes.register import Register
from dinh.lib.names import fold
from dinh.registers.scans import rules

NUMBER, ON = "entry_number", "entry_on"  # the entry's own number and day, which stand beside the fields
PHRASES: tuple[tuple[str, ...], ...] = (
    ("ho chu dem ten", "ho chu dem va ten", "ho va ten", "ho ten"),
    ("ngay thang nam sinh", "sinh ngay", "ngay sinh", "nam sinh"),
    ("so dinh danh ca nhan", "so dinh danh", "so can cuoc cong dan", "so can cuoc", "so cccd", "so cmnd"),
    ("noi cu tru", "noi thuong tru", "noi dang ky thuong tru", "cho o hien nay", "noi o"),
    ("que quan", "nguyen quan"),
    ("gioi tinh", "nam nu", "phai"),
    ("nguoi di dang ky", "nguoi di khai", "nguoi khai"),
    ("ngay chet", "chet ngay", "da chet vao luc", "ngay mat"),
    ("so to ban do", "to ban do so", "to ban do"),
    ("so thua", "thua dat so", "thua so"),
)  # fmt: skip
# What forms ask of everybody they name: after the mother's name it is hers, also where the register does not keep it.
OF_ANYBODY = frozenset({"dan toc", "quoc tich", *PHRASES[1], *PHRASES[2], *PHRASES[3], *PHRASES[4]})
OWN: dict[str, tuple[str, ...]] = {
    NUMBER: ("so", "so thu tu", "so dang ky", "dang ky so"),
    ON: ("ngay dang ky", "dang ky ngay", "ngay thang nam dang ky", "ngay vao so"),
}


class Label(NamedTuple):
    """One label as forms print it."""

    words: tuple[str, ...]
    text: str
    ids: tuple[str, ...]  # of the fields that it may mean


def labels_of(register: Register) -> list[Label]:
    """Return every label with the fields that it may mean, the longest first."""
    found: dict[str, list[str]] = {}
    for id, texts in _named(register):
        for text in dict.fromkeys(texts):
            found.setdefault(text, []).append(id)
    labels = [
        Label(tuple(text.split()), text, tuple(dict.fromkeys(ids))) for text, ids in found.items() if text
    ]
    return sorted(labels, key=lambda label: (-len(label.words), -len(label.text)))


def _named(register: Register) -> Iterator[tuple[str, Iterable[str]]]:
    yield from OWN.items()
    name = register.person.name if register.person else ""
    for one in rules.keyed_fields(register):
        own = [_plain(text) for text in (one.title.vi, *one.headers)]
        texts = [other for text in own for other in _said_otherwise(text)]
        if one.id == name:
            texts += [
                f"{phrase} {whose}"
                for phrase in PHRASES[0]
                for whose in ("nguoi duoc khai sinh", "nguoi chet")
            ]
        yield one.id, texts


def _said_otherwise(text: str) -> Iterator[str]:
    """Yield a label and how other forms print it: another phrase at its beginning, without whose it is."""
    yield text
    bare, whose, person = text.partition(" cua ")
    if whose:
        yield from _said_otherwise(bare)
        yield f"{bare} {person}"
    for group in PHRASES:
        phrase = next(
            (one for one in sorted(group, key=len, reverse=True) if f"{text} ".startswith(f"{one} ")), None
        )
        if phrase is None:
            continue
        rest = text.removeprefix(phrase)
        for other in group:
            yield f"{other}{rest}"
            if rest.strip() in {"me", "cha", "vo", "chong"}:
                yield f"{other} nguoi{rest}"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s/]", " ", fold(text)).split())
