"""Sentences of the portal that are made of facts: time limits, durations, fees, sources of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Fee, TimeLimit
from dinh.lib.money import show_vnd

MINUTES_OF_A_DAY = 450  # 7.5 working hours


def language_now() -> str:
    """Return the language of the page."""
    return get_language() or "vi"


def time_limit(limit: TimeLimit) -> str:
    """Return how long the law gives: "within 3 working days"."""
    match limit.unit:
        case "at_once":
            return _("At once, while you wait")
        case "same_day" if limit.cutoff:
            return _("The same day. Received after %(cutoff)s: by the end of the next working day") % {
                "cutoff": limit.cutoff
            }
        case "same_day":
            return _("The same day")
        case "half_working_day":
            return ngettext(
                "Within %(n)s half working day", "Within %(n)s half working days", limit.value
            ) % {"n": limit.value}
        case "working_day":
            return ngettext("Within %(n)s working day", "Within %(n)s working days", limit.value) % {
                "n": limit.value
            }
    return ngettext("Within %(n)s day", "Within %(n)s days", limit.value) % {"n": limit.value}


def duration(minutes: float) -> str:
    """Return working minutes as people say them: "25 minutes", "3 hours", "2 working days"."""
    whole = round(minutes)
    if whole < 60:
        shown = max(whole, 1)
        return ngettext("%(n)s minute", "%(n)s minutes", shown) % {"n": shown}
    if whole < MINUTES_OF_A_DAY:
        hours = round(whole / 60)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = max(1, round(whole / MINUTES_OF_A_DAY))
    return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}


def fee_amount(fee: Fee, language: str) -> str:
    """Return what a fee costs as far as it is known before anything is answered."""
    usual = vnd(fee.amount_vnd, language)
    if fee.online_vnd is not None and fee.online_vnd != fee.amount_vnd:
        return _("%(usual)s; filed online: %(online)s") % {
            "usual": usual,
            "online": vnd(fee.online_vnd, language),
        }
    return usual if fee.amount_vnd else _("free of charge")


def vnd(amount: int, language: str) -> str:
    """Return an amount that never breaks between the number and its đồng."""
    return show_vnd(amount, language).replace(" ", "\u00a0")


def source_note(answer: Mapping[str, Any], language: str) -> str:
    """Return where a prefilled answer comes from, in words; "" for what was typed."""
    origin = str(answer.get("from") or "")
    match answer.get("source"):
        case "register":
            return _("From %(where)s") % {"where": origin_of(origin, language)}
        case "card":
            return _("Read from the identity card")
        case "paper":
            return _("Read from a paper: %(title)s") % {"title": origin} if origin else _("Read from a paper")
        case "answer":
            return _("Taken over from an earlier answer")
    return ""


def origin_of(origin: str, language: str) -> str:
    """Return what a source is called: "population" or "births 12/2025"."""
    name, _space, number = origin.partition(" ")
    if name in {"", "population"}:
        return _("the population database")
    register = store.get().registers.get(name)
    title = register.title.of(language) if register else name
    return f"{title} {number}".strip()
