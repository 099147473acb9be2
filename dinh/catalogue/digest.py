"""What of a declaration has legal effect, and its digest.

Titles, help, search words, prefill and the order of pages may be improved at any time.
What is asked and when, papers, limits, fees, steps, effects and results may not: they
need a new version. So do the codes of a choice, but not what they are called.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from dinh.catalogue import layout
from dinh.catalogue.shapes.field_work import Activity
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.catalogue.shapes.others import Register
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.catalogue.shapes.register import RegisterField

FORMAT = 1  # of `Published.content`; raised when a change of shapes would refuse what was published
UPCASTERS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}  # format -> content of the next format

_FIELD = {
    "type", "required", "required_if", "visible_if", "list", "register_id", "minimum", "maximum", "max_length",
    "not_after_today", "identity", "levels", "within",
}  # fmt: skip
_REGISTER_FIELD = {"readers", "decimals", "pattern"}
_FIGURE = {
    "origin", "kind", "view", "aggregate", "column", "count_if", "on", "since", "until", "roll_time", "roll_units",
    "numerator", "denominator", "factor", "quantile", "score", "parts", "most", "valid_from",
}  # fmt: skip
_PROCEDURE = {
    "code", "online", "competent_office", "any_commune", "for_others", "consents", "exclusive", "subject",
}  # fmt: skip


Versioned = Procedure | Register | Measure | Indicator | Activity


def digest(item: Versioned) -> str:
    """Return the SHA-256, in hex, of what has legal effect in a declaration."""
    match item:
        case Procedure():
            effect = procedure_effect(item)
        case Register():
            effect = register_effect(item)
        case Activity():
            effect = activity_effect(item)
        case _:
            effect = figure_effect(item)
    text = json.dumps(effect, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def procedure_effect(procedure: Procedure) -> dict[str, Any]:
    """Return what has legal effect in a procedure, as JSON values."""
    whole = procedure.model_dump(mode="json")
    placed = layout.pages(procedure)
    shown = {
        field.id: [page.visible_if, section.visible_if]
        for page in placed for section in page.sections for field in section.fields
    }  # fmt: skip
    later = {"corrects": whole["corrects"]} if procedure.corrects else {}
    return {
        **{key: whole[key] for key in _PROCEDURE},
        **later,
        "fields": {
            id: {**_field_effect(field), "shown_if": shown[id]}
            for id, field in layout.fields(procedure).items() if field.effect
        },
        "documents": {
            d.id: [d.required, d.required_if, d.visible_if, d.copy_kind] for d in procedure.documents
        },
        "time_limit": _limit(whole["time_limit"]),
        "extension": _limit(whole["extension"]),
        "fees": {fee["id"]: {k: v for k, v in fee.items() if k not in {"title", "source"}} for fee in whole["fees"]},
        "eligibility": [entry.condition for entry in procedure.eligibility],
        "steps": [[step.id, step.kind, step.role, step.share] for step in procedure.steps],
        "effects": whole["effects"],
        "result": [
            procedure.result.template, procedure.result.signers, procedure.result.number_format,
            [[v.condition, v.template, v.number_format] for v in procedure.result.variants],
        ],
    }  # fmt: skip


def register_effect(register: Register) -> dict[str, Any]:
    """Return what has legal effect in a register, as JSON values."""
    whole = register.model_dump(mode="json")
    kept = ("person_field", "owner_office", "number_format", "book", "readers")
    fields = {field.id: _register_field_effect(field) for field in register.fields if field.effect}
    later = {name: whole[name] for name in ("key", "valid_from_field", "valid_to_field") if whole[name]}
    return {**{key: whole[key] for key in kept}, **later, "fields": fields}


def activity_effect(activity: Activity) -> dict[str, Any]:
    """Return what is asked in an activity and what its answers become, as JSON values."""
    return {
        "kind": activity.kind,
        "about": activity.about,
        "fields": {
            field.id: {
                **_field_effect(field), "several": field.several, "without": list(field.without),
                "shown_if": page.visible_if,
            }
            for page in activity.pages for field in page.fields if field.effect
        },
    }  # fmt: skip


def figure_effect(figure: Measure | Indicator) -> dict[str, Any]:
    """Return what decides the value of a figure, as JSON values; words, owners and targets may change at any time."""
    return figure.model_dump(mode="json", include=_FIGURE, exclude_defaults=True)


def _register_field_effect(field: RegisterField) -> dict[str, Any]:
    # Only what is declared is named, so that registers published before these existed keep their digest.
    later = field.model_dump(mode="json", include=_REGISTER_FIELD, exclude_defaults=True)
    return {**_field_effect(field), **later}


def _field_effect(field: Field) -> dict[str, Any]:
    # What came later is named only where it is set: what was published before keeps its digest.
    later = {"not_before"} if field.not_before else set()
    chosen = field.model_dump(mode="json", include=_FIELD | later)
    return {**chosen, "options": [option.code for option in field.options]}


def _limit(limit: dict[str, Any] | None) -> dict[str, Any] | None:
    return limit and {key: value for key, value in limit.items() if key != "source"}


def upcast(content: dict[str, Any], format: int) -> dict[str, Any]:
    """Return published content as the shapes of today read it. Raises KeyError where an upcaster is missing."""
    for older in range(format, FORMAT):
        content = UPCASTERS[older](content)
    return content
