"""Answers, findings and moments in words, in the reader's language; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.dossiers.queries.showing import show_value
from dinh.lib import dates


def answer(field: Field, value: Any, language: str) -> str:
    """Return an answer as people write it, in the active language; "" when there is none."""
    return show_value(field, value, language, timezone.localdate())


def moment(at: datetime | None, language: str) -> str:
    """Return a day and an hour: "22/11/2026 15:00"; "" for none."""
    return dates.show_datetime(at, language) if at else ""


def day(at: datetime | None, language: str) -> str:
    """Return the day of a moment in Viet Nam; "" for none."""
    return dates.show_date(dates.local_date(at), language) if at else ""


def finding(one: Mapping[str, Any], procedure: Procedure, language: str) -> str:
    """Return a finding of the identification as a sentence that names the answer it is about, and whose it is."""
    field = str(one.get("field", ""))
    names = layout.field_names(procedure)
    label = names[field].of(language) if field in names else field
    return _("%(field)s: %(what)s") % {
        "field": label,
        "what": finding_beside(one, layout.fields(procedure).get(field), language),
    }


def finding_beside(one: Mapping[str, Any], field: Field | None, language: str) -> str:
    """Return a finding as it is said beside its answer, which needs no name there."""
    code = str(one.get("code", ""))
    words = {
        "not_found": _("not found in the population."),
        "ambiguous": _("more than one person fits."),
        "uncertain": _("somebody nearly fits, not surely enough. Compare with the identity card."),
        "dead": _("this person is recorded as dead."),
        "number_unknown": _("this number is not in the population."),
        "number_of_another": _("this number belongs to somebody else. Compare with the identity card."),
        "record_differs": _("a register says otherwise, and the approval corrects it.")
        if one.get("correct")
        else _("a register says otherwise."),
    }.get(code)
    if words is not None:
        return words
    typed, register = (_said(field, one.get(side), language) for side in ("typed", "register"))
    if register:
        said = {
            "birth_swapped": _(
                "day and month are exchanged: typed “%(typed)s”, the register says “%(register)s”."
            ),
            "name_slip": _("one letter differs: typed “%(typed)s”, the register says “%(register)s”."),
        }.get(code) or _("typed “%(typed)s”, the register says “%(register)s”.")
        return said % {"typed": typed or "–", "register": register}
    return _("differs from the register.")


def _said(field: Field | None, value: Any, language: str) -> str:
    return answer(field, value, language) if field else "" if value is None else str(value)
