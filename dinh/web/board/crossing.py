"""The answer to a question as a table: one axis as columns, the others as rows, what is together at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from dinh.directory import tree
from dinh.indicators.asking.cube import FIGURE, PART, SECOND, TIME, UNIT, Cube
from dinh.indicators.queries.figures import Value
from dinh.lib.money import UNKNOWN, show_number
from dinh.lib.names import fold
from dinh.web.board import dividing, saying
from dinh.web.board.questions import Wanted

AXES = {"figure": FIGURE, "unit": UNIT, "time": TIME, "part": PART, "second": SECOND}
SHADES = 5
Range = tuple[Decimal, Decimal, int]  # the least and the most value of a figure, and how many there are


@dataclass(frozen=True)
class Member:
    """One place on an axis: its key in the cube (None: all together) and its name."""

    key: object
    title: str


@dataclass(frozen=True)
class Cell:
    """A cell: what it shows, the value behind, and how dark it is among those of its figure (0: not shaded)."""

    shown: str
    value: Value | None
    shade: int = 0


@dataclass(frozen=True)
class Row:
    """A row: its names on the axes that stand as rows, and its cells. `together`: it sums others up."""

    titles: tuple[str, ...]
    cells: tuple[Cell, ...]
    together: bool
    keys: tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """The whole answer.

    heads    names of the axes that stand as rows
    columns  members of the axis that stands as columns
    alone    what all cells share, in words: axes with one member
    figures  figures stand as columns
    """

    heads: tuple[str, ...]
    columns: tuple[Member, ...]
    rows: tuple[Row, ...]
    alone: tuple[str, ...]
    figures: bool = False

    def thing(self, row: Row, column: int) -> object:
        """Return the key of the figure of a cell."""
        return _thing(self.columns, self.figures, row, column)


def members(cube: Cube, wanted: Wanted, language: str) -> list[list[Member]]:
    """Return the members of each axis in their order, without what is together."""
    question, day = cube.question, wanted.asked.day
    tree.warm(question.units)
    return [
        [Member(one.key, one.indicator.title.of(language)) for one in wanted.things],
        [Member(unit, tree.title(unit, day, with_parents=False)) for unit in question.units],
        [Member(span, _span(span)) for span in question.spans],
        _parts(wanted.by, cube.parts, wanted.parts, language),
        _parts(wanted.also, cube.seconds, wanted.seconds, language),
    ]


def _parts(by: str, known: Sequence[str], some: Sequence[str], language: str) -> list[Member]:
    """Return the parts of a dimension in their order, some of them where these were chosen."""
    if not by:
        return [Member(None, "")]
    return [
        Member(part, saying.part(by, part, language))
        for part in sorted(dividing.shown(known, some), key=order)
    ]


def table(cube: Cube, wanted: Wanted, language: str) -> Table:
    """Return the table of an answer."""
    every = members(cube, wanted, language)
    across = AXES[wanted.across]
    if len(every[across]) == 1 and across != TIME:
        across = TIME
    titles = {
        FIGURE: _("Figure"),
        UNIT: _("Which unit"),
        TIME: _("Month"),
        PART: dividing.dimension(wanted.by),
        SECOND: dividing.dimension(wanted.also),
    }
    whole = {UNIT: _("All together"), TIME: _("Whole time"), PART: _("All"), SECOND: _("All")}
    alone = tuple(
        one[0].title for axis, one in enumerate(every) if len(one) == 1 and axis != across and one[0].title
    )
    standing = [axis for axis in range(len(every)) if axis != across and len(every[axis]) > 1]
    columns = list(every[across])
    if wanted.total and across in whole and len(columns) > 1:
        columns.append(Member(None, whole[across]))
    axes = []
    for axis in range(len(every)):
        own = [] if axis == across else list(every[axis])
        if wanted.total and axis in standing and axis in whole and axis != TIME:
            own.append(Member(None, whole[axis]))
        axes.append(own or [Member(None, "")])
    rows = []
    for line in product(*(one for axis, one in enumerate(axes) if axis != across)):
        cells = [_value(cube, _placed(line, across, column)) for column in columns]
        if all(one is None for one in cells):
            continue
        keys = tuple(one.key for one in line)
        names = tuple(
            one.title
            for axis, one in zip((a for a in range(len(every)) if a != across), line, strict=True)
            if axis in standing
        )
        together = any(one.key is None and one.title for one in line)
        rows.append(Row(names or ("",), tuple(Cell("", one) for one in cells), together, keys))
    rows = _shown(_sorted(rows, wanted), columns, wanted, language, figures=across == FIGURE)
    heads = tuple(titles[axis] for axis in standing)
    return Table(heads, tuple(columns), tuple(rows), alone, across == FIGURE)


def words(value: Value | None, wanted: Wanted, key: object, language: str) -> str:
    """Return a value as a cell shows it."""
    if value is None:
        return ""
    if value.masked:
        return _("few")
    if wanted.state == "locked" and not value.locked:
        return UNKNOWN
    if wanted.show == "cases":
        above, below = show_number(value.numerator, language), show_number(value.denominator, language)
        return above if value.denominator is None else f"{above} / {below}"
    indicator = next(one.indicator for one in wanted.things if one.key == key)
    return show_number(value.value, language, indicator.decimals)


def number(value: Value | None, wanted: Wanted) -> Decimal | None:
    """Return the number of a cell that may be told; None where there is none."""
    if value is None or value.masked or (wanted.state == "locked" and not value.locked):
        return None
    return value.value


def _value(cube: Cube, key: tuple[object, ...]) -> Value | None:
    return cube.cells.get(key)


def _placed(line: Sequence[Member], across: int, column: Member) -> tuple[object, ...]:
    keys = [one.key for one in line]
    keys.insert(across, column.key)
    return tuple(keys)


def _sorted(rows: list[Row], wanted: Wanted) -> list[Row]:
    """Return the rows by a column, what is not known last; those that sum up stay at the end."""
    plain, together = [row for row in rows if not row.together], [row for row in rows if row.together]
    at = int(wanted.sort) if wanted.sort else -1
    if at > 0 and rows and at <= len(rows[0].cells):
        numbers = {id(row): number(row.cells[at - 1].value, wanted) for row in plain}
        known = [row for row in plain if numbers[id(row)] is not None]
        known.sort(key=lambda row: numbers[id(row)] or Decimal(0), reverse=wanted.down)
        plain = known + [row for row in plain if numbers[id(row)] is None]
    elif at == 0:
        plain.sort(key=lambda row: [fold(title) for title in row.titles], reverse=wanted.down)
    return plain + together


def _thing(columns: Sequence[Member], figures: bool, row: Row, at: int) -> object:
    return columns[at].key if figures else row.keys[0]


def _shown(
    rows: Sequence[Row], columns: Sequence[Member], wanted: Wanted, language: str, *, figures: bool
) -> list[Row]:
    ranges: dict[object, Range] = {}
    for row in rows:
        for at, cell in enumerate(row.cells):
            if row.together or columns[at].key is None:
                continue
            if (told := number(cell.value, wanted)) is not None:
                key = _thing(columns, figures, row, at)
                low, high, count = ranges.get(key, (told, told, 0))
                ranges[key] = (min(low, told), max(high, told), count + 1)
    found = []
    for row in rows:
        cells = []
        for at, cell in enumerate(row.cells):
            key = _thing(columns, figures, row, at)
            told = None if row.together or columns[at].key is None else number(cell.value, wanted)
            shade = 0 if told is None else _shade(told, *ranges[key])
            cells.append(Cell(words(cell.value, wanted, key, language), cell.value, shade))
        found.append(Row(row.titles, tuple(cells), row.together, row.keys))
    return found


def _shade(value: Decimal, low: Decimal, high: Decimal, count: int) -> int:
    """Return 1 (pale) to 5 (dark) by where a value lies between the least and the most of its figure; 0 where all are one."""
    if count < 3 or low == high:
        return 0
    return min(SHADES, 1 + int((value - low) / (high - low) * SHADES))


def _span(span: tuple[int, int]) -> str:
    first, last = span
    if first == last:
        return f"{first % 100:02d}/{first // 100}"
    if first // 100 == last // 100 and (first % 100, last % 100) == (1, 12):
        return str(first // 100)
    if first // 100 == last // 100 and first % 3 == 1 and last == first + 2:
        return _("quarter %(quarter)s/%(year)s") % {"quarter": last % 100 // 3, "year": last // 100}
    return f"{first % 100:02d}/{first // 100} – {last % 100:02d}/{last // 100}"


def order(part: str) -> tuple[bool, int, str]:
    """Return by what parts are ordered: bands of age by their first year, others by their letters, the unknown last."""
    digits = part.split("-")[0].rstrip("+")
    return (part == "", int(digits) if digits.isdecimal() else 999, fold(part))
