"""Figures in words: numbers with their unit, months, parts, and the sentence that stands before each number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Band, Indicator
from dinh.directory import tree
from dinh.directory.models import Level
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value
from dinh.lib.dates import show_date
from dinh.lib.money import UNKNOWN, show_number
from dinh.web.board.arranging import reached
from dinh.web.board.asking import TODAY, Asked
from dinh.web.board.reading import Reading

DIMENSIONS: dict[str, str | Promise] = {
    "sex": gettext_lazy("Sex"),
    "age_band": gettext_lazy("Age"),
    "ethnicity": gettext_lazy("Ethnic group"),
    "disability": gettext_lazy("Seeing, hearing or moving with difficulty"),
    "device": gettext_lazy("A telephone or computer for it at home"),
    "procedure": gettext_lazy("Procedure"),
    "channel": gettext_lazy("How it was filed"),
    "poverty": gettext_lazy("Poverty"),
    "kind": gettext_lazy("Kind"),
    "topic": gettext_lazy("Topic"),
    "place": gettext_lazy("Place"),
    "outcome": gettext_lazy("Outcome"),
    "register": gettext_lazy("Register"),
    "domain": gettext_lazy("Domain"),
}
CHANNELS: dict[str, str | Promise] = {
    "online": gettext_lazy("online"),
    "counter": gettext_lazy("at the counter"),
    "post": gettext_lazy("by post"),
}
LISTS = {
    "sex": ("sexes",),
    "ethnicity": ("ethnic_groups",),
    "poverty": ("household_poverty",),
    "topic": ("workshop_topics",),
    "kind": ("difficulty_kinds", "assistance_kinds"),
    "domain": ("register_domains",),
}


def amount(value: Decimal | None, indicator: Indicator, language: str) -> str:
    """Return a value with its unit: "95,2 %", "12 hồ sơ"."""
    if value is None:
        return UNKNOWN
    return f"{show_number(value, language, indicator.decimals)}\u00a0{indicator.unit.of(language)}"


def difference(value: Decimal, indicator: Indicator, language: str) -> str:
    """Return how far two values are apart: of percentages in points, "15,5 điểm phần trăm"."""
    if indicator.unit.of("en") != "%":
        return amount(abs(value), indicator, language)
    points = _("%(count)s percentage points")
    return points % {"count": show_number(abs(value), language, indicator.decimals)}


def signed(value: int | Decimal | Fraction, language: str) -> str:
    """Return a difference with its sign: "+3", "−2", "0"."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{show_number(-value if value < 0 else value, language)}"


def about(id: str, language: str) -> str:
    """Return the title of the measure or indicator that a question is about."""
    known = store.get()
    item = known.indicators.get(id) or known.measures.get(id)
    return item.title.of(language) if item else id


def target(value: Decimal | None, indicator: Indicator, language: str) -> str:
    """Return a target without digits it does not need: "97 %"; "" for none."""
    if value is None:
        return ""
    digits = max(0, -int(Decimal(value).normalize().as_tuple().exponent))
    return f"{show_number(value, language, digits)}\u00a0{indicator.unit.of(language)}"


def month(value: int) -> str:
    """Return a month: "tháng 11/2026"."""
    return _("%(month)s/%(year)s") % {"month": value % 100, "year": value // 100}


def span(asked: Asked) -> str:
    """Return the time that is asked for."""
    if asked.span == "year":
        return _("%(year)s, to %(month)s") % {"year": asked.month // 100, "month": month(asked.month)}
    if asked.span == "quarter":
        quarter = (asked.month % 100 + 2) // 3
        return _("quarter %(quarter)s/%(year)s") % {"quarter": quarter, "year": asked.month // 100}
    return month(asked.month)


def mark(reached: Band | None, now: Value, asked: Asked, language: str) -> str:
    """Return the mark of a score; of a time that runs while parts are not told yet only that it is so far."""
    if now.value is not None and now.last >= asked.newest and not now.complete:
        return _("so far")
    return reached.title.of(language) if reached else ""


def as_of(found: Reading, asked: Asked, language: str) -> str:
    """Return of which time a value is that stands beside those of another month."""
    if at_end(found.indicator):
        return _("as of %(day)s") % {"day": show_date(asked.close or asked.today, language)}
    return _("%(month)s so far") % {"month": month(found.now.last)}


def at_end(indicator: Indicator) -> bool:
    """Return whether a figure counts what stands at the end of a time, of rows alone: it has a value each day."""
    measures = [store.get().measures.get(id) for id in measures_in(indicator)]
    return bool(measures) and all(
        one and one.kind == "stock" and one.origin == "computed" for one in measures
    )


def boundaries(asked: Asked, language: str) -> str:
    """Return in whose boundaries the units stand, and as known on which day when not now."""
    lines = _boundaries(asked, language)
    if not asked.known:
        return lines
    day = show_date(date.fromisoformat(asked.known), language)
    return _("%(lines)s, as known on %(day)s") % {"lines": lines, "day": day}


def _boundaries(asked: Asked, language: str) -> str:
    if asked.boundaries is None:
        return _("in the boundaries of that time")
    if asked.lines == TODAY:
        return _("in today’s boundaries")
    return _("in the boundaries of %(day)s") % {"day": show_date(asked.day, language)}


def unit(asked: Asked) -> str:
    """Return the name of the unit that is asked about, as of the day of its boundaries."""
    return tree.title(asked.unit, asked.day, with_parents=False)


def places(asked: Asked) -> str:
    """Return what the units below are called together: "các thôn", "các xã, phường"."""
    return _("the villages") if asked.level == Level.COMMUNE else _("the communes")


def sentence(found: Reading, language: str) -> str:
    """Return what a figure says now, in one sentence: its target first, else how it changed."""
    now, indicator = found.now, found.indicator
    if now.value is None:
        return _why_nothing(now)
    if now.target is not None and indicator.direction != "none":
        goal = target(now.target, indicator, language)
        if reached(now.value, now.target, indicator.direction):
            return _("The target of %(target)s is reached.") % {"target": goal}
        gap = difference(now.target - now.value, indicator, language)
        return _("%(gap)s short of the target, %(target)s.") % {"gap": gap, "target": goal}
    change = found.change
    if change is None:
        return indicator.sentence.of(language)
    if change == 0:
        return _("As before.")
    size = difference(change, indicator, language)
    if indicator.kind == "sum":
        words = _("%(size)s more than before.") if change > 0 else _("%(size)s less than before.")
    else:
        words = _("%(size)s higher than before.") if change > 0 else _("%(size)s lower than before.")
    return words % {"size": size}


def _why_nothing(value: Value) -> str:
    if value.masked:
        return _("Fewer than 5 cases, or so few that these could be worked out: not shown.")
    if value.denominator == 0:
        return _("There was no case in this time.")
    return _("Nobody has told it for this time.")


def part(dimension: str, code: str, language: str) -> str:
    """Return a part of a dimension in words; an unknown code stands as it is."""
    if code == "":
        return _("not known")
    if dimension in _WORDS:
        return _WORDS[dimension](code)
    catalogue = store.get()
    if dimension == "procedure" and code in catalogue.procedures:
        return catalogue.procedures[code].title.of(language)
    if dimension == "register" and code in catalogue.registers:
        return catalogue.registers[code].title.of(language)
    for name in LISTS.get(dimension, ()):
        for entry in catalogue.lists[name].entries if name in catalogue.lists else ():
            if entry.code == code:
                return entry.title.of(language)
    return code.replace("_", " ")


def _yes(code: str) -> str:
    return _("yes") if code == "1" else _("no")


def _age(code: str) -> str:
    if code.endswith("+"):
        return _("%(age)s and older") % {"age": code[:-1]}
    return _("%(ages)s years") % {"ages": code.replace("-", "–")}


_WORDS: dict[str, Callable[[str], str]] = {
    "disability": _yes,
    "device": _yes,
    "age_band": _age,
    "channel": lambda code: str(CHANNELS.get(code, code)),
}
