"""Questions that odd figures ask. They block nothing; they want an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from django.utils.translation import gettext_lazy as _

Exact = int | Fraction
EXPLAINED = "explained"  # what a commune says of its own accord; no check
JUMP = 5  # times the usual distance from the median
LEAST_MONTHS = 6  # below, nothing is known of what is usual
SAME = 3  # months with one number
LEAST_SAME = 10  # smaller numbers come again by chance
FAR_APART = Fraction(1, 5)  # told and counted

COUNTS = {"value", "usual", "numerator", "denominator", "told", "counted"}  # of `Oddity.detail`

# What each check says; `%(…)s` are of `Oddity.detail`.
WORDS: dict[str, object] = {
    "over_100": _("%(value)s%% is more than everybody. Which of the two numbers is wrong?"),
    "above_denominator": _("%(numerator)s of %(denominator)s: a part is larger than its whole. Why?"),
    "jump": _("%(value)s after a usual %(usual)s. What happened in this month?"),
    "same_number": _("%(value)s for the %(months)s. month running. Was it counted anew?"),
    "told_above_counted": _("%(told)s is told and %(counted)s is counted. Where do the others stand?"),
    "late_burst": _("%(share)s%% of the month came on its last day. Why so late?"),
    EXPLAINED: _("The commune explains this figure."),
}


@dataclass(frozen=True)
class Oddity:
    """One odd thing about a figure of a month."""

    check: str
    detail: dict[str, int | str] = field(default_factory=dict)


def of_ratio(numerator: Exact | None, denominator: Exact | None, factor: int) -> Iterator[Oddity]:
    """Yield what is odd about a ratio of a whole."""
    if numerator is None or not denominator or numerator <= denominator:
        return
    if factor == 100:
        share = round(Fraction(numerator) * 100 / denominator)
        yield Oddity("over_100", {"value": share})
    else:
        yield Oddity("above_denominator", {"numerator": int(numerator), "denominator": int(denominator)})


def of_series(values: Sequence[Exact]) -> Iterator[Oddity]:
    """Yield what is odd about the last of the months of a counted measure, the oldest first.

    A jump is more than five times the usual distance from the median of the months before. Where that is zero, nothing
    was usual: what begins is not asked about.
    """
    if not values:
        return
    last, before = values[-1], list(values[:-1])
    if len(before) >= LEAST_MONTHS:
        usual = median(map(Fraction, before))
        distance = max(median(abs(Fraction(one) - usual) for one in before), Fraction(1))
        if (
            usual
            and abs(Fraction(last) - usual) > JUMP * distance
            and abs(Fraction(last) - usual) >= LEAST_SAME
        ):
            yield Oddity("jump", {"value": int(last), "usual": int(usual)})


def of_repeated(values: Sequence[Exact]) -> Iterator[Oddity]:
    """Yield that people told the same number month after month, the oldest first: what is counted counts itself anew."""
    if not values:
        return
    last, same = values[-1], 0
    while same < len(values) and values[-1 - same] == last:
        same += 1
    if same >= SAME and last >= LEAST_SAME:
        yield Oddity("same_number", {"value": int(last), "months": same})


def of_told(told: Exact | None, counted: Exact | None) -> Iterator[Oddity]:
    """Yield a told figure that is far above what is counted of the same thing."""
    if told is None or counted is None or told - counted < LEAST_SAME:
        return
    if told - counted > FAR_APART * max(Fraction(counted), Fraction(1)):
        yield Oddity("told_above_counted", {"told": int(told), "counted": int(counted)})


def of_days(by_day: Mapping[int, int]) -> Iterator[Oddity]:
    """Yield a month of which most came on its last day: day of the month -> cases."""
    total = sum(by_day.values())
    last = by_day.get(max(by_day, default=0), 0)
    if total >= 20 and len(by_day) > 1 and last * 2 > total:
        yield Oddity("late_burst", {"share": round(100 * last / total)})


def numbers(detail: Mapping[str, int | str]) -> list[int]:
    """Return the numbers of a question that count something; shares and months are not among them."""
    return [number for name, number in detail.items() if name in COUNTS and isinstance(number, int)]


def sentence(check: str, detail: Mapping[str, int | str]) -> str:
    """Return the question in the reader's language; "" for a check that is no more."""
    words = WORDS.get(check)
    return str(words) % detail if words is not None else ""
