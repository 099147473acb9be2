"""The worklist's question: which tab, which words, which state, after which row.

Read from an address, written back to an address; nothing else of the desk parses query strings of lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from dinh.dossiers.queries.worklist import Filters

VIEWS = ("receive", "examine", "approve", "return", "mine", "waiting", "all", "done")
TABS = {
    "receive": _("To receive"),
    "examine": _("To examine"),
    "approve": _("To approve"),
    "return": _("To hand over"),
    "mine": _("Held by me"),
    "waiting": _("Waiting for the citizen"),
    "all": _("All open"),
    "done": _("Done"),
}
ORDERS = {
    "due": _("Due date"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "name": _("Name"),
    "number": _("Number"),
}
STATES = ("late", "today", "soon", "on_time", "waiting")
CHANNELS = ("1", "2", "3")


@dataclass(frozen=True)
class Question:
    """What the list is asked. Unknown values fall back to the usual ones: an old bookmark still works."""

    view: str = ""
    q: str = ""
    state: str = ""
    procedure: str = ""
    channel: str = ""
    order: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Question:
        """Read a question from GET or POST."""

        def one(name: str, allowed: tuple[str, ...] | Mapping[str, Any], usual: str = "") -> str:
            value = str(given.get(name, ""))
            return value if value in allowed else usual

        return cls(
            view=one("view", VIEWS),
            q=" ".join(str(given.get("q", "")).split())[:120],
            state=one("state", STATES),
            procedure=str(given.get("procedure", ""))[:60],
            channel=one("channel", CHANNELS),
            order=one("order", ORDERS),
            after=str(given.get("after", ""))[:200],
        )

    @property
    def query(self) -> str:
        """The question as a query string, without the place reached in the list."""
        return self._write(after="")

    def page_after(self, after: str) -> str:
        """Return the query string of the page that follows."""
        return self._write(after=after)

    def but(self, **changes: str) -> str:
        """Return the query string of the same question with some parts changed, from its first page."""
        return replace(self, after="", **changes).query

    @property
    def filters(self) -> Filters:
        """The filters as `dossiers.queries.worklist` takes them."""
        channel = int(self.channel) if self.channel else None
        return Filters(state=self.state, procedure=self.procedure, text=self.q, channel=channel)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The tab and the filters that are set, as they stand in an address."""
        named = {
            "view": self.view,
            "q": self.q,
            "state": self.state,
            "procedure": self.procedure,
            "channel": self.channel,
            "order": self.order if self.order != self.usual_order else "",
        }
        return [(key, value) for key, value in named.items() if value]

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab and the order was asked."""
        return any(key not in {"view", "order"} for key, _value in self.parts)

    @property
    def folded(self) -> int:
        """How many of the filters that are folded away are in use."""
        return sum(bool(one) for one in (self.state, self.procedure, self.channel))

    @property
    def sorted_by(self) -> str:
        """The order in which the lines stand, chosen or usual."""
        return self.order or self.usual_order

    @property
    def usual_order(self) -> str:
        """The order of the tab when none is chosen."""
        return "newest" if self.view == "done" else "due"

    @property
    def elsewhere(self) -> list[tuple[str, Any]]:
        """The same question put to the two tabs that hold every dossier, for when this one holds none."""
        return [(self.but(view=view), TABS[view]) for view in ("all", "done") if view != self.view]

    def _write(self, after: str) -> str:
        return urlencode([*self.parts, *([("after", after)] if after else [])])
