"""Which rows of a published view an account may list, as a condition of SQL."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dinh.catalogue.expressions.sql import text_constant
from dinh.database.published import View
from dinh.directory.scopes import Scope
from dinh.indicators.engine.counting import Engine


def condition(right: Scope, view: View, engine: Engine) -> str:
    """Return the condition that a row of the view is in reach: by commune or village, and by procedure where that counts.

    right  `policy.scope` of the view's permission
    """
    if right.everything:
        return "1 = 1"
    knows_procedure = any(column.name == "procedure" for column in view.columns)
    ways = []
    for reach in right.reaches:
        units = ids(reach.units | {reach.unit}, engine)
        way = f"(unit IN ({units}) OR village IN ({units}))"
        if right.by_procedure and reach.procedures is not None:
            if not knows_procedure:
                continue  # nothing in the row says of which procedure it is
            listed = ", ".join(text_constant(one) for one in sorted(reach.procedures))
            way = f"({way} AND procedure IN ({listed}))" if listed else "1 = 0"
        ways.append(way)
    return f"({' OR '.join(ways)})" if ways else "1 = 0"


def ids(units: Iterable[UUID], engine: Engine) -> str:
    """Return ids as a list of SQL."""
    return ", ".join(engine.id(unit) for unit in sorted(units))
