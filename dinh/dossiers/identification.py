"""Who a dossier is about: its people matched with the population, and what does not agree.

A discrepancy is a finding with both values for the officer to look at, never a
refusal. A field says which part of whose identity it asks (`Field.identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Procedure
from dinh.population.models import Person
from dinh.verification.identify import identify

Finding = dict[str, Any]
PARTS = ("number", "full_name", "birth", "sex")


@dataclass(frozen=True)
class People:
    """The people of a dossier as far as they are known, and what does not agree."""

    applicant: Person | None
    subject: Person | None
    findings: tuple[Finding, ...]


def people_of(
    procedure: Procedure,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    applicant: Person | None,
    person: Person | None,
) -> People:
    """Return who asks, whom it is about, and every finding.

    answers    as kept, with their source
    applicant  who is known to ask (signed in, or chosen at the counter)
    person     whom the draft was begun for

    Findings: [{"code", "field", "typed", "register"}], with "from" when a prefilled answer was corrected.
    Costs the queries of `identify` for each person whose identity somebody typed.
    """
    plain = {key: one.get("value") for key, one in answers.items()}
    found: dict[str, Person] = {}
    findings = _corrections(answers)
    born = {
        effect.values.get("full_name") for effect in procedure.effects if effect.kind == "register_person"
    }
    for group, fields in identity_fields(procedure).items():
        asked = {part: plain.get(field) for part, field in fields.items()}
        if not asked.get("number") and not (asked.get("full_name") and asked.get("birth")):
            continue
        if (
            group != "subject"
            and (group != "applicant" or applicant)
            and _is_of_register(answers, fields.values())
        ):
            continue  # nobody typed anything: the register would be compared with itself
        who = identify(
            number=asked.get("number") or "",
            full_name=asked.get("full_name") or "",
            birth=asked.get("birth") or "",
            sex=asked.get("sex"),
        )
        if who.person is not None:
            found[group] = who.person
        known = {finding["field"] for finding in findings}
        findings += [
            {**one, "field": fields.get(one.get("field", ""), one.get("field", "")), "group": group}
            for one in who.findings
            if fields.get(one.get("field", "")) not in known
            # Whom approval enters into the population cannot be there yet.
            and not (one.get("code") == "not_found" and fields.get("full_name") in born)
        ]
    asking = applicant or found.get("applicant")
    about = found.get("subject") or found.get(procedure.subject)
    if not is_for_another(procedure, answers):
        about = person or asking  # asked for oneself: the questions about another were not asked
    elif about is None and person is not None and person != asking:
        about = person
    return People(asking, about, tuple(findings))


def is_for_another(procedure: Procedure, answers: Mapping[str, Any]) -> bool:
    """Tell whether somebody else than who asks was asked about."""
    return procedure.subject != "applicant" and any(
        key.startswith(f"{procedure.subject}.") for key in answers
    )


def fields_of_subject(procedure: Procedure, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return part of identity -> id of the field that asks it of the person whom the dossier is about."""
    groups = identity_fields(procedure)
    if is_for_another(procedure, answers):
        return groups.get("subject") or groups.get(procedure.subject, {})
    return groups.get("applicant", {})


def identity_fields(procedure: Procedure) -> dict[str, dict[str, str]]:
    """Return group -> part of identity -> id of the field that asks it."""
    groups: dict[str, dict[str, str]] = {}
    for field in layout.fields(procedure).values():
        group, _dot, part = field.identity.partition(".")
        if part in PARTS:
            groups.setdefault(group, {})[part] = field.id
    for parts in groups.values():
        sex = f"{parts.get('number', '').rpartition('.')[0]}.sex"
        if sex in layout.fields(procedure):
            parts.setdefault("sex", sex)
    return groups


def _is_of_register(answers: Mapping[str, Mapping[str, Any]], fields: Iterable[str]) -> bool:
    given = [answers[key] for key in fields if answers.get(key, {}).get("value") is not None]
    return all(one.get("source") == "register" for one in given)


def _corrections(answers: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    return [
        {
            "code": "differs_from_register",
            "field": key,
            "typed": one.get("value"),
            "register": one["register"],
            "from": one.get("from", ""),
        }
        for key, one in answers.items()
        if "register" in one
    ]
