"""Every field of a household and of a person that a phone may speak of, with how it merges and what it may hold."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from dinh.lib.dates import parse_partial
from dinh.lib.errors import Invalid
from dinh.outreach.rules.merging import Policy

SKILL = "skills."  # "skills.send_money": one rung for each code of list `basic_skills`
DONE = "done"  # of list `assistance_outcomes`
# Help that was given to the end shows that a person stands at least here.
EVIDENCE: Mapping[str, tuple[str, int]] = {
    "eid_1": ("electronic_id", 1),
    "eid_2": ("electronic_id", 2),
    "service_account": ("service_account", 1),
    "health_record": ("health_record", 1),
    "insurance_app": ("insurance_app", 1),
    "bank": ("bank_account", 1),
}


@dataclass(frozen=True)
class Fact:
    """One field.

    kind   "bool", "code", "codes", "text", "date", "person", "household", "rung", "name", "birth", "sex"
    of     list of its codes
    most   highest rung, or longest text
    """

    policy: Policy
    kind: str
    of: str = ""
    most: int = 0


HOUSEHOLD: Mapping[str, Fact] = {
    "has_device": Fact(Policy.LAST, "bool"),
    "mobile": Fact(Policy.LAST, "code", of="network_strengths"),
    "broadband": Fact(Policy.LAST, "bool"),
    "power": Fact(Policy.LAST, "code", of="power_supplies"),
    "skilled": Fact(Policy.LAST, "person"),
    "phone": Fact(Policy.LAST, "text", most=24),
    "note": Fact(Policy.LAST, "text", most=400),
    "needs": Fact(Policy.SET, "codes", of="house_needs"),
    "refused_on": Fact(Policy.LAST, "date"),
    "last_visit": Fact(Policy.COMPUTED, ""),
    "members": Fact(Policy.COMPUTED, ""),
}
PERSON: Mapping[str, Fact] = {
    "electronic_id": Fact(Policy.LADDER, "rung", most=2),
    "service_account": Fact(Policy.LADDER, "rung", most=2),
    "health_record": Fact(Policy.LADDER, "rung", most=2),
    "insurance_app": Fact(Policy.LADDER, "rung", most=2),
    "bank_account": Fact(Policy.LADDER, "rung", most=2),
    "has_device": Fact(Policy.LAST, "bool"),
    "needs": Fact(Policy.SET, "codes", of="person_needs"),
    "phone": Fact(Policy.LAST, "text", most=24),
    "note": Fact(Policy.LAST, "text", most=400),
    "full_name": Fact(Policy.IDENTITY, "name", most=120),
    "birth": Fact(Policy.IDENTITY, "birth"),
    "sex": Fact(Policy.IDENTITY, "sex"),
    "household": Fact(Policy.IDENTITY, "household"),
    "age": Fact(Policy.COMPUTED, ""),
}
_SKILL = Fact(Policy.LADDER, "rung", of="basic_skills", most=2)
_FIELDS = {"household": HOUSEHOLD, "person": PERSON}
Codes = Callable[[str], Container[str]]


def fact_of(entity_type: str, field: str) -> Fact | None:
    """Return how a field of a "household" or a "person" merges; None when there is no such field."""
    if entity_type == "person" and field.startswith(SKILL):
        return _SKILL
    return _FIELDS[entity_type].get(field)


def fields_of(entity_type: str) -> Mapping[str, Fact]:
    """Return every field of a "household" or a "person" but the single skills."""
    return _FIELDS[entity_type]


def is_allowed(fact: Fact, field: str, value: Any, codes: Codes) -> bool:
    """Say whether a value can stand in a field.

    codes  gives the codes of a list
    """
    if field.startswith(SKILL) and field.removeprefix(SKILL) not in codes(_SKILL.of):
        return False
    check = _CHECKS.get(fact.kind)
    return check is not None and check(fact, value, codes)


def _is_rung(fact: Fact, value: Any, codes: Codes) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= fact.most


def _is_code(fact: Fact, value: Any, codes: Codes) -> bool:
    return isinstance(value, str) and (value == "" or value in codes(fact.of))


def _are_codes(fact: Fact, value: Any, codes: Codes) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one in codes(fact.of) for one in value)


def _is_text(fact: Fact, value: Any, codes: Codes) -> bool:
    return isinstance(value, str) and len(value) <= fact.most


def _is_birth(fact: Fact, value: Any, codes: Codes) -> bool:
    try:
        return isinstance(value, str) and parse_partial(value) == value
    except Invalid:
        return False


def _is_date(fact: Fact, value: Any, codes: Codes) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_id(fact: Fact, value: Any, codes: Codes) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


_CHECKS: Mapping[str, Callable[[Fact, Any, Codes], bool]] = {
    "bool": lambda fact, value, codes: value is None or isinstance(value, bool),
    "code": _is_code,
    "codes": _are_codes,
    "text": _is_text,
    "date": _is_date,
    "person": _is_id,
    "household": _is_id,
    "rung": _is_rung,
    "name": lambda fact, value, codes: _is_text(fact, value, codes) and bool(value.strip()),
    "birth": _is_birth,
    "sex": lambda fact, value, codes: value in {"1", "2", "9"},
}
