"""The answer to a question as a drawing: lines over time, or bars of one time. Made twice, for wide and narrow pages.

Lines differ by colour and by dashes, and each has its name at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dinh.indicators.asking.cube import TIME
from dinh.lib.money import UNKNOWN
from dinh.web.board import crossing
from dinh.web.board.crossing import Row, Table
from dinh.web.board.questions import Wanted
from dinh.web.components.charts.axes import line as line_of
from dinh.web.components.charts.axes import round_marks, scale

MOST_LINES, BARS, BARS_OF_ROW = 6, 30, 3
TOP, BOTTOM, LEFT = 14, 30, 46
LETTER, NAME = 7, 15  # at most so wide is a letter, so high a line of text


@dataclass(frozen=True)
class Line:
    """One line: its name, a value for each column (None: a gap), and these in words."""

    title: str
    values: tuple[Decimal | None, ...]
    shown: tuple[str, ...]


def of(found: Table, wanted: Wanted, language: str) -> SafeString:
    """Draw the first figure of an answer: lines where several times are known as columns, else bars of the first columns."""
    figure = wanted.things[0].indicator
    title = _("%(figure)s; the same numbers stand in the table") % {"figure": figure.title.of(language)}
    rows = [row for row in found.rows if found.figures or row.keys[0] == wanted.things[0].key]
    plain = [at for at, one in enumerate(found.columns) if one.key is not None] or [0]
    known = [at for at in plain if any(_number(row, at, wanted) is not None for row in rows)]
    if found.across == TIME and len(known) > 1:
        some = plain[::-1]  # time runs from left to right, though the table begins with the newest
        told = [row for row in rows if any(_number(row, at, wanted) is not None for at in known)]
        drawn = [_line(row, some, wanted, language) for row in _leading(told)]
        share = figure.kind == "ratio" and figure.unit.of("en") == "%" and wanted.show == "value"
        names = [found.columns[at].title for at in some]
        return lines(drawn, names, title, language, 100.0 if share else None)
    some = (known or plain)[:1] if found.figures or found.across == TIME else plain[:BARS_OF_ROW]
    named = len(some) > 1 or (found.across == TIME and len(plain) > 1)
    names = [found.columns[at].title for at in some] if named else [""]
    single = [row for row in rows if not row.together][:BARS]
    return bars([_line(row, some, wanted, language) for row in single], names, title)


def _leading(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are drawn as lines: what is together first, as far as it leaves room for others."""
    together = [row for row in rows if row.together]
    units = [row for row in together if row.keys[1] is None][: MOST_LINES // 2]
    most = sorted(together, key=lambda row: -row.keys.count(None))[:1]  # all of all before all of a part
    return [*(units or most), *(row for row in rows if not row.together)][:MOST_LINES]


def _number(row: Row, at: int, wanted: Wanted) -> Decimal | None:
    return crossing.number(row.cells[at].value, wanted)


def _line(row: Row, some: Sequence[int], wanted: Wanted, language: str) -> Line:
    """Return some cells of a row as what is drawn, without the name of the one figure that all are of."""
    titles = row.titles[1:] if len(wanted.things) > 1 and wanted.across != "figure" else row.titles
    name = " · ".join(title for title in titles if title) or wanted.things[0].indicator.title.of(language)
    values = tuple(_number(row, at, wanted) for at in some)
    return Line(name, values, tuple(row.cells[at].shown or UNKNOWN for at in some))


def lines(
    found: Sequence[Line], columns: Sequence[str], title: str, language: str, most: float | None = None
) -> SafeString:
    """Draw up to six lines; "" when nothing is known. most: no value can be larger, as of a share"""
    if not any(one is not None for line in found for one in line.values) or len(columns) < 2:
        return SafeString("")
    known = found[:MOST_LINES]
    marks = _marks([float(one) for line in known for one in line.values if one is not None], most)
    wide = _drawn(known, columns, title, language, (760, 300), 190, "wide-only", marks)
    narrow = _drawn(known, columns, title, language, (344, 240), 12, "narrow-only", marks)
    return format_html("{}{}{}", wide, narrow, _legend(known))


def bars(found: Sequence[Line], columns: Sequence[str], title: str) -> SafeString:
    """Draw a bar for each value of some lines, the names before them; "" when nothing is known. One drawing for all widths."""
    known = [one for line in found for one in line.values if one is not None]
    most = max(known, default=Decimal(0))
    if most <= 0:
        return SafeString("")
    items = format_html_join(
        "",
        '<li><span class="bars-name">{}</span>{}</li>',
        ((line.title, _bars_of(line, columns, most)) for line in found),
    )
    return format_html('<ul class="bars" aria-label="{}">{}</ul>', title, items)


def _bars_of(line: Line, columns: Sequence[str], most: Decimal) -> SafeString:
    return format_html_join(
        "", '<span class="bars-one"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bars-value b{}" width="{}" height="10"/></svg><span>{} <b>{}</b></span></span>',
        ((at, round(float(max(one or Decimal(0), Decimal(0)) / most) * 100, 1), columns[at], shown)
         for at, (one, shown) in enumerate(zip(line.values, line.shown, strict=True))),
    )  # fmt: skip


def _drawn(
    found: Sequence[Line], columns: Sequence[str], title: str, language: str, size: tuple[int, int], right: int, name: str,
    marks: Sequence[float],
) -> SafeString:  # fmt: skip
    width, height = size
    low, high = marks[0], marks[-1]
    step = (width - LEFT - right) / max(1, len(columns) - 1)

    def y(value: float) -> float:
        return round(height - BOTTOM - (value - low) / (high - low) * (height - TOP - BOTTOM), 1)

    def x(number: int) -> float:
        return round(LEFT + number * step, 1)

    shapes = format_html_join("", "{}", ((_shape(line, number, x, y),) for number, line in enumerate(found)))
    names = _names(found, x, y, height - BOTTOM) if name == "wide-only" else SafeString("")
    return format_html(
        '<svg class="chart cross {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        name, width, height, title, scale(marks, y, LEFT, width - right, language), shapes, names,
        _axis(columns, x, height, step, width),
    )  # fmt: skip


def _shape(line: Line, number: int, x: Callable[[int], float], y: Callable[[float], float]) -> SafeString:
    points = [None if one is None else (x(at), y(float(one))) for at, one in enumerate(line.values)]
    drawn = line_of(points, f"cross-line s{number}")
    dots = format_html_join(
        "", '<circle class="cross-dot s{}" cx="{}" cy="{}" r="3.5"><title>{}: {}</title></circle>',
        ((number, *point, line.title, line.shown[at]) for at, point in enumerate(points) if point),
    )  # fmt: skip
    return format_html("{}{}", drawn, dots)


def _names(
    found: Sequence[Line], x: Callable[[int], float], y: Callable[[float], float], lowest: float
) -> SafeString:
    """Write each name beside the end of its line, none over another, nor below the scale."""
    ends: list[tuple[float, int, str]] = []
    for number, line in enumerate(found):
        at = max((at for at, one in enumerate(line.values) if one is not None), default=None)
        if at is not None:
            ends.append((y(float(line.values[at] or 0)), number, line.title))
    ends.sort(key=lambda end: end[0])
    heights = _spread([height for height, _number, _title in ends], TOP, lowest)
    last = x(len(found[0].values) - 1) + 9
    return format_html_join(
        "", '<text class="cross-name s{}" x="{}" y="{}">{}</text>',
        ((number, last, round(height + 4, 1), _short(title)) for height, (_y, number, title) in zip(heights, ends, strict=True)),
    )  # fmt: skip


def _spread(wanted: Sequence[float], least: float, most: float) -> list[float]:
    """Return heights as near to those wanted as a line of text each allows, from the top, none beyond the edges."""
    found: list[float] = []
    for height in wanted:
        found.append(max(height, found[-1] + NAME if found else least))
    for at in range(len(found) - 1, -1, -1):  # what ran over the lower edge goes up, and takes others along
        found[at] = min(found[at], most if at == len(found) - 1 else found[at + 1] - NAME)
    return found


def _short(title: str) -> str:
    return title if len(title) < 28 else f"{title[:26]}…"


def _legend(found: Sequence[Line]) -> SafeString:
    items = format_html_join(
        "", '<li><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><path class="cross-line s{}" d="M1 4H27"/></svg>{}</li>',
        ((number, line.title) for number, line in enumerate(found)),
    )  # fmt: skip
    return format_html('<ul class="cross-legend narrow-only">{}</ul>', items)


def _axis(
    columns: Sequence[str], x: Callable[[int], float], height: int, step: float, width: int
) -> SafeString:
    """Write the times below: the newest and as many before it as have room, none over another nor beyond the edges."""
    widest = max(len(title) for title in columns) * LETTER
    room = widest + 10 + max(0, widest / 2 - (width - x(len(columns) - 1)), widest / 2 - x(0))
    every = max(1, ceil(room / max(step, 1)))
    shown = [at for at in range(len(columns)) if (len(columns) - 1 - at) % every == 0]
    return format_html_join(
        "", '<text class="chart-month" x="{}" y="{}">{}</text>',
        ((round(min(max(x(at), widest / 2), width - widest / 2), 1), height - 8, columns[at]) for at in shown),
    )  # fmt: skip


def _marks(known: Sequence[float], most: float | None) -> list[float]:
    """Return the round numbers of the scale, the lowest first; none above what can be."""
    low, high = min(known), max(known)
    low = 0.0 if 0 <= low < high * 0.6 else low
    if high - low < 1e-9:
        low, high = (0.0, max(high, 1.0)) if low <= 0 else (low * 0.9, high * 1.1)
    marks = round_marks(low, high)
    below = [one for one in marks if most is None or one <= most]
    return below if len(below) > 1 and below[-1] >= max(known) else marks
