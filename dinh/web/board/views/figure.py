"""One figure opened: how it is worked out, a year of it, the units below, and whom it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.expressions.linear import linear
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.directory import tree
from dinh.directory.models import Account
from dinh.indicators.engine import definitions
from dinh.indicators.queries import hiding, rows
from dinh.indicators.queries.explaining import explain, measures_in
from dinh.indicators.queries.figures import Value
from dinh.lib.money import show_number
from dinh.web.board import arranging, declared, homes, peers, placing, ranking, reading, saying, taking
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading
from dinh.web.board.tiles import Said, notes, tile
from dinh.web.board.views.base import account_of, board_page, language, show
from dinh.web.board.views.rows import openers
from dinh.web.components.charts.bars import bar
from dinh.web.components.charts.years import Month, year

COUNTED = {"sum", "quantile"}  # kinds that stand as columns


@dataclass(frozen=True)
class Part:
    """A measure of a figure: its title, the address of its rows ("" for none), and whether the unit tells it."""

    title: str
    url: str
    told: bool


@dataclass(frozen=True)
class Side:
    """Numerator or denominator: its number, and the measures it is made of with the address of their rows."""

    label: str
    shown: str
    measures: tuple[Part, ...]
    url: str = ""  # the rows of the number itself, where it is a difference of two measures


@dataclass(frozen=True)
class Split:
    """A figure by one dimension: for each part its name, value, cases, drawing, state, and the address of its rows."""

    title: str
    rows: tuple[dict[str, Any], ...]


@board_page
def page(request: HttpRequest, asked: Asked, figure: str) -> HttpResponse:
    """Show one figure of a unit."""
    if not request.GET.get("month") and figure in store.get().indicators:
        asked = homes.present(asked) if saying.at_end(store.get().indicators[figure]) else asked
    told, mark = language(), reading.watermark(asked)
    found = reading.seen([figure], asked, mark, account_of(request)).get(figure)
    if found is None:
        raise Http404
    indicator, account = found.indicator, account_of(request)
    hide = bool(hiding.hidden_from(account, [indicator], asked.unit, asked.today))
    values = reading.seen_below([figure], asked, mark, account)[figure]
    if form := taking.wanted(request):
        titles = [
            saying.unit(asked),
            *(tree.title(one.unit, asked.day, with_parents=False) for one in values),
        ]
        lines = taking.units(found, values, titles, told)
        says = declared.beside(found, asked, mark, told)
        return taking.file(
            [*lines, *declared.rows(says, titles[0], saying.span(asked), len(lines[0]))], form, figure, asked
        )
    children = ranking.ranked(values, found, asked, told)
    context = {
        "figure": indicator,
        "tile": tile(found, asked, told),
        "explained": explain(figure, told),
        "sides": _sides(found, asked, told, account),
        "openers": _openers(indicator, asked, account),
        "declared": declared.beside(found, asked, mark, told),
        "trend": _trend(found, told),
        "months_table": _months(found, told),
        "children": [one for one in children if not one.missing],
        "silent": ranking.silent(children),
        "peers": peers.of(found, asked, told),
        "map": placing.of_figure(values, found, asked, told),
        "helps": any(one.why for one in children if not one.missing),
        "splits": list(_splits(found, asked, mark, told, hide=hide, opens=_opens(request, indicator, asked))),
        "notes": notes(found.now, told),
    }
    return show(request, "figure", asked, context)


def _opens(request: HttpRequest, indicator: Indicator, asked: Asked) -> bool:
    """Return whether the reader may list rows of the first measure of a figure."""
    first = next(iter(measures_in(indicator)), "")
    return rows.may_list(first, account_of(request), asked.today)


def _openers(indicator: Indicator, asked: Asked, account: Account) -> str:
    """Return who may list the rows of a figure, for a reader who may list none of them."""
    counted = [id for id in measures_in(indicator) if definitions.measures()[id].origin == "computed"]
    shut = next((id for id in counted if not rows.may_list(id, account, asked.today)), "")
    return openers(shut, asked) if shut else ""


def _sides(found: Reading, asked: Asked, told: str, account: Account) -> list[Side]:
    """Return what a figure is made of; a score is made of figures, which its own page shows."""
    indicator, now = found.indicator, found.now
    if indicator.kind == "score":
        return []
    if indicator.quantile is not None:
        cases = show_number(now.denominator, told)
        return [
            Side(_("Cases"), cases, (_measure(indicator, indicator.quantile.measure, asked, told, account),))
        ]
    sides = [(_("Numerator") if indicator.denominator else _("Counted"), now.numerator, indicator.numerator)]
    if indicator.denominator:
        sides.append((_("Denominator"), now.denominator, indicator.denominator))
    whole = rows.difference(indicator)
    own = (
        rows_url(indicator, store.get().measures[whole[0]], asked)
        if whole and rows.may_list(whole[0], account, asked.today)
        else ""
    )
    return [
        Side(
            label, show_number(number, told),
            tuple(_measure(indicator, id, asked, told, account) for id in linear(text)),
            own if text == indicator.numerator and number else "",
        )
        for label, number, text in sides
    ]  # fmt: skip


def _measure(indicator: Indicator, id: str, asked: Asked, told: str, account: Account) -> Part:
    measure = store.get().measures.get(id)
    if measure is None:
        return Part(id, "", told=False)
    if measure.origin != "computed":
        return Part(measure.title.of(told), "", told=True)
    opens = rows.may_list(id, account, asked.today)
    address = f"{reverse('board:rows', args=[indicator.id, id])}?{asked.query()}" if opens else ""
    return Part(measure.title.of(told), address, told=False)


def rows_url(indicator: Indicator, measure: Measure | None, asked: Asked, **more: str) -> str:
    """Return the address of the rows of a number that stands first of a figure's; "" where it is told, not counted.

    Of a difference of two measures they are the rows of the difference.
    """
    if measure is None or measure.origin != "computed":
        return ""
    whole = rows.difference(indicator)
    if whole is not None and whole[0] == measure.id:
        more["without"] = whole[1]
    return f"{reverse('board:rows', args=[indicator.id, measure.id])}?{asked.query(**more)}"


def _trend(found: Reading, told: str) -> SafeString:
    indicator = found.indicator
    months = [
        Month(
            saying.month(one.first), f"{one.first % 100}/{one.first // 100 % 100}", one.value,
            show_number(one.value, told, indicator.decimals), one.locked,
        )
        for one in found.trend
    ]  # fmt: skip
    goal = found.now.target if indicator.direction != "none" else None
    words = (
        _("target %(target)s") % {"target": saying.target(goal, indicator, told)} if goal is not None else ""
    )
    title = _("%(title)s, month by month; the same numbers stand in the table") % {
        "title": indicator.title.of(told)
    }
    return year(months, goal, words, title, told, columns=indicator.kind in COUNTED)


def _months(found: Reading, told: str) -> list[dict[str, Any]]:
    return [
        {
            "month": saying.month(one.first),
            "value": saying.amount(one.value, found.indicator, told),
            "above": show_number(one.numerator, told),
            "below": show_number(one.denominator, told),
            "notes": ", ".join(notes(replace(one, waits=False), told, Said(one.counted_at))),
        }
        for one in reversed(found.trend)
    ]


def _splits(
    found: Reading, asked: Asked, mark: str, told: str, *, hide: bool, opens: bool
) -> Iterator[Split]:
    """Yield the figure by each dimension that all of its measures know: who is left behind first."""
    indicator = found.indicator
    if indicator.kind not in {"ratio", "sum"} or found.now.value is None:
        return
    measures = [store.get().measures[id] for id in measures_in(indicator)]
    for by in (*arranging.PEOPLE, *arranging.OTHERS):
        if not measures or any(by not in one.dimensions for one in measures):
            continue
        parts = reading.parts(indicator.id, by, asked, mark, mask=hide)
        if len(parts) > 1:
            yield Split(str(saying.DIMENSIONS[by]), tuple(_parts(parts, found, by, asked, told, opens=opens)))


def _parts(
    parts: Sequence[Value], found: Reading, by: str, asked: Asked, told: str, *, opens: bool
) -> Iterator[dict[str, Any]]:
    indicator = found.indicator
    goal = found.now.target if indicator.direction != "none" else None
    most = max(
        [one.value for one in parts if one.value is not None] + ([goal] if goal else []), default=Decimal(0)
    )
    most = Decimal(100) if indicator.unit.of("en") == "%" else most
    first = store.get().measures.get(measures_in(indicator)[0])
    ordered = sorted(
        parts,
        key=lambda one: (
            one.part == "",
            _age(one.part) if by == "age_band" else -(one.denominator or one.numerator or 0),
        ),
    )
    for one in ordered:
        yield {
            "title": saying.part(by, one.part, told),
            "value": _("fewer than 5") if one.masked else saying.amount(one.value, indicator, told),
            "above": show_number(one.numerator, told),
            "below": show_number(one.denominator, told),
            "bar": bar(one.value, most, goal),
            "state": arranging.state_of(one, indicator.direction),
            "url": "" if one.masked or not one.numerator or not opens else rows_url(indicator, first, asked, by=by, part=one.part),
        }  # fmt: skip


def _age(band: str) -> int:
    digits = band.split("-")[0].rstrip("+")
    return int(digits) if digits.isdigit() else 999
