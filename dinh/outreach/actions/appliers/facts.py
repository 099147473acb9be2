"""What was learnt of a household or a person, field by field; a difference of identity goes to the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.lib.errors import Fault
from dinh.outreach.actions.appliers import Applied, applies
from dinh.outreach.actions.profiles import Given, change_profile, codes
from dinh.outreach.models import Conflict, FactChange
from dinh.outreach.rules import facts, merging
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.merging import Clash, Policy, Stamp
from dinh.outreach.rules.reasons import Unacceptable
from dinh.population.models import Household, Person

NOT_KNOWN = _("The commune keeps no such field, or reckons it itself.")
NOT_ALLOWED = _("This value cannot be kept here.")
CLIMBS = _("This can only go up. To put it right downwards, choose “Correct it” and write why.")


@applies("facts")
def patch(op: Op, *, member: Account, at: datetime) -> Applied:
    """Merge each field by its policy; identity fields that differ from the register become conflicts."""
    entity_type, entity = _entity(op)
    changes = op.body.changes
    _require_allowed(op, entity_type, changes)
    fallen = [name for name, (old, new) in changes.items() if _falls(entity_type, name, old, new)]
    if fallen:
        raise Unacceptable(
            "only_climbs", [Fault(f"changes.{name}", "only_climbs", CLIMBS) for name in fallen]
        )
    identity = {name: pair for name, pair in changes.items() if _policy(entity_type, name) is Policy.IDENTITY}
    others = {name: pair for name, pair in changes.items() if name not in identity}
    done = _merged(op, entity_type, entity, others, member, at) if others else Applied()
    opened = _conflicts(op, entity, identity, at) if identity else []
    if not opened:
        return done
    answer = {**done.answer, "conflicts": opened}
    return Applied("review", "identity_differs", answer, done.versions)


@applies("correction")
def correct(op: Op, *, member: Account, at: datetime) -> Applied:
    """Set a rung lower than was thought; the reason is kept with it."""
    entity_type, entity = _entity(op)
    _require_allowed(op, entity_type, op.body.changes)
    others = [name for name in op.body.changes if _policy(entity_type, name) is not Policy.LADDER]
    if others:
        raise Unacceptable(
            "value_invalid", [Fault(f"changes.{name}", "value_invalid", NOT_ALLOWED) for name in others]
        )
    return _merged(op, entity_type, entity, op.body.changes, member, at, reason=op.body.reason)


def _merged(
    op: Op,
    entity_type: str,
    entity: UUID,
    changes: Mapping[str, tuple[Any, Any]],
    member: Account,
    at: datetime,
    reason: str = "",
) -> Applied:
    given = [
        Given(name, _value(entity_type, name, old, new), correct=bool(reason), reason=reason)
        for name, (old, new) in sorted(changes.items())
    ]
    since = op.frame.trunk_version if op.frame.trunk_version is not None else op.frame.base_version
    others = _others_since(entity, since, op) if since is not None else []
    clash = merging.clash({one.field: one.value for one in given}, others)
    changed = change_profile(
        entity_type=entity_type, entity=entity, unit=op.unit, given=given, stamp=Stamp(op.at, op.id),
        operation=op.id, by=member.pk, at=at,
    )  # fmt: skip
    answer: dict[str, Any] = {}
    if clash is not Clash.NONE:
        answer["clash"] = clash.value
    if changed.lost:
        answer["kept"] = changed.lost
    return Applied("merged" if answer else "applied", answer=answer, versions={entity: changed.version})


def _others_since(entity: UUID, version: int, op: Op) -> list[tuple[str, Any]]:
    """Return what others changed since the version of the profile that the phone had from here. One query."""
    rows = FactChange.objects.filter(entity=entity, entity_version__gt=version)
    return list(rows.exclude(operation__device=op.frame.device).values_list("field", "value"))


def _conflicts(op: Op, entity: UUID, identity: Mapping[str, tuple[Any, Any]], at: datetime) -> list[str]:
    """Put each difference from the register before the desk; return the fields. Two queries at least."""
    person = Person.objects.get(pk=entity)
    unit = op.unit or person.unit_id
    if unit is None:
        raise Unacceptable("entity_unknown")
    opened = []
    for name, (before, theirs) in sorted(identity.items()):
        ours = register_value(person, name)
        if ours == theirs:
            continue
        Conflict.objects.create(
            entity_type="person", entity=entity, field=name, unit_id=unit, village_id=op.village, before=before,
            ours=ours, theirs=theirs, operation_id=op.id, opened_at=at,
        )  # fmt: skip
        opened.append(name)
    return opened


def register_value(person: Person, name: str) -> str | None:
    """Return what the register says of an identity field, as a phone writes it."""
    if name == "household":
        return str(person.household_id) if person.household_id else None
    value: str | None = getattr(person, name)
    return value


def _entity(op: Op) -> tuple[str, UUID]:
    entity = op.entity
    if entity is None or entity.type not in {"household", "person"}:
        raise Unacceptable("entity_unknown")
    return entity.type, entity.id


def _policy(entity_type: str, name: str) -> Policy | None:
    fact = facts.fact_of(entity_type, name)
    return fact.policy if fact is not None else None


def _require_allowed(op: Op, entity_type: str, changes: Mapping[str, tuple[Any, Any]]) -> None:
    faults = list(_faults(op, entity_type, changes))
    if faults:
        raise Unacceptable("value_invalid", faults)


def _faults(op: Op, entity_type: str, changes: Mapping[str, tuple[Any, Any]]) -> Iterable[Fault]:
    for name, (old, new) in changes.items():
        fact = facts.fact_of(entity_type, name)
        if fact is None or fact.policy is Policy.COMPUTED:
            yield Fault(f"changes.{name}", "value_invalid", NOT_KNOWN)
        elif not facts.is_allowed(fact, name, new, codes) or (fact.policy is Policy.SET and not _is_set(old)):
            yield Fault(f"changes.{name}", "value_invalid", NOT_ALLOWED)
        elif fact.kind in _NAMED and new is not None and not _NAMED[fact.kind](op, new):
            yield Fault(f"changes.{name}", "entity_unknown", NOT_ALLOWED)


def _is_near(op: Op, person: str) -> bool:
    """Say whether a person of the commune lives in the house that an operation is about, or in its village."""
    house = op.entity.id if op.entity is not None else None
    near = Q(household=house) | (Q(household__village=op.village) if op.village is not None else Q())
    return Person.objects.filter(near, pk=person, unit=op.unit).exists()


def _is_of_commune(op: Op, household: str) -> bool:
    return Household.objects.filter(pk=household, unit=op.unit).exists()


_NAMED: Mapping[str, Callable[[Op, str], bool]] = {"person": _is_near, "household": _is_of_commune}


def _is_set(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _value(entity_type: str, name: str, old: Any, new: Any) -> Any:
    return merging.set_change(old or [], new) if _policy(entity_type, name) is Policy.SET else new


def _falls(entity_type: str, name: str, old: Any, new: Any) -> bool:
    ladder = _policy(entity_type, name) is Policy.LADDER
    return ladder and isinstance(old, int) and isinstance(new, int) and new < old
