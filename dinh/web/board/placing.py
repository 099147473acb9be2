"""What a map of a page shows: a figure by the units below, or how many of their figures need help."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.directory import tree
from dinh.indicators.queries.figures import Value
from dinh.lib.money import show_number
from dinh.web.board import maps, outlines, saying
from dinh.web.board.asking import Asked
from dinh.web.board.helping import Needs
from dinh.web.board.maps import Legend, Place
from dinh.web.board.reading import Reading


def of_figure(values: Sequence[Value], found: Reading, asked: Asked, language: str) -> SafeString:
    """Draw a figure of the units below: counts as circles of their size, rates as shades with circles of their cases."""
    indicator = found.indicator
    where = outlines.find([one.unit for one in values], asked.day)
    ratio = indicator.denominator != "" and indicator.kind == "ratio"
    address = reverse("board:figure", args=[indicator.id])
    places = []
    for one in values:
        if one.unit not in where:
            continue
        size = (one.denominator if ratio else one.value) or 0
        shown = _("fewer than 5") if one.masked else saying.amount(one.value, indicator, language)
        places.append(Place(
            _name(one.unit, asked), where[one.unit], shown, f"{address}?{asked.at(one.unit).query()}", one.value, float(size),
        ))  # fmt: skip
    sizes = _("The larger the circle, the more cases") if ratio else ""
    legend = Legend(indicator.title.of(language), indicator.unit.of(language), indicator.decimals, sizes)
    return maps.draw(places, legend, language)


def of_needs(needs: Needs, people: Sequence[Value], asked: Asked, language: str) -> SafeString:
    """Draw how many figures of each unit below need help or are not there yet; circles by its people where known."""
    known = {one.unit: one for one in needs.all}
    units = list(asked.children)
    where, sizes = outlines.find(units, asked.day), {one.unit: float(one.value or 0) for one in people}
    address = reverse("board:home")
    places = [
        Place(
            _name(unit, asked), where[unit], show_number(count, language),
            f"{address}?{asked.at(unit).query()}", Decimal(count), sizes.get(unit),
        )
        for unit in units if unit in where and unit in needs.judged
        for count in [known[unit].weak + known[unit].near if unit in known else 0]
    ]  # fmt: skip
    told = _("The larger the circle, the more people") if any(sizes.values()) else ""
    return maps.draw(places, Legend(_("Figures that need help or are not there yet"), "", 0, told), language)


def _name(unit: UUID, asked: Asked) -> str:
    """Return a name without its type: there is little room on a map."""
    naming = tree.naming(unit, asked.day)
    return naming.name if naming else ""
