"""How much of the most a value is, as a bar; the number is written beside it."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString


def bar(value: Decimal | None, most: Decimal, target: Decimal | None = None) -> SafeString:
    """Draw how much of the most a value is, and where its target stands; "" where it is not known."""
    if value is None or most <= 0:
        return SafeString("")
    width = round(float(max(min(value, most), Decimal(0)) / most) * 100, 1)
    goal = SafeString("")
    if target is not None and 0 < target <= most:
        goal = format_html('<path class="bar-goal" d="M{} 0V10"/>', round(float(target / most) * 100, 1))
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-all" width="100" height="10"/>'
        '<rect class="bar-value" width="{}" height="10"/>{}</svg>',
        width, goal,
    )  # fmt: skip
