"""What is seen, taken away as a file: the same numbers, with what they are about above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dinh.indicators.queries.figures import Value
from dinh.web.board import saying
from dinh.web.board.asking import Asked, written
from dinh.web.board.reading import Reading
from dinh.web.components.spreadsheets import TYPES, as_file


def wanted(request: HttpRequest) -> str:
    """Return the form of the file that is asked for; "" when a page is."""
    form = request.GET.get("form", "")
    return form if form in TYPES else ""


def file(lines: list[list[str]], form: str, name: str, asked: Asked) -> HttpResponse:
    """Answer lines as a file."""
    return as_file(lines, form, f"{name}-{written(asked.month)}", saying.unit(asked))


def figures(found: Iterable[Reading], asked: Asked, language: str) -> list[list[str]]:
    """Return a line for each figure: now, and month by month."""
    known = list(found)
    months = [saying.month(one.first) for one in known[0].trend] if known else []
    head = [_("Which unit"), _("Span of time"), _("Figure"), _("Code"), *_columns(), *months]
    place = [saying.unit(asked), saying.span(asked)]
    return [
        head,
        *(
            [*place, one.indicator.title.of(language), one.indicator.id, *_cells(one.now), *(_plain(month.value) for month in one.trend)]
            for one in known
        ),
    ]  # fmt: skip


def units(found: Reading, values: Sequence[Value], titles: Sequence[str], language: str) -> list[list[str]]:
    """Return a line for the unit itself by month, then one for each unit below."""
    title = found.indicator.title.of(language)
    head = [_("Which unit"), _("Span of time"), _("Figure"), *_columns()]
    own = [[titles[0], saying.month(one.first), title, *_cells(one)] for one in found.trend]
    time = f"{saying.month(found.now.first)} – {saying.month(found.now.last)}"
    rest = [[name, time, title, *_cells(one)] for name, one in zip(titles[1:], values, strict=True)]
    return [head, *own, *rest]


def _columns() -> list[str]:
    return [
        _("Value"), _("Numerator"), _("Denominator"), _("Target"), _("Told"), _("Should have told"),
        _("Locked"), _("Estimated"),
    ]  # fmt: skip


def _cells(value: Value) -> list[str]:
    yes, no = _("yes"), _("no")
    return [
        _plain(value.value), _plain(value.numerator), _plain(value.denominator), _plain(value.target),
        str(value.told), str(value.expected), yes if value.locked else no, yes if value.estimated else no,
    ]  # fmt: skip


def _plain(value: object) -> str:
    """Return a number as a spreadsheet reads it; nothing for what is not known."""
    return "" if value is None else str(value)
