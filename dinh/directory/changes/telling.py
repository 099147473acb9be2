"""A plan in words: what was and what will be, unit by unit."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from dinh.directory import tree
from dinh.directory.changes.plans import Kept, Plan


def steps(plan: Plan) -> list[tuple[str, str]]:
    """Return each unit as it was and what becomes of it; "–" before what begins of nothing."""
    names = {one.unit: f"{one.full_name} ({one.made.code})" for one in plan.begun}
    names |= {one: tree.title(one, plan.on, with_parents=False) for one in plan.takers if one not in names}
    told = [
        (f"{former.full_name} ({former.code})", _goes(former.unit_id, plan, names)) for former in plan.formers
    ]
    told += [(f"{one.version.full_name} ({one.version.code})", _amended(one, plan)) for one in plan.kept]
    return told or [("–", name) for name in names.values()]


def _goes(former: UUID, plan: Plan, names: Mapping[UUID, str]) -> str:
    pieces = [piece for piece in plan.pieces if piece.former == former]
    return ", ".join(names[piece.to] + (f" {piece.share}" if piece.share else "") for piece in pieces)


def _amended(kept: Kept, plan: Plan) -> str:
    asked, was = kept.amended, kept.version
    now = f"{asked.type or was.type} {asked.name or was.name} ({asked.code or was.code})"
    if asked.parent and kept.parent:
        return f"{now}, {tree.title(kept.parent, plan.on, with_parents=False)}"
    return now
