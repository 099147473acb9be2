"""A figure in words: what is counted, what it is divided by, by which law, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, override

from dinh.catalogue import store
from dinh.catalogue.citing import cite
from dinh.catalogue.expressions import parse, say
from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.database import published
from dinh.lib.errors import NotFound


@dataclass(frozen=True)
class Explanation:
    """A measure or an indicator in the words of one language.

    formula  how it is worked out; of a measure, which rows are counted
    parts    (id, explanation) of what it is made of
    facts    (label, words): unit, period, basis, owner, validity, doubts
    """

    id: str
    title: str
    sentence: str
    formula: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Explanation, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield it as text, parts indented."""
        pad = "  " * depth
        yield f"{pad}{self.title} [{self.id}]"
        yield f"{pad}  {self.sentence}"
        yield f"{pad}  = {self.formula}"
        for label, words in self.facts:
            yield f"{pad}  {label}: {words}"
        for part in self.parts:
            yield from part.lines(depth + 1)


def explain(id: str, language: str) -> Explanation:
    """Return what an indicator, or a measure, says and how. Raises NotFound ("indicators.no_figure")."""
    catalogue = store.get()
    found = catalogue.indicators.get(id) or catalogue.measures.get(id)
    if found is None:
        raise NotFound("indicators.no_figure", figure=id)
    with override(language):
        return _indicator(found, language) if isinstance(found, Indicator) else _measure(found, language)


def measures_in(indicator: Indicator) -> tuple[str, ...]:
    """Return the measures that an indicator itself names, numerator first."""
    if indicator.quantile is not None:
        return (indicator.quantile.measure,)
    names: dict[str, None] = {}
    for text in (indicator.numerator, indicator.denominator):
        names |= dict.fromkeys(linear(text)) if text else {}
    return tuple(names)


def number(value: Decimal | int | float, language: str) -> str:
    """Return a number as a language writes it, at most four digits after the point: "1.349,5"."""
    text = f"{Decimal(str(value)):,.4f}".rstrip("0").rstrip(".")
    marks = {"vi": ".,", "fr": "\N{NARROW NO-BREAK SPACE},"}.get(language[:2], ",.")
    return text.translate({ord(","): marks[0], ord("."): marks[1]})


def _indicator(item: Indicator, language: str) -> Explanation:
    catalogue = store.get()
    parts = [
        _measure(catalogue.measures[id], language) for id in measures_in(item) if id in catalogue.measures
    ]
    parts += [
        _indicator(catalogue.indicators[id], language) for id in item.parts if id in catalogue.indicators
    ]
    facts = [(gettext("Unit"), item.unit.of(language)), *_common(item, language)]
    if item.targets:
        told = "; ".join(f"{year}: {number(value, language)}" for year, value in sorted(item.targets.items()))
        facts.append((gettext("To be reached"), told))
    if item.minimum_denominator:
        words = gettext("fewer than %(count)s cases are marked as few")
        facts.append((gettext("Few cases"), words % {"count": item.minimum_denominator}))
    return Explanation(
        item.id, item.title.of(language), item.sentence.of(language), _formula(item, language), tuple(facts), tuple(parts)
    )  # fmt: skip


def _formula(item: Indicator, language: str) -> str:
    titles = {id: measure.title for id, measure in store.get().measures.items()}
    if item.kind == "score":
        words = gettext("points of its parts, added; at most %(most)s")
        return words % {"most": number(item.most, language)}
    if item.quantile is not None:
        share, name = round(item.quantile.at * 100), titles.get(item.quantile.measure)
        words = gettext("%(share)s%% of the cases of “%(measure)s” are at or below it")
        return words % {"share": share, "measure": name.of(language) if name else item.quantile.measure}
    above = say(parse(item.numerator), language, titles)
    text = above
    if item.kind == "ratio":
        words = gettext("(%(above)s) divided by (%(below)s)")
        text = words % {"above": above, "below": say(parse(item.denominator), language, titles)}
    if item.factor != 1:
        text = gettext("%(formula)s, times %(factor)s") % {"formula": text, "factor": item.factor}
    if item.score is not None:
        words = gettext("%(formula)s. Points: %(most)s when %(target)s is reached, in proportion below it")
        most, target = number(item.score.most, language), number(item.score.target, language)
        text = words % {"formula": text, "most": most, "target": target}
    return text


def _measure(item: Measure, language: str) -> Explanation:
    facts = [
        (gettext("Unit"), item.unit.of(language)),
        (gettext("Months together"), str(_TIME[item.roll_time]())),
    ]
    facts.append((gettext("Places together"), str(_UNITS[item.roll_units]())))
    if item.dimensions:
        facts.append((gettext("Can be split by"), ", ".join(item.dimensions)))
    if (whole := store.get().measures.get(item.out_of or "")) is not None:
        facts.append((gettext("Known only among"), whole.title.of(language)))
    facts += _common(item, language)
    return Explanation(
        item.id, item.title.of(language), item.sentence.of(language), _counted(item, language), tuple(facts)
    )  # fmt: skip


def _counted(item: Measure, language: str) -> str:
    if item.origin == "declared":
        return gettext("told by the commune, not counted by this house")
    if item.origin == "imported":
        return gettext("brought by a file, not counted by this house")
    view = published.views().get(item.view)
    titles = {column.name: column.meaning for column in view.columns} if view and language == "en" else {}
    how = {
        "count": gettext("rows of “%(view)s”"), "sum": gettext("sum of “%(column)s” over “%(view)s”"),
        "distinct": gettext("different “%(column)s” in “%(view)s”"),
    }[item.aggregate]  # fmt: skip
    text = how % {"view": item.view, "column": item.column}
    when = (
        gettext("in the month of “%(on)s”")
        if item.kind == "flow"
        else gettext("on the last day of the month")
    )
    text = f"{text}, {when % {'on': item.on}}"
    if item.count_if:
        told = say(parse(item.count_if), language, titles)
        text = gettext("%(rows)s, where %(condition)s") % {"rows": text, "condition": told}
    return text


def _common(item: Measure | Indicator, language: str) -> list[tuple[str, str]]:
    offices = {office.key: office.title for kind in store.get().offices.values() for office in kind.offices}
    owner = offices.get(item.owner)
    return [
        (gettext("Answers for it"), owner.of(language) if owner else item.owner),
        (gettext("Basis"), cite(item.source, language)),
        (gettext("Version"), f"{item.version}, {item.valid_from:%d/%m/%Y}"),
        *((gettext("Not yet confirmed"), cite(one, language)) for one in item.uncertain),
    ]


_TIME = {
    "sum": lambda: gettext("added"), "last": lambda: gettext("the last month"), "max": lambda: gettext("the largest"),
}  # fmt: skip
_UNITS = {
    "sum": lambda: gettext("added"), "max": lambda: gettext("the largest"), "none": lambda: gettext("not together"),
}  # fmt: skip
