"""What a figure says: its value from numerator and denominator, points, mark, quantile. Exact; rounded once, at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from dinh.catalogue.shapes.figures import Band, Indicator, Score

Exact = int | Fraction
SMALL = 5  # fewer people than that are not shown to who may not see them


@dataclass(frozen=True)
class Part:
    """A figure of one unit, as a whole or for one part of its people.

    value        None: not available (nothing known, or divided by zero)
    masked       fewer than five cases, not shown
    """

    value: Exact | None
    numerator: Exact | None
    denominator: Exact | None = None
    masked: bool = False


def ratio(numerator: Exact | None, denominator: Exact | None, factor: int) -> Part:
    """Return a ratio; without a denominator, or with zero, it is not available."""
    if numerator is None or not denominator:
        return Part(None, numerator, denominator)
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Part(Fraction(numerator * factor, denominator), numerator, denominator)
    return Part(Fraction(numerator) * factor / denominator, numerator, denominator)


def weighted(terms: Mapping[str, int], values: Mapping[str, Exact | None]) -> Exact | None:
    """Return a sum of measures; not known when one of them is not."""
    total: Exact = 0
    for name, times in terms.items():
        value = values[name]
        if value is None:
            return None
        total += times * value
    return total


def quantile(buckets: Mapping[int, Exact], at: float) -> Part:
    """Return the smallest bucket at or below which this share of the cases lies; its denominator are the cases."""
    cases = sum(buckets.values(), Fraction(0))
    if not cases:
        return Part(None, None, 0)
    reached: Exact = 0
    for bucket in sorted(buckets):
        reached += buckets[bucket]
        if reached >= cases * Fraction(str(at)):
            break
    return Part(bucket, None, _plain(cases))


def points(part: Part, score: Score) -> Decimal:
    """Return the points of a ratio: in proportion to its target, all from there on; none where it is not available."""
    if part.value is None:
        return Decimal("0.00")
    share = min(Fraction(1), max(Fraction(0), Fraction(part.value) / Fraction(str(score.target))))
    return rounded(share * Fraction(str(score.most)), 2)


def rounded(value: Exact, decimals: int) -> Decimal:
    """Return a value with so many digits after the point, halves up."""
    above, below = value.numerator * 10**decimals, value.denominator
    whole, rest = divmod(abs(above), below)
    whole += 2 * rest >= below
    return Decimal(whole if above >= 0 else -whole).scaleb(-decimals)


def mark(value: Exact | None, indicator: Indicator) -> str:
    """Return "good", "fair" or "weak" by the thresholds; "" where there are none or nothing is known."""
    if value is None or not indicator.thresholds or indicator.direction == "none":
        return ""
    low, high = (Fraction(str(one)) for one in (indicator.thresholds[0], indicator.thresholds[-1]))
    if indicator.direction == "down":
        return "good" if value <= low else "weak" if value > high else "fair"
    return "good" if value >= high else "weak" if value < low else "fair"


def band(value: Decimal | None, bands: Sequence[Band]) -> Band | None:
    """Return the best band whose least points are reached."""
    if value is None:
        return None
    reached = [one for one in bands if Decimal(str(one.least)) <= value]
    return max(reached, key=lambda one: one.least, default=None)


def masked(parts: Mapping[str, Part]) -> dict[str, Part]:
    """Hide the parts of fewer than five, and one more where a single hidden one could be worked out from the whole."""
    sizes = {name: size(part.numerator, part.denominator) for name, part in parts.items()}
    hidden = {name for name, size in sizes.items() if 0 < size < SMALL}
    left = [name for name, size in sizes.items() if name not in hidden and size > 0]
    if len(hidden) == 1 and left:
        hidden.add(min(left, key=lambda name: (sizes[name], name)))
    return {
        name: replace(part, value=None, numerator=None, denominator=None, masked=True) if name in hidden else part
        for name, part in parts.items()
    }  # fmt: skip


def size(numerator: Exact | None, denominator: Exact | None) -> Exact:
    """Return the smallest number of cases that a figure would tell; zero for none."""
    return min((abs(Fraction(one)) for one in (numerator, denominator) if one), default=Fraction(0))


def _plain(value: Exact) -> Exact:
    return value.numerator if value.denominator == 1 else value
