"""Tables of the desk: searched, sorted, shown page by page, taken away in a file. One question for all of them.

The worklist has a question of its own (`listing`): it knows tabs and kept filters, and pages by key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dinh.web.components.spreadsheets import TYPES

LIMIT = 50  # lines of one page
OFFSET_MAX = 100_000
TAKEN_AT_MOST = 20_000  # lines of one file
T = TypeVar("T")
Words = Mapping[str, str | Promise]


@dataclass(frozen=True)
class Choice:
    """A filter beside the search: its name in the address, its label, what can be chosen, and what "" says: all."""

    name: str
    label: str | Promise
    options: Words
    blank: str | Promise = gettext_lazy("All")


@dataclass(frozen=True)
class Asked:
    """What a table is asked. Unknown values fall back to the usual ones: an old bookmark still works.

    chosen  what is set of the filters
    start   lines to pass over
    form    as what kind of file it is taken away; "" for a page
    """

    q: str
    order: str
    chosen: Mapping[str, str]
    start: int
    form: str
    orders: Words
    choices: Sequence[Choice] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any], orders: Words, *choices: Choice) -> Asked:
        """Read a question; the first of the orders is the usual one."""
        order, form, start = (str(given.get(name, "")) for name in ("order", "form", "start"))
        wanted = {one.name: str(given.get(one.name, "")) for one in choices}
        return cls(
            q=" ".join(str(given.get("q", "")).split())[:120],
            order=order if order in orders else next(iter(orders)),
            chosen={one.name: wanted[one.name] for one in choices if wanted[one.name] in one.options},
            start=min(int(start), OFFSET_MAX) if start.isdecimal() and len(start) < 9 else 0,
            form=form if form in TYPES else "",
            orders=orders,
            choices=choices,
        )

    @property
    def query(self) -> str:
        """The question as a query string, from its first page."""
        usual = next(iter(self.orders))
        order = self.order if self.order != usual else ""
        return urlencode(
            [(key, value) for key, value in {"q": self.q, "order": order, **self.chosen}.items() if value]
        )

    @property
    def parts(self) -> dict[str, str]:
        """What was asked, for the access row of whoever shows it."""
        return {"q": self.q, **self.chosen}

    @property
    def window(self) -> slice:
        """The lines to read: one more than is shown tells whether another page follows."""
        return slice(0, TAKEN_AT_MOST) if self.form else slice(self.start, self.start + LIMIT + 1)

    def cut(self, found: Sequence[T]) -> tuple[list[T], bool]:
        """Return the lines to show, and whether more follow, of what was read through `window`."""
        return (list(found), False) if self.form else (list(found[:LIMIT]), len(found) > LIMIT)

    def drawn(self, more: bool, takes: bool = True) -> dict[str, Any]:
        """Return what `bits/find.html` and `bits/foot.html` draw; `takes`: whether a file may be taken away."""
        before = f"{self.query}&" if self.query else ""
        return {
            "q": self.q,
            "order": self.order,
            "orders": list(self.orders.items()),
            "choices": [
                (one.name, one.label, one.blank, list(one.options.items()), self.chosen.get(one.name, ""))
                for one in self.choices
            ],
            "next": f"{before}start={self.start + LIMIT}" if more else "",
            "first": f"?{self.query}" if self.start else "",
            "csv": f"{before}form=csv" if takes else "",
            "xlsx": f"{before}form=xlsx" if takes else "",
        }
