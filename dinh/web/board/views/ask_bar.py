"""The bar above an answer: by what it is divided, of what only some is counted or shown, and what stands as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dinh.directory import tree
from dinh.indicators.asking import crossed
from dinh.indicators.asking.cube import Cube
from dinh.lib.names import fold
from dinh.web.board import crossing, dividing, saying
from dinh.web.board.questions import Wanted

Choice = tuple[str, str, bool]  # as an address has it, in words, whether it is chosen


def bar(cube: Cube, wanted: Wanted, language: str) -> Mapping[str, Any]:
    """Return what may be chosen beside an answer, and what of the question cannot be answered in this way."""
    titles = {one.key: one.indicator.title.of(language) for one in wanted.things}
    able = {one.key: crossed.can(one) for one in wanted.things}
    only = _("Show only some: %(name)s")
    return {
        "dimensions": _dimensions(wanted, wanted.by, ""),
        "second_dimensions": _dimensions(wanted, wanted.also, wanted.by) if wanted.by else [],
        "part_choices": _parts(wanted.by, cube.parts, wanted.parts, language),
        "second_choices": _parts(wanted.also, cube.seconds, wanted.seconds, language),
        "part_title": only % {"name": dividing.dimension(wanted.by)},
        "second_title": only % {"name": dividing.dimension(wanted.also)},
        "filters": list(dividing.filters(wanted, language)),
        "across_choices": [(code, title, wanted.across == code) for code, title in _across(wanted, cube)],
        "unit_choices": _units(wanted),
        "counts": [
            {"title": titles[key], "can": can, "out": key in cube.left_out} for key, can in able.items()
        ],
        "once": "; ".join(titles[key] for key, can in able.items() if not can),
    }


def _dimensions(wanted: Wanted, chosen: str, other: str) -> list[Choice]:
    """Return by what may be divided, beside another dimension."""
    found = [("", _("no division"), chosen == "")]
    return found + [
        (name, dividing.dimension(name), name == chosen) for name in wanted.dimensions if name != other
    ]


def _parts(by: str, known: Sequence[str], some: Sequence[str], language: str) -> list[Choice]:
    """Return the parts of a dimension to choose from."""
    every = sorted(dict.fromkeys((*known, *some)), key=crossing.order) if by else []
    return [(part, saying.part(by, part, language), part in some) for part in every]


def _across(wanted: Wanted, cube: Cube) -> list[tuple[str, str]]:
    found = [("time", _("Months"))]
    found += [("unit", _("Which unit"))] if len(cube.question.units) > 1 else []
    found += [("part", dividing.dimension(wanted.by))] if wanted.by else []
    found += [("second", dividing.dimension(wanted.also))] if wanted.also else []
    found += [("figure", _("Figures"))] if len(wanted.things) > 1 else []
    return found


def _units(wanted: Wanted) -> list[Choice]:
    below = wanted.siblings
    tree.warm(below)
    found = [
        (str(one), tree.title(one, wanted.asked.day, with_parents=False), one in wanted.units)
        for one in below
    ]
    return sorted(found, key=lambda one: fold(one[1]))
