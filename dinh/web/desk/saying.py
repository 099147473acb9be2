"""Answers, findings and moments in words, in the reader's language; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.procedure import Field
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


def finding(one: Mapping[str, Any], fields: Mapping[str, Field], language: str) -> str:
    """Return a finding of the identification as a sentence that names the answer it is about."""
    field = fields.get(str(one.get("field", "")))
    label = field.title.of(language) if field else str(one.get("field", ""))
    words = {
        "not_found": _("%(field)s: not found in the population."),
        "ambiguous": _("%(field)s: more than one person fits."),
        "dead": _("%(field)s: this person is recorded as dead."),
        "number_unknown": _("%(field)s: this number is not in the population."),
    }.get(str(one.get("code", "")))
    if words is not None:
        return words % {"field": label}
    typed, register = (_said(field, one.get(side), language) for side in ("typed", "register"))
    if register:
        known = {"field": label, "typed": typed or "–", "register": register}
        return _("%(field)s: typed “%(typed)s”, the register says “%(register)s”.") % known
    return _("%(field)s: differs from the register.") % {"field": label}


def _said(field: Field | None, value: Any, language: str) -> str:
    return answer(field, value, language) if field else "" if value is None else str(value)
