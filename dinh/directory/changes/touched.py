"""Which tables point at units, and what a change of units does with their rows: each package says it of its own.

A package registers its tables in its `places.py`, read when the application is ready. `tests/test_touched.py` fails
for a table that points at a unit and is not registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Aggregate, Count, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.queries import list_title
from dinh.directory import policy

if TYPE_CHECKING:
    from dinh.directory.changes.ledger import Ledger
    from dinh.directory.changes.plans import Plan
    from dinh.directory.models import Account


class Way(Enum):
    """What happens to the rows of a table when their unit ends."""

    STAYS = "stays"  # says what was done there: stays where it was written, the heir answers for it
    FOLLOWS = "follows"  # says who lives or works there: is given to the village's new unit, or to the heir
    BY_HAND = "by_hand"  # a handler of its package gives each row its new place, with an entry


@dataclass(frozen=True)
class Table:
    """One column by which rows point at units."""

    name: str  # "population.household"; with the column when a table has two: "population.household.village"
    title: Any  # lazily translated: what a row is, in the plural
    model: type[Model]
    way: Way
    column: str = "unit"
    living: Q = field(default_factory=Q)  # of FOLLOWS: the rows that do; others stay
    village: str = ""  # path to the village of a row, where it has one
    label: str = ""  # column that names a row in lists; empty: rows are counted only
    says: Callable[[Any], Any] | None = None  # what a label is called, where it is a code and no name
    reads: str = (
        "directory.manage_places"  # permission over the unit of a row without which its label is not shown
    )
    subject: str = ""  # of rows about persons: what the access journal calls them when they are listed
    due: str = ""  # column of the day by which something is due
    open: Q | None = None  # rows that somebody still works on
    waits: Any = (
        ""  # lazily translated: what is still to be done to those, where "still open" does not say it
    )
    sums: Mapping[str, Aggregate] = field(default_factory=dict)
    proved: bool = True  # as many rows after as before; not so for roles, which end and begin anew
    weighs: bool = True  # a row written under a new unit stands against undoing; not so for entries
    depends: Q = field(default_factory=Q)  # of the rows that weigh those that do; the others stay as they are
    again: bool = False  # a second column of a table whose rows are told of already

    def rows(self, units: Iterable[UUID]) -> QuerySet[Any]:
        """Return the rows that point at one of these units."""
        path = f"{self.column}__in"
        return self.model._default_manager.filter(**{path: list(units)}).order_by()

    def measured(self, units: Iterable[UUID]) -> dict[str, int]:
        """Return how many rows point at these units, and the sums of this table over them. One query."""
        told = self.rows(units).aggregate(rows=Count("pk"), **self.sums)
        return {key: int(value or 0) for key, value in told.items()}

    def listed(self, units: Iterable[UUID], size: int = 20) -> list[dict[str, Any]]:
        """Return some of the rows that are still worked on: id, label and due day; none when rows are only counted."""
        if not self.label:
            return []
        found = self.rows(units).filter(self.open or Q())
        columns = [name for name in (self.label, self.due) if name]
        ordered = found.order_by(*([self.due] if self.due else []), "pk")
        return [
            {
                "id": row[0],
                "label": str(self.says(row[1]) if self.says else row[1]),
                "due": row[2] if self.due else None,
            }
            for row in ordered.values_list("pk", *columns)[:size]
        ]

    def shown_to(self, reader: Account | None, units: Iterable[UUID], on: date) -> frozenset[UUID]:
        """Return the units whose rows somebody may see by name: of those given the ones over which they may read.

        reader  None: the owner of the node, at the machine itself
        """
        if reader is None:
            return frozenset(units)
        scope = policy.scope(reader, self.reads, on)
        # Whoever reads some procedures alone opens their own list: here rows are not told apart by procedure.
        return scope.units.intersection(units) if scope.procedures is None else frozenset()


def called_in(list_id: str) -> Callable[[str], Any]:
    """Return what says the codes of a list of the catalogue in words."""
    return lambda code: list_title(list_id, code)


@dataclass(frozen=True)
class Conflict:
    """Something to settle before a change is applied; `blocks=False` only tells."""

    code: str
    message: Any
    about: tuple[str, ...] = ()
    blocks: bool = True
    rows: tuple[tuple[str, UUID, str], ...] = ()  # the first it is about: table, id, label


# What the sums of tables are of, as proofs say it.
MEASURES: Mapping[str, Any] = {
    "alive": _("of these alive"),
    "closed": _("of these closed"),
    "ended": _("of these ended"),
    "fees_vnd": _("fees in đồng"),
    "finished": _("of these finished"),
    "goals": _("sum of goals"),
    "held": _("of these held"),
    "issued": _("of these issued"),
    "lines": _("lines in them"),
    "locked": _("of these locked"),
    "open": _("of these still open"),
    "told": _("of these answered"),
    "valid": _("of these valid"),
}

Handler = Callable[["Plan", "Ledger"], None]
Conflicts = Callable[["Plan"], Iterable[Conflict]]

_tables: dict[str, Table] = {}
_handlers: dict[str, Handler] = {}
_conflicts: dict[str, Conflicts] = {}


def register(*tables: Table) -> None:
    """Make tables known."""
    _tables.update({table.name: table for table in tables})


def follows(name: str) -> Callable[[Handler], Handler]:
    """Register what a package does beside its tables, inside the transaction that applies a change."""

    def keep(function: Handler) -> Handler:
        _handlers[name] = function
        return function

    return keep


def conflicts(name: str) -> Callable[[Conflicts], Conflicts]:
    """Register what of a package stands against a change: a locked period on its day, two of what may be one."""

    def keep(function: Conflicts) -> Conflicts:
        _conflicts[name] = function
        return function

    return keep


def tables() -> tuple[Table, ...]:
    """Return all registered tables in order of their names."""
    return tuple(_tables[name] for name in sorted(_tables))


def handlers() -> Iterator[Handler]:
    """Give the registered handlers in order of their names."""
    return (_handlers[name] for name in sorted(_handlers))


def conflicts_of(plan: Plan) -> list[Conflict]:
    """Return what every package has against a plan, what blocks first."""
    found = [one for name in sorted(_conflicts) for one in _conflicts[name](plan)]
    return sorted(found, key=lambda one: not one.blocks)
