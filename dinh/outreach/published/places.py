"""Where something happened, in SQL: what is written for a village belongs to the commune that had it on that day."""

from __future__ import annotations


def commune_of(unit: str, on: str) -> str:
    """Return the commune of a unit on a day: its own, or that of the village which it is.

    unit  id of a commune or village; on  a day
    """
    return (
        f"(SELECT CASE WHEN v.level = 'village' THEN v.parent_id ELSE v.unit_id END FROM directory_unitversion AS v "  # noqa: S608
        f"WHERE v.unit_id = {unit} AND v.valid_from <= {on} AND (v.valid_to IS NULL OR v.valid_to > {on}))"
    )


def village_of(unit: str) -> str:
    """Return the unit when it is a village, else null."""
    return f"(SELECT u.id FROM directory_unit AS u WHERE u.id = {unit} AND u.level = 'village')"  # noqa: S608
