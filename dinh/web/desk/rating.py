"""Rates of registers as pages draw them: a number, a bar and a band, which is a word, a shape and a colour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dinh.lib.money import show_number
from dinh.registers.models import Import
from dinh.verification.queries import RegisterRates
from dinh.web.components.charts.rates import percent
from dinh.web.desk import saying

WIDTH = 100
BANDS: dict[str, tuple[str, str, str | Promise]] = {
    "green": ("green", "✓", pgettext_lazy("rate", "reached")),
    "yellow": ("gold", "▲", pgettext_lazy("rate", "near")),
    "red": ("red", "■", pgettext_lazy("rate", "below")),
}
CRITERIA: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("dung", pgettext_lazy("criterion", "Right"), _("nothing in the population contradicts the row")),
    ("du", pgettext_lazy("criterion", "Complete"), _("the row has everything that it needs")),
    ("sach", pgettext_lazy("criterion", "Clean"), _("it is written as asked and stands once")),
    ("song", pgettext_lazy("criterion", "Living"), _("the person lives, lives there, and the row is fresh")),
)


def bar(share: float | None, band: str = "") -> SafeString:
    """Return a bar of a share; decoration, for the number stands beside it."""
    if share is None:
        return SafeString("")
    return format_html(
        '<svg class="bar {}" width="{}" height="8" aria-hidden="true"><rect class="rail" width="{}" height="8" rx="2"/>'
        '<rect class="fill" width="{}" height="8" rx="2"/></svg>',
        BANDS[band][0] if band else "", WIDTH, WIDTH, round(share * WIDTH, 1),
    )  # fmt: skip


def badge(band: str) -> SafeString:
    """Return a band as word, shape and colour; "" where nothing was verified."""
    return state(*BANDS[band]) if band in BANDS else SafeString("")


def state(colour: str, shape: str, word: str | Promise) -> SafeString:
    """Return a state as word, shape and colour."""
    return format_html(
        '<span class="state {}"><span aria-hidden="true">{}</span> {}</span>', colour, shape, word
    )


def brought_in() -> dict[str, datetime]:
    """Return when each register last received a file. One query over the imports."""
    loaded = Import.objects.filter(state=Import.State.LOADED).order_by().values_list("register")
    return dict(loaded.annotate(last=Max("loaded_at")))


def line(
    found: RegisterRates, language: str, brought: Mapping[str, datetime] | None = None
) -> dict[str, Any]:
    """Return the figures of a register as a list shows them; `newer` when a file came in after its verification."""
    share, last = found.verified_share, (brought or {}).get(found.id)
    return {
        "id": found.id, "rows": found.rows, "said": show_number(found.rows, language), "share": share, "percent": percent(share, language),
        "bar": bar(share, found.band), "badge": badge(found.band), "findings": found.open_findings,
        "at": saying.day(found.at, language),
        "newer": found.at is not None and last is not None and last > found.at,
    }  # fmt: skip


def criteria(found: RegisterRates, language: str) -> list[dict[str, Any]]:
    """Return the four criteria with their shares."""
    shares = {"dung": found.dung, "du": found.du, "sach": found.sach, "song": found.song}
    return [
        {"label": label, "means": means, "percent": percent(shares[key], language), "bar": bar(shares[key])}
        for key, label, means in CRITERIA
    ]
