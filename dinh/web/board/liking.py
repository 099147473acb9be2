"""A unit and its like: the communes of its province of the same kind, the villages of its commune."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.directory import policy, tree
from dinh.directory.models import Account, Level
from dinh.directory.traits import kinds_of
from dinh.indicators.queries import closing, places
from dinh.indicators.queries.questions import ASK
from dinh.web.board.asking import Asked

LEAST = 3  # others of which nobody is named: of fewer, one could work out theirs
ABOVE = {Level.COMMUNE: Level.PROVINCE, Level.VILLAGE: Level.COMMUNE}


@dataclass(frozen=True)
class Like:
    """The units of one kind.

    kind     a code of list `unit_traits`, "" where none is declared
    counted  all of them, or those named where the others are so few that one could work out theirs
    named    those whose figures the reader may ask for, the unit itself among them
    close    the day at whose close the reader sees them; None: now
    """

    kind: str
    counted: tuple[UUID, ...]
    named: tuple[UUID, ...]
    close: date | None


def of(asked: Asked, account: Account) -> Like | None:
    """Return a unit and its like; None for a province, and where there is nothing to compare with."""
    above = unit_above(asked)
    if above is None:
        return None
    kind, like = alike(asked, above)
    right = policy.scope(account, ASK, asked.today)
    named = tuple(unit for unit in like if unit == asked.unit or right.allows(unit))
    counted = like if len(named) == len(like) or len(like) - len(named) >= LEAST else named
    close = closing.close_for(account, above, asked.today)
    return Like(kind, counted, named, close) if asked.unit in like and len(counted) > 1 else None


def unit_above(asked: Asked) -> UUID | None:
    """Return the unit among whose units one is compared: the province of a commune, the commune of a village."""
    wanted = ABOVE.get(Level(asked.level)) if asked.level else None
    line = tree.with_parents(asked.unit, asked.day)[1:] if wanted else ()
    return next((unit for unit in line if places.level_of(unit, asked.day) == wanted), None)


def alike(asked: Asked, above: UUID) -> tuple[str, tuple[UUID, ...]]:
    """Return the kind of the unit, and all units of this kind in the unit above it."""
    units = places.children(above, asked.day)
    kinds = kinds_of(units, asked.day)
    kind = kinds.get(asked.unit, "")
    return kind, tuple(unit for unit in units if kinds[unit] == kind)


def called(level: str, kind: str, language: str) -> str:
    """Return what units of a kind are called together."""
    if level == Level.VILLAGE:
        return _("the villages of the commune")
    entries = store.get().lists["unit_traits"].entries
    word = next((one.title.of(language) for one in entries if one.code == kind), "")
    if not word:
        return _("communes of the province of which no trait is declared")
    return _("communes of the province, %(trait)s") % {"trait": word}
