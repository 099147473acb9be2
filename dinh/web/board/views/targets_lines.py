"""The lines of a year's targets: what stands for all, what a unit set, what was reached and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from dinh.catalogue.shapes.figures import Indicator
from dinh.directory.models import Account
from dinh.indicators.engine import definitions
from dinh.indicators.models import Target
from dinh.indicators.queries import hiding
from dinh.indicators.queries.figures import Value, figures
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault
from dinh.lib.names import fold
from dinh.web.board import arranging, reading, saying
from dinh.web.board.arranging import State
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import language
from dinh.web.board.views.doing import names


@dataclass(frozen=True)
class Line:
    """One figure: its target of the catalogue, that of the unit, what was reached; what stands in its field."""

    id: str
    group: str
    title: str
    unit: str
    url: str
    general: str
    own: str
    who: str
    reached: str
    state: State
    typed: str
    stood: str  # what the field held when the page was shown: who left it so overwrites nobody
    wrong: str

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self.typed.strip() not in {"", self.stood}


def lines(
    items: Sequence[Indicator], asked: Asked, year: int, posted: Mapping[str, str], faults: Sequence[Fault],
    account: Account,
) -> dict[str, list[Line]]:  # fmt: skip
    """Return the figures by group, in order of title.

    posted   what was typed, and for which year
    account  who reads: what was reached is told as the figure itself tells it
    """
    rows = {row.indicator: row for row in Target.objects.filter(unit=asked.unit, year=year)}
    people = names({row.set_by for row in rows.values()})
    # What was reached is read where there is a target to be reached: the others open with a link.
    aimed = [one.id for one in items if one.id in rows or str(year) in one.targets]
    found = _reached(aimed, asked, account) if year * 100 < asked.month else {}
    wrong = {one.path: str(one.message) for one in faults}
    # Of another year that was chosen, what was typed for the one before is not taken along.
    typed = posted if posted.get("typed_for", str(year)) == str(year) else {}
    result: dict[str, list[Line]] = {}
    for one in sorted(items, key=lambda item: fold(item.title.of(language()))):
        drawn = _line(one, asked, year, rows.get(one.id), people, found.get(one.id), typed, wrong)
        result.setdefault(one.group, []).append(drawn)
    return result


def _reached(ids: list[str], asked: Asked, account: Account) -> dict[str, Value]:
    """Return each figure over the year so far; where its end is not known yet, as of the last month that is.

    Without what tells of so few, nor what gives it away.
    """
    judged = hiding.with_scores(ids)
    shut = hiding.hidden_from(account, [definitions.indicator(id) for id in judged], asked.unit, asked.today)
    read = judged if shut else ids
    year = hiding.shielded(reading.values(read, [asked.unit], asked), shut)
    found = {id: year[id][0] for id in ids if year[id]}
    open_ = [id for id, value in found.items() if value.value is None and not value.masked]
    if not open_:
        return found
    months = figures(
        read, [asked.unit], asked.first, asked.month, each_month=True, boundaries=asked.boundaries,
        today=asked.today, close=asked.close,
    )  # fmt: skip
    seen = hiding.shielded(months, shut)
    for id in open_:
        last = (one for one in reversed(seen[id]) if one.value is not None or one.masked)
        found[id] = next(last, found[id])
    return found


def _line(
    item: Indicator, asked: Asked, year: int, row: Target | None, people: Mapping[Any, str], now: Value | None,
    typed: Mapping[str, str], wrong: Mapping[str, str],
) -> Line:  # fmt: skip
    told, general = language(), item.targets.get(str(year))
    stood = _plain(row.value) if row else ""
    return Line(
        item.id, item.group, item.title.of(told), item.unit.of(told),
        f"{reverse('board:figure', args=[item.id])}?{asked.query()}",
        saying.target(Decimal(str(general)), item, told) if general is not None else "",
        saying.target(row.value, item, told) if row else "",
        f"{people.get(row.set_by, '')}, {show_datetime(row.set_at, told)}" if row else "",
        _said(now, item, asked),
        arranging.state_of(now, item.direction) if now else arranging.NOTHING,
        typed.get(f"t-{item.id}", stood), stood, wrong.get(item.id, ""),
    )  # fmt: skip


def _said(now: Value | None, item: Indicator, asked: Asked) -> str:
    """Return what was reached, and when where that is not the whole time."""
    if now is None or now.value is None:
        return ""
    words = saying.amount(now.value, item, language())
    return words if now.last == asked.month else f"{words} ({now.last % 100}/{now.last // 100})"


def _plain(value: Decimal) -> str:
    """Return a number as it stands in a field: "97,5"."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if language() in {"vi", "fr"} else text
