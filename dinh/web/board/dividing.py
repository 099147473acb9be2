"""By what a question is divided, and of what it counts only some parts: in words, and as choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dinh.catalogue import store
from dinh.database.published import BANDS
from dinh.web.board import saying
from dinh.web.board.questions import Wanted

YES_NO = ("disability", "device")
UNKNOWN_SEX = "9"  # no view tells it: there it is unknown as anything else is


@dataclass(frozen=True)
class Filter:
    """A dimension of which only some parts may be counted: (what an address has, title, chosen) for each."""

    name: str
    title: str
    choices: tuple[tuple[str, str, bool], ...]

    @property
    def chosen(self) -> str:
        """What is chosen, in words; "" for nothing."""
        return ", ".join(title for _code, title, on in self.choices if on)


def shown(known: Sequence[str], some: Sequence[str]) -> list[str]:
    """Return the parts that are shown: those chosen, or all where none of them is among these, as after another division."""
    return [part for part in known if part in some] or list(known)


def dimension(name: str) -> str:
    """Return what a dimension is called."""
    return str(saying.DIMENSIONS.get(name, name.replace("_", " ")))


def only(wanted: Wanted, language: str) -> list[str]:
    """Return in words what alone is counted: "Giới tính: nữ"."""
    return [
        f"{dimension(name)}: {', '.join(saying.part(name, part, language) for part in parts)}"
        for name, parts in wanted.filters
    ]


def filters(wanted: Wanted, language: str) -> Iterator[Filter]:
    """Yield the dimensions of which a part alone may be counted: those that every figure knows, and that divide nothing."""
    for name in wanted.dimensions:
        known = codes(name)
        everywhere = all(name in one.dimensions for one in wanted.things)
        if known and everywhere and name not in (wanted.by, wanted.also):
            choices = (
                (f"{name}:{code}", saying.part(name, code, language), (name, code) in wanted.only)
                for code in (*known, "")
            )
            yield Filter(name, dimension(name), tuple(choices))


def codes(name: str) -> Sequence[str]:
    """Return the parts of a dimension that the catalogue knows; nothing where only rows tell which there are."""
    every = store.get()
    if name == "age_band":
        return [code for _first, code in BANDS]
    if name in YES_NO:
        return ("1", "0")
    if name == "channel":
        return tuple(saying.CHANNELS)
    if name == "procedure":
        return sorted(every.procedures)
    if name == "register":
        return sorted(every.registers)
    lists = [every.lists[one] for one in saying.LISTS.get(name, ()) if one in every.lists]
    return [
        code
        for code in dict.fromkeys(entry.code for one in lists for entry in one.entries)
        if code != UNKNOWN_SEX
    ]
