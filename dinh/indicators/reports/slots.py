"""Words and numbers inside sentences: `{{unit}}`, `{{span}}`, `{{figure.on_time_rate.change}}`. All Vietnamese."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from dinh.catalogue import store
from dinh.catalogue.checks.reports import SLOT
from dinh.catalogue.shapes.figures import Indicator
from dinh.directory import tree
from dinh.indicators.queries.figures import Value
from dinh.indicators.rules.values import Exact, band
from dinh.lib.money import show_number

if TYPE_CHECKING:
    from dinh.indicators.reports.asking import Question

NONE, MASKED = "–", "*"
UNKNOWN = "chưa có số liệu"
FEW = "dưới 5 trường hợp (không nêu)"
ROMAN = ("", "I", "II", "III", "IV")
HARD_SPACE = "\u00a0"


def named(text: str) -> Iterator[str]:
    """Yield the indicators that a text names."""
    for slot in SLOT.findall(text):
        if slot.startswith("figure."):
            yield slot.split(".")[1]


def filled(text: str, asked: Question) -> str:
    """Return a text with all its slots filled."""
    return SLOT.sub(lambda found: _slot(found[1], asked), text)


def span(kind: str, month: int) -> str:
    """Return a time: "tháng 12 năm 2025", "quý IV năm 2025", "năm 2025", or up to a month within it."""
    year, number = divmod(month, 100)
    if kind == "month":
        return f"tháng {number} năm {year}"
    if kind == "quarter":
        whole = number % 3 == 0
        quarter = f"quý {ROMAN[(number + 2) // 3]} năm {year}"
        return quarter if whole else f"{quarter} (đến hết tháng {number})"
    return f"năm {year}" if number == 12 else f"năm {year} (đến hết tháng {number})"


def number(value: Exact | Decimal | None, digits: int = 0) -> str:
    """Return a number as official documents write it."""
    return show_number(value, "vi", digits)


def shown(value: Value | None, item: Indicator) -> str:
    """Return a value without its unit, as a cell of a table has it."""
    if value is None or value.value is None:
        return MASKED if value is not None and value.masked else NONE
    return number(value.value, item.decimals)


def amount(value: Value | None, item: Indicator) -> str:
    """Return a value with its unit, as a sentence has it: "95,2%", "12 hồ sơ"."""
    if value is None or value.value is None:
        return FEW if value is not None and value.masked else UNKNOWN
    return with_unit(number(value.value, item.decimals), item)


def with_unit(told: str, item: Indicator) -> str:
    """Return a number followed by what it is counted in."""
    unit = item.unit.vi
    return f"{told}%" if unit == "%" else f"{told}{HARD_SPACE}{unit}"


def judgement(value: Value | None, item: Indicator) -> str:
    """Return how a figure stands by its target or its thresholds; "" where it has neither."""
    if value is None or value.value is None:
        return ""
    if value.few:
        return "Ít trường hợp"
    if value.target is not None and item.direction != "none":
        down = item.direction == "down"
        reached = value.value <= value.target if down else value.value >= value.target
        return "Đạt" if reached else "Chưa đạt"
    return {"good": "Tốt", "fair": "Cần cố gắng", "weak": "Còn thấp"}.get(value.mark, "")


def change(now: Value | None, before: Value | None, item: Indicator, time: str) -> str:
    """Return how a figure changed since the time before: "tăng 3,2 điểm phần trăm so với tháng 11 năm 2025"."""
    if now is None or now.value is None or before is None or before.value is None:
        return f"chưa so sánh được với {time}"
    gap = now.value - before.value
    if gap == 0:
        return f"bằng {time}"
    told = number(abs(gap), item.decimals)
    size = f"{told}{HARD_SPACE}điểm phần trăm" if item.unit.vi == "%" else with_unit(told, item)
    return f"{'tăng' if gap > 0 else 'giảm'} {size} so với {time}"


def target(value: Value | None) -> str:
    """Return what is to be reached, without digits it does not need."""
    return "" if value is None else _goal(value.target)


def both_targets(value: Value | None) -> str:
    """Return what is to be reached, and the unit's own target where that is below the general one."""
    if value is None or value.own_target is None:
        return target(value)
    return f"{target(value)} (đơn vị tự đặt: {_goal(value.own_target)})"


def _goal(value: Decimal | None) -> str:
    if value is None:
        return ""
    return show_number(value, "vi", max(0, -int(Decimal(value).normalize().as_tuple().exponent)))


def _slot(slot: str, asked: Question) -> str:
    if slot in _WORDS:
        return _WORDS[slot](asked)
    _figure, id, aspect = slot.split(".")
    return _aspect(aspect, store.get().indicators[id], asked)


def _aspect(aspect: str, item: Indicator, asked: Question) -> str:
    now = asked.now(item.id)
    if aspect in {"value", "number"}:
        return amount(now, item) if aspect == "value" else shown(now, item)
    if aspect == "before":
        return amount(asked.earlier(item.id), item)
    if aspect == "change":
        return change(now, asked.earlier(item.id), item, span(asked.report.span, asked.before[1]))
    if aspect == "judgement":
        known = now is not None and now.value is not None
        return judgement(now, item).lower() or ("chưa có mức đánh giá" if known else amount(now, item))
    if aspect == "target":
        return with_unit(told, item) if (told := target(now)) else "chưa giao chỉ tiêu"
    if aspect == "most":
        return number(Decimal(str(item.score.most if item.score else item.most)), 0)
    if now is None or now.value is None:
        return amount(now, item)
    if aspect == "band":
        found = band(now.value, item.bands)
        return found.title.vi if found else "chưa xếp loại"
    if aspect == "points":
        return number(now.points if item.score else now.value, 2)
    return number(now.numerator if aspect == "numerator" else now.denominator)


def _above(asked: Question) -> str:
    line = tree.with_parents(asked.unit, asked.day)
    return asked.name(line[1]) if len(line) > 1 else "cấp trên"


_WORDS: dict[str, Callable[[Question], str]] = {
    "unit": lambda asked: asked.name(asked.unit),
    "unit_above": _above,
    "span": lambda asked: span(asked.report.span, asked.month),
    "span_before": lambda asked: span(asked.report.span, asked.before[1]),
}
