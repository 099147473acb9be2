"""What is known of a household and of a person changes: each field by its policy, every change kept.

The one way into `HouseProfile` and `PersonProfile`, for what phones send and for what other pages learn. A profile is
the fold of its `FactChange` rows (`rules.merging`); here it is brought forward by one operation at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import UUIDField

from dinh.catalogue import store
from dinh.database.prepared import Insert, Prepared, Update
from dinh.journal.actions import action_within, record
from dinh.lib.errors import Broken
from dinh.lib.ids import natural_id, uuid7
from dinh.outreach.models import FactChange, HouseProfile, PersonProfile, Visit
from dinh.outreach.rules import facts, merging
from dinh.outreach.rules.merging import Change, Policy, Stamp

Profile = HouseProfile | PersonProfile


@dataclass(frozen=True)
class Given:
    """One field to be changed; of a set, value is {"add": [...], "remove": [...]}."""

    field: str
    value: Any
    correct: bool = False
    reason: str = ""


@dataclass
class Facts:
    """A profile as the journal knows it: under an id of its own, since its row's is that of the household or person."""

    pk: UUID
    version: int


@dataclass
class Changed:
    """What became of a profile: its version, and what stands where a change lost."""

    version: int
    lost: dict[str, Any] = field(default_factory=dict)


@action_within
def change_profile(
    *,
    entity_type: str,
    entity: UUID,
    unit: UUID | None,
    given: Sequence[Given],
    stamp: Stamp,
    operation: UUID | None,
    by: UUID,
    at: datetime,
    visit: str = "",
) -> Changed:
    """Merge changes of one operation into a profile and return what became of it. Writes one entry.

    entity_type  "household" or "person"; the row of the population exists
    unit         commune, for the entry
    given        of fields that are folded (`rules.facts`), each at most once
    stamp        when they were captured, and by which operation (its own id when there is none)
    operation    `Operation` they came with; None for what was learned elsewhere
    visit        outcome of a visit to the household at that moment; "" for none
    """
    profile = _held(entity_type, entity)
    before = _columns(profile)
    result = Changed(profile.version)
    rows = [_merge(profile, entity_type, one, stamp, result) for one in given]
    if visit and isinstance(profile, HouseProfile):
        _visited(profile, visit, stamp)
    after = _columns(profile)
    columns = {name: value for name, value in after.items() if value != before[name]}
    profile.version += 1
    _write[type(profile)](profile)
    for row in rows:
        row.entity_version, row.operation_id, row.by_id = profile.version, operation, by
        _insert_change(row)
    result.version = profile.version
    record(
        "outreach.profile_changed", subject=Facts(natural_id("facts", entity), profile.version), at=at, by=by,
        unit=unit, body={"entity_type": entity_type, "entity": entity, "set": columns},
    )  # fmt: skip
    return result


def value_of(profile: Profile | None, name: str) -> Any:
    """Return the value of a field as a phone shows it; None, 0 or [] of a profile that nobody changed yet."""
    if name.startswith(facts.SKILL):
        return (
            profile.skills.get(name.removeprefix(facts.SKILL), 0) if isinstance(profile, PersonProfile) else 0
        )
    if profile is None:
        return None
    value = getattr(profile, "skilled_id" if name == "skilled" else name)
    return str(value) if isinstance(value, (UUID, date)) else value


def codes(list_id: str) -> Mapping[str, object]:
    """Return the codes of a catalogue list. Raises Broken when it is not declared."""
    found = store.get().titles.get(list_id)
    if found is None:
        raise Broken("outreach.no_list", list=list_id)
    return found


def history(entity_type: str, entity: UUID, name: str) -> list[Change]:
    """Return every change of a field that is here, in no order. One query."""
    rows = FactChange.objects.filter(entity_type=entity_type, entity=entity, field=name)
    return [
        Change(Stamp(at, op or pk), value, correct)
        for at, op, pk, value, correct in rows.values_list(
            "captured_at", "operation", "pk", "value", "correct"
        )
    ]


_house = Prepared(
    lambda entity: HouseProfile.objects.select_for_update().filter(pk=entity), entity=UUIDField()
)
_person = Prepared(
    lambda entity: PersonProfile.objects.select_for_update().filter(pk=entity), entity=UUIDField()
)
_insert_change = Insert(FactChange)
_write: Mapping[type[Profile], Update[Any]] = {
    model: Update(model, *(one.name for one in model._meta.concrete_fields if not one.primary_key))
    for model in (HouseProfile, PersonProfile)
}


def _held(entity_type: str, entity: UUID) -> Profile:
    """Return the profile, held until the transaction ends; its first change makes it, as version 0."""
    read = _held_house if entity_type == "household" else _held_person
    found = read(entity)
    if found is not None:
        return found
    # Of two that begin the same profile at once, one waits here for the other.
    if entity_type == "household":
        HouseProfile.objects.bulk_create([HouseProfile(pk=entity, version=0)], ignore_conflicts=True)
    else:
        PersonProfile.objects.bulk_create([PersonProfile(pk=entity, version=0)], ignore_conflicts=True)
    made = read(entity)
    if made is None:
        raise Broken("outreach.no_profile", entity=entity)
    return made


def _held_house(entity: UUID) -> Profile | None:
    return _house.first(entity=entity)


def _held_person(entity: UUID) -> Profile | None:
    return _person.first(entity=entity)


def _merge(profile: Profile, entity_type: str, given: Given, stamp: Stamp, result: Changed) -> FactChange:
    fact = facts.fact_of(entity_type, given.field)
    if fact is None or fact.policy in {Policy.IDENTITY, Policy.COMPUTED}:
        raise Broken("outreach.not_a_fact", field=given.field)
    change = Change(stamp, given.value, given.correct)
    mark = profile.marks.get(given.field)
    last = _stamp(mark) if mark else None
    late = last is not None and stamp < last and fact.policy is not Policy.LAST
    older = history(entity_type, profile.pk, given.field) if late else []
    value = merging.merge(fact.policy, value_of(profile, given.field), last, change, older)
    newest = last is None or stamp > last
    if newest:
        profile.marks = {**profile.marks, given.field: _mark(stamp)}
    _put(profile, given.field, value)
    won = _stands(fact.policy, value, given.value)
    if given.field == "refused_on" and newest and isinstance(profile, HouseProfile):
        _met_since(profile, stamp)
    if not won:
        result.lost[given.field] = value_of(profile, given.field)
    return FactChange(
        id=uuid7(), entity_type=entity_type, entity=profile.pk, field=given.field, value=given.value,
        correct=given.correct, reason=given.reason, captured_at=stamp.at, winner=won,
    )  # fmt: skip


def _stands(policy: Policy, value: Any, given: Any) -> bool:
    if policy is Policy.SET:
        return set(given["add"]) <= set(value) and not set(given["remove"]) & set(value)
    return bool(value == given)


def _put(profile: Profile, name: str, value: Any) -> None:
    if name.startswith(facts.SKILL) and isinstance(profile, PersonProfile):
        profile.skills = {**profile.skills, name.removeprefix(facts.SKILL): value}
    elif name == "skilled":
        profile.skilled_id = UUID(value) if value else None  # type: ignore[union-attr]
    elif name == "refused_on":
        profile.refused_on = date.fromisoformat(value) if value else None  # type: ignore[union-attr]
    else:
        setattr(profile, name, value)


def _visited(profile: HouseProfile, outcome: str, stamp: Stamp) -> None:
    """A visit at which somebody was met ends an earlier wish not to be visited."""
    profile.last_visit = max(profile.last_visit or stamp.at, stamp.at)
    mark = profile.marks.get("refused_on")
    if outcome == Visit.Outcome.MET and mark and stamp > _stamp(mark):
        _forget_refusal(profile, stamp)


def _met_since(profile: HouseProfile, stamp: Stamp) -> None:
    """A wish not to be visited that arrives after a later visit at which they were met stands no more."""
    met = Visit.objects.filter(household=profile.pk, outcome=Visit.Outcome.MET, at__gte=stamp.at)
    later = max((Stamp(at, pk) for at, pk in met.values_list("at", "pk")), default=stamp)
    if later > stamp:
        _forget_refusal(profile, later)


def _forget_refusal(profile: HouseProfile, stamp: Stamp) -> None:
    profile.refused_on = None
    profile.marks = {**profile.marks, "refused_on": _mark(stamp)}


def _mark(stamp: Stamp) -> dict[str, str]:
    return {
        "at": stamp.at.astimezone(UTC).isoformat(),
        "op": str(stamp.op),
    }  # one writing, wherever it was read


def _stamp(mark: Mapping[str, str]) -> Stamp:
    return Stamp(datetime.fromisoformat(mark["at"]), UUID(mark["op"]))


def _columns(profile: Profile) -> dict[str, Any]:
    return {
        one.attname: getattr(profile, one.attname)
        for one in profile._meta.concrete_fields
        if one.attname not in {"household_id", "person_id", "version"}
    }
