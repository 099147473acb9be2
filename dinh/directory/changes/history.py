"""What became of a unit and what it came from, on any day, and which changes this node applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from dinh.directory import tree
from dinh.directory.changes.decisions import Decision
from dinh.directory.models import Level, UnitChange, UnitLink, UnitVersion


@dataclass(frozen=True)
class Step:
    """One succession: which unit, by which decision, as a whole or in part."""

    unit: UUID
    title: str
    code: str
    on: date
    decree: str
    whole: bool
    share: str
    to_verify: bool


def bearer(code: str, on: date, level: str = Level.COMMUNE) -> UUID | None:
    """Return the unit that bears a code on a day, or the last one that bore it; None for no code of this level.

    For links and square codes on what was printed before a change; `became` says whom it leads to. One query.
    """
    rows = UnitVersion.objects.filter(level=level, code=code, valid_from__lte=on).order_by("-valid_from")
    return rows.values_list("unit", flat=True).first()


def became(unit: UUID, on: date) -> list[Step]:
    """Return what a unit became by a day, followed to the units that stand on it; [] while it stands itself."""
    return _followed(unit, on, forward=True)


def came_from(unit: UUID, on: date) -> list[Step]:
    """Return what a unit was made of, followed back to the units that stood on a day; [] when it stood itself."""
    return _followed(unit, on, forward=False)


def applied(limit: int = 50) -> list[UnitChange]:
    """Return the changes that this node drafted, agreed, applied, undid or dropped, the latest to take effect first."""
    mine = UnitChange.objects.exclude(state=UnitChange.State.LISTED)
    return list(mine.order_by("-effective_on", "-pk")[:limit])


def units_of(change: UnitChange) -> list[UUID]:
    """Return the units that a change concerns: those it touched, before it is applied those that its decision names."""
    return units_of_each([change])[change.pk]


def units_of_each(changes: Iterable[UnitChange]) -> dict[UUID, list[UUID]]:
    """Return the units that each change concerns, as `units_of`. One query for all that are not applied."""
    found: dict[UUID, list[UUID]] = {}
    named: dict[UUID, set[str]] = {}
    for change in changes:
        if told := change.before.get("units"):
            found[change.pk] = [UUID(one) for one in told]
        else:
            decision = Decision.model_validate(change.decision)
            named[change.pk] = {*decision.of_former, *(one.unit for one in decision.changes)}
    codes = frozenset().union(*named.values())
    standing: dict[str, list[UUID]] = {}
    if codes:
        rows = UnitVersion.objects.filter(code__in=codes, valid_to=None).order_by("unit")
        for code, unit in rows.values_list("code", "unit"):
            standing.setdefault(code, []).append(unit)
    return found | {
        pk: sorted(unit for code in wanted for unit in standing.get(code, ())) for pk, wanted in named.items()
    }


def changes_of(unit: UUID) -> list[UnitChange]:
    """Return the changes in which a unit ended or began, the newest first."""
    linked = Q(links__predecessor=unit) | Q(links__successor=unit)
    return list(UnitChange.objects.filter(linked).distinct().order_by("-effective_on"))


def _followed(unit: UUID, on: date, *, forward: bool) -> list[Step]:
    found: list[Step] = []
    wave, seen = [unit], {unit}
    while wave:
        here = [one for one in wave if _out(one, on, forward=forward)]
        side = "predecessor" if forward else "successor"
        bound = {"change__effective_on__lte" if forward else "change__effective_on__gt": on}
        links = (
            UnitLink.objects.filter(**{f"{side}__in": here}, **bound).select_related("change").order_by("pk")
        )
        wave = []
        for link in links:
            other = link.successor_id if forward else link.predecessor_id
            if other in seen:
                continue
            seen.add(other)
            wave.append(other)
            if not _out(other, on, forward=forward):
                found.append(_step(link, other))
    return sorted(found, key=lambda step: (step.code, step.title))


def _out(unit: UUID, on: date, *, forward: bool) -> bool:
    """Return whether a unit had ended by the day, or had not yet begun on it."""
    versions = tree.versions(unit)
    if not versions:
        return False
    last = versions[-1].valid_to
    return (last is not None and last <= on) if forward else versions[0].valid_from > on


def _step(link: UnitLink, other: UUID) -> Step:
    versions = tree.versions(other)
    shown = versions[0] if link.successor_id == other else versions[-1]
    return Step(
        other, tree.title(other, shown.valid_from), shown.code, link.change.effective_on, link.change.decree,
        link.part == UnitLink.Part.WHOLE, link.share, link.to_verify,
    )  # fmt: skip
