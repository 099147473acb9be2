"""Figures: columns that a view has, measures that exist, sums that stay true when they are added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from dinh.catalogue.checks.look import Look
from dinh.catalogue.expressions import sql
from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.shapes.figures import ANY_AGE, Indicator, Measure
from dinh.database import published
from dinh.database.published import View
from dinh.lib.errors import Fault, Invalid

GROUPS = "indicator_groups"


def measures_name_columns(look: Look) -> Iterator[Fault]:
    """Views, columns, their types, and what may be split by."""
    for id, measure in look.catalogue.measures.items():
        where = look.where("measures", id)
        if measure.origin != "computed":
            continue
        view = published.views().get(measure.view)
        if view is None:
            message = _("No view “%(name)s” is published. Known: %(known)s.")
            known = {"name": measure.view, "known": ", ".join(published.views())}
            yield Fault(f"{where}: view", "catalogue.unknown_view", message % known)
            continue
        yield from _columns(where, measure, view)
        yield from _dimensions(where, measure, view)
        try:
            sql.condition(measure.count_if, columns_of(view), "sqlite", "date('now')")
        except Invalid as refused:
            for fault in refused.faults:
                yield Fault(f"{where}: count_if", fault.code, fault.message)


def columns_of(view: View) -> dict[str, str]:
    """Return the columns that an expression may ask of a view: name -> type."""
    return {column.name: column.type for column in view.columns if column.type != "datetime"}


def _columns(where: str, measure: Measure, view: View) -> Iterator[Fault]:
    known = columns_of(view)
    wanted: dict[str, tuple[str, ...]] = {"on": ("date",), "since": ("date",), "until": ("date",)}
    wanted["column"] = ("integer",) if measure.aggregate == "sum" else tuple(set(known.values()))
    for place, types in wanted.items():
        name = getattr(measure, place)
        if name and known.get(name) not in types:
            message = _("View “%(view)s” has no column “%(name)s” that fits here.")
            said = message % {"view": view.name, "name": name}
            yield Fault(f"{where}: {place}", "catalogue.unknown_column", said)


def _dimensions(where: str, measure: Measure, view: View) -> Iterator[Fault]:
    columns = {column.name: column for column in view.columns}
    for name in measure.dimensions:
        if name == ANY_AGE and name not in columns and "birth" in columns:
            continue
        column = columns.get(name)
        if column is None or column.type not in {"text", "integer", "boolean"} or column.personal:
            message = _("“%(name)s” is no column of view “%(view)s” by which people may be split.")
            said = message % {"view": view.name, "name": name}
            yield Fault(f"{where}: dimensions", "catalogue.unknown_dimension", said)


def measures_are_compared_with_computed_ones(look: Look) -> Iterator[Fault]:
    """What a told figure stands beside."""
    for id, measure in look.catalogue.measures.items():
        other = look.catalogue.measures.get(measure.compare_with or "")
        missing = measure.compare_with and not look.knows("measures", measure.compare_with)
        if missing or (other is not None and (other.origin != "computed" or measure.origin == "computed")):
            message = _("A told figure is compared with a computed measure; “%(id)s” is none.")
            path = f"{look.where('measures', id)}: compare_with"
            yield Fault(path, "catalogue.unknown_measure", message % {"id": measure.compare_with})


def what_is_seen_has_its_whole(look: Look) -> Iterator[Fault]:
    """Of what is known only where somebody looked: the measure of those who were looked at, of the same rows."""
    for id, measure in look.catalogue.measures.items():
        if measure.out_of is None:
            continue
        path, other = f"{look.where('measures', id)}: out_of", look.catalogue.measures.get(measure.out_of)
        if other is None:
            if not look.knows("measures", measure.out_of):
                message = _("There is no measure “%(id)s” in measures/.") % {"id": measure.out_of}
                yield Fault(path, "catalogue.unknown_measure", message)
        elif (other.view, other.kind, other.out_of) != (measure.view, measure.kind, None):
            message = _("“%(id)s” does not count, of the same rows, those who were looked at.")
            yield Fault(path, "catalogue.not_its_whole", message % {"id": measure.out_of})


def indicators_are_made_of_measures(look: Look) -> Iterator[Fault]:
    """Numerators, denominators and quantiles: of measures alone, of one kind each, and never always zero."""
    for id, indicator in look.catalogue.indicators.items():
        where = look.where("indicators", id)
        for place in ("numerator", "denominator"):
            if text := getattr(indicator, place):
                yield from _sum(look, f"{where}: {place}", text)
        if indicator.quantile is not None:
            yield from _quantile(look, f"{where}: quantile", indicator)


def _sum(look: Look, path: str, text: str) -> Iterator[Fault]:
    try:
        terms = linear(text)
    except Invalid as refused:
        for fault in refused.faults:
            yield Fault(path, fault.code, fault.message)
        return
    if not terms:
        message = _("The measures cancel out: this is always zero.")
        yield Fault(path, "catalogue.always_zero", message)
    for name in sorted(terms):
        yield from _measure(look, path, name)
    known = [look.catalogue.measures[name] for name in terms if name in look.catalogue.measures]
    # What happened in a period and what there is at its end may be added: each is rolled up first.
    units, months = {one.roll_units for one in known}, {one.roll_time for one in known}
    if len(units) > 1 or ("max" in months and len(months) > 1):
        message = _(
            "These measures are added up in different ways over time or places; a sum of them is none."
        )
        yield Fault(path, "catalogue.mixed_measures", message)


def _measure(look: Look, path: str, name: str) -> Iterator[Fault]:
    if look.knows("measures", name):
        return
    if look.knows("indicators", name):
        message = _("“%(id)s” is an indicator: this averages percentages. Name its measures instead.")
        yield Fault(path, "catalogue.averages_percentages", message % {"id": name})
    else:
        message = _("There is no measure “%(id)s” in measures/.") % {"id": name}
        yield Fault(path, "catalogue.unknown_measure", message)


def _quantile(look: Look, path: str, indicator: Indicator) -> Iterator[Fault]:
    quantile = indicator.quantile
    assert quantile is not None  # noqa: S101 - the caller asked
    yield from _measure(look, f"{path}.measure", quantile.measure)
    measure = look.catalogue.measures.get(quantile.measure)
    view = published.views().get(measure.view) if measure else None
    if measure is None or view is None:
        return
    number = any(one.name == quantile.dimension and one.type == "integer" for one in view.columns)
    if quantile.dimension not in measure.dimensions or not number:
        message = _("“%(name)s” is no whole number by which measure “%(id)s” is split.")
        said = message % {"name": quantile.dimension, "id": measure.id}
        yield Fault(f"{path}.dimension", "catalogue.unknown_dimension", said)


def scores_add_points(look: Look) -> Iterator[Fault]:
    """Parts of a score have points, and no score contains itself."""
    for id, indicator in look.catalogue.indicators.items():
        where = look.where("indicators", id)
        for name in indicator.parts:
            part = look.catalogue.indicators.get(name)
            if not look.knows("indicators", name):
                message = _("There is no indicator “%(id)s” in indicators/.") % {"id": name}
                yield Fault(f"{where}: parts", "catalogue.unknown_indicator", message)
            elif part is not None and part.kind != "score" and part.score is None:
                message = _("Indicator “%(id)s” has no points (`score`).") % {"id": name}
                yield Fault(f"{where}: parts", "catalogue.no_points", message)
        if id in _within(look, id):
            yield Fault(f"{where}: parts", "catalogue.contains_itself", _("A score contains itself."))
        groups = look.codes(GROUPS)
        if groups is not None and indicator.group not in groups:
            message = _("List “%(list)s” has no entry “%(code)s”.")
            said = message % {"list": GROUPS, "code": indicator.group}
            yield Fault(f"{where}: group", "catalogue.unknown_code", said)


def _within(look: Look, id: str) -> set[str]:
    """Return all that a score is made of, at any depth."""
    found: set[str] = set()
    left = [id]
    while left:
        item = look.catalogue.indicators.get(left.pop())
        fresh = set(item.parts) - found if item else set()
        found |= fresh
        left += fresh
    return found


def owners_are_offices(look: Look) -> Iterator[Fault]:
    """Offices that answer for a figure."""
    keys = {office.key for item in look.catalogue.offices.values() for office in item.offices}
    if not keys:  # their file has faults of its own, or this catalogue has none
        return
    for kind, items in (("measures", look.catalogue.measures), ("indicators", look.catalogue.indicators)):
        for id, item in items.items():
            if item.owner not in keys:
                message = _("There is no office “%(id)s” in offices/.") % {"id": item.owner}
                yield Fault(f"{look.where(kind, id)}: owner", "catalogue.unknown_office", message)


CHECKS: tuple[Callable[[Look], Iterator[Fault]], ...] = (
    measures_name_columns, measures_are_compared_with_computed_ones, what_is_seen_has_its_whole,
    indicators_are_made_of_measures, scores_add_points, owners_are_offices,
)  # fmt: skip
