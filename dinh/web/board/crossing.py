"""The answer to a question as a table: one axis as columns, the others as rows, what is together at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
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
    across   the axis that stands as columns
    """

    heads: tuple[str, ...]
    columns: tuple[Member, ...]
    rows: tuple[Row, ...]
    alone: tuple[str, ...]
    across: int

    @property
    def figures(self) -> bool:
        """Whether figures stand as columns."""
        return self.across == FIGURE

    def thing(self, row: Row, column: int) -> object:
        """Return the key of the figure of a cell."""
        return _thing(self.columns, self.figures, row, column)


def members(cube: Cube, wanted: Wanted, language: str) -> list[list[Member]]:
    """Return the members of each axis in their order, without what is together: of time the newest first.

    On a telephone a few columns are seen, and the newest are those that are looked for.
    """
    question, day = cube.question, wanted.asked.day
    tree.warm(question.units)
    return [
        [Member(one.key, one.indicator.title.of(language)) for one in wanted.things],
        [Member(unit, tree.title(unit, day, with_parents=False)) for unit in question.units],
        [Member(span, _span(span)) for span in reversed(question.spans)],
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


@dataclass(frozen=True)
class _Axes:
    """How the axes stand: one as columns, those of several members as rows, the others alone above all cells.

    every  the members of each axis, without what is together
    whole  axis -> what all of it together is called; empty where this is not wanted
    """

    every: Sequence[Sequence[Member]]
    across: int
    whole: Mapping[int, str]

    @cached_property
    def others(self) -> tuple[int, ...]:
        """The axes beside that of the columns."""
        return tuple(axis for axis in range(len(self.every)) if axis != self.across)

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The axes that stand as rows."""
        return tuple(axis for axis in self.others if len(self.every[axis]) > 1)

    @cached_property
    def columns(self) -> tuple[Member, ...]:
        """The columns, what is together last."""
        found = tuple(self.every[self.across])
        together = self.across in self.whole and len(found) > 1
        return (*found, Member(None, self.whole[self.across])) if together else found

    @property
    def alone(self) -> tuple[str, ...]:
        """What all cells share, in words."""
        single = (self.every[axis][0].title for axis in self.others if len(self.every[axis]) == 1)
        return tuple(title for title in single if title)

    def lines(self) -> Iterator[tuple[Member, ...]]:
        """Return the members of each row, one of each of the other axes."""
        return product(*(self._standing(axis) for axis in self.others))

    def _standing(self, axis: int) -> list[Member]:
        found = list(self.every[axis])
        if axis in self.rows and axis in self.whole and axis != TIME:
            found.append(Member(None, self.whole[axis]))
        return found or [Member(None, "")]

    def row(self, cube: Cube, line: Sequence[Member]) -> Row | None:
        """Return a row with its values, in no words yet; None where there are none."""
        values = [cube.cells.get(_placed(line, self.across, column)) for column in self.columns]
        if all(one is None for one in values):
            return None
        titles = tuple(one.title for axis, one in zip(self.others, line, strict=True) if axis in self.rows)
        together = any(one.key is None and one.title for one in line)
        keys = tuple(one.key for one in line)
        return Row(titles or ("",), tuple(Cell("", one) for one in values), together, keys)


def table(cube: Cube, wanted: Wanted, language: str) -> Table:
    """Return the table of an answer."""
    every = members(cube, wanted, language)
    across = AXES[wanted.across]
    whole = {UNIT: _("All together"), TIME: _("Whole time"), PART: _("All"), SECOND: _("All")}
    axes = _Axes(every, TIME if len(every[across]) == 1 else across, whole if wanted.total else {})
    titles = {
        FIGURE: _("Figure"),
        UNIT: _("Which unit"),
        TIME: _("Month"),
        PART: dividing.dimension(wanted.by),
        SECOND: dividing.dimension(wanted.also),
    }
    found = [row for line in axes.lines() if (row := axes.row(cube, line)) is not None]
    rows = _shown(_sorted(found, wanted), axes.columns, wanted, language, figures=axes.across == FIGURE)
    return Table(
        tuple(titles[axis] for axis in axes.rows), axes.columns, tuple(rows), axes.alone, axes.across
    )


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
