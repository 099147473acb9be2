"""Units side by side: who needs help first, and why. Every number is one that `indicators` gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dinh.catalogue.shapes.figures import Indicator
from dinh.directory import tree
from dinh.indicators.queries.figures import Value
from dinh.lib.money import show_number
from dinh.lib.names import fold
from dinh.web.board import saying
from dinh.web.board.arranging import FEW, State, state_of
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.components.charts.bars import bar


@dataclass(frozen=True)
class Ranked:
    """One unit of a figure's table."""

    title: str
    query: str
    shown: str
    above: str
    below: str
    bar: SafeString
    state: State
    why: str
    missing: str = (
        ""  # why there is no number: "no_case", "untold"; "" where there is one, or one that is hidden
    )


def ranked(values: Sequence[Value], whole: Reading, asked: Asked, language: str) -> list[Ranked]:
    """Return units as a table has them: those that need help first, by how far they are; what is unknown last."""
    indicator = whole.indicator
    goal = whole.now.target if indicator.direction != "none" else None
    most = max(
        [one.value for one in values if one.value is not None] + ([goal] if goal else []), default=Decimal(0)
    )
    most = max(most, Decimal(100)) if indicator.kind == "ratio" and indicator.factor == 100 else most
    return [
        Ranked(
            _title(one, asked), asked.at(one.unit).query(),
            _("fewer than 5") if one.masked else saying.amount(one.value, indicator, language),
            show_number(one.numerator, language),
            show_number(one.denominator, language), bar(one.value, most, goal),
            state_of(one, indicator.direction), _why(one, goal, indicator, language), _missing(one),
        )
        for one in sorted(values, key=lambda one: (*_order(one, indicator), _title(one, asked)))
    ]  # fmt: skip


@dataclass(frozen=True)
class Silent:
    """Units without a number for one reason: how many, in words, and each of them."""

    words: str
    units: tuple[Ranked, ...]


def silent(found: Sequence[Ranked]) -> list[Silent]:
    """Return the units that have no number by the reason, each in the order of their names."""
    lines = []
    for missing in ("no_case", "untold"):
        units = sorted((one for one in found if one.missing == missing), key=lambda one: fold(one.title))
        if units:
            lines.append(Silent(_how_many(missing, len(units)), tuple(units)))
    return lines


def _how_many(missing: str, n: int) -> str:
    if missing == "no_case":
        words = ngettext("%(n)s had no case in this time", "%(n)s had no case in this time", n)
    else:
        words = ngettext(
            "%(n)s without a figure: nobody has told it", "%(n)s without a figure: nobody has told it", n
        )
    return words % {"n": n}


def _missing(value: Value) -> str:
    if value.value is not None or value.masked:
        return ""
    return "no_case" if value.denominator == 0 else "untold"


def _title(value: Value, asked: Asked) -> str:
    return tree.title(value.unit, asked.day, with_parents=False)


def _order(value: Value, indicator: Indicator) -> tuple[int, Decimal]:
    state = state_of(value, indicator.direction)
    if value.value is None:
        return (9, Decimal(0))
    down = indicator.direction in {"down", "none"}
    return (state.order if state is FEW else 0, -value.value if down else value.value)


def _why(value: Value, goal: Decimal | None, indicator: Indicator, language: str) -> str:
    """Return what would help: how many cases more reach the target."""
    if value.value is None or goal is None or indicator.kind != "ratio" or indicator.direction != "up":
        return ""
    if value.value >= goal or not value.denominator or value.numerator is None:
        return ""
    due = (
        goal
        / indicator.factor
        * Decimal(value.denominator.numerator)
        / Decimal(value.denominator.denominator)
    )
    held = Decimal(value.numerator.numerator) / Decimal(value.numerator.denominator)
    missing = int((due - held).to_integral_value(ROUND_CEILING))
    if missing <= 0:
        return ""
    words = ngettext(
        "%(count)s more would reach the target.", "%(count)s more would reach the target.", missing
    )
    return words % {"count": show_number(missing, language)}
