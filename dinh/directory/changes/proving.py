"""The proof of a change: how much was there before, how much is there after, register by register."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from dinh.directory import tree
from dinh.directory.changes import touched
from dinh.directory.changes.plans import Plan
from dinh.journal.actions import canonical

Measured = dict[str, dict[str, int]]


def measured(units: Iterable[UUID]) -> Measured:
    """Return rows and sums of every table over some units. One query a table."""
    wanted = list(units)
    return {table.name: table.measured(wanted) for table in touched.tables() if table.proved}


def proof(plan: Plan, before: Measured, after: Measured, moved: Mapping[str, int]) -> dict[str, Any]:
    """Return the proof as plain JSON; `equal` when no count and no sum differs."""
    lines = [
        {"table": name, "before": before[name], "after": after[name], "moved": moved.get(name, 0),
         "equal": before[name] == after[name]}
        for name in sorted(before)
        if before[name]["rows"] or after[name]["rows"]
    ]  # fmt: skip
    unequal = [line["table"] for line in lines if not line["equal"]]
    return {
        "v": 1,
        "decree": plan.decision.decree,
        "title": plan.decision.title,
        "effective_on": plan.on.isoformat(),
        "units_before": _named(plan.ends | {one.unit for one in plan.kept}, plan, day_before=True),
        "units_after": _named(plan.takers | plan.goes_on, plan),
        "lines": lines,
        "equal": not unequal,
        "unequal": unequal,
    }


def digest(told: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a proof as canonical JSON, in hex."""
    return hashlib.sha256(canonical(told)).hexdigest()


def _named(units: Iterable[UUID], plan: Plan, *, day_before: bool = False) -> list[dict[str, str]]:
    found = []
    for unit in sorted(units):
        versions = tree.versions(unit)
        shown = versions[-1]
        if day_before:
            shown = next((one for one in reversed(versions) if one.valid_from < plan.on), shown)
        found.append({"unit": str(unit), "code": shown.code, "name": f"{shown.type} {shown.name}"})
    return found
