"""The orders of a worklist, and the key by which its next page is asked for.

A page ends with the value and the id of its last row; the next one begins after them. Nothing is counted or
skipped, so the thousandth page costs as much as the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from dinh.dossiers.models import Dossier
from dinh.lib.errors import Fault, Invalid


@dataclass(frozen=True)
class Order:
    """One order: a column, and which end comes first."""

    column: str
    descending: bool = False
    moment: bool = True  # the column holds times, not text

    def sort(self, found: QuerySet[Dossier], after: str) -> QuerySet[Dossier]:
        """Return the rows in this order, from the one that follows `after`. Raises Invalid for a broken key."""
        sign = "-" if self.descending else ""
        found = found.order_by(f"{sign}{self.column}", f"{sign}id")
        if not after:
            return found
        value, last = self._read(after)
        side, edge = ("lte", "gte") if self.descending else ("gte", "lte")
        return found.filter(**{f"{self.column}__{side}": value}).exclude(
            **{self.column: value, f"id__{edge}": last}
        )

    def key(self, row: Mapping[str, Any]) -> str:
        """Return the key of a row, as `sort` takes it."""
        value = row[self.column]
        return f"{value.isoformat() if self.moment else value}~{row['id']}"

    def _read(self, after: str) -> tuple[datetime | str, UUID]:
        value, _tilde, key = after.rpartition("~")
        try:
            return datetime.fromisoformat(value) if self.moment else value, UUID(key)
        except ValueError as error:
            raise Invalid("dossiers.bad_page", [Fault("after", "dossiers.bad_page", after)]) from error


ORDERS = {
    "due": Order("due_at"),
    "newest": Order("filed_at", descending=True),
    "oldest": Order("filed_at"),
    "name": Order("applicant_order", moment=False),
    "number": Order("number", moment=False),
}


def get_order(name: str, view: str) -> Order:
    """Return the order of a name; without one, the most urgent first, and of what is done the newest."""
    if name and name not in ORDERS:
        raise Invalid("dossiers.no_such_order", [Fault("order", "dossiers.no_such_order", name)])
    return ORDERS[name or ("newest" if view == "done" else "due")]
