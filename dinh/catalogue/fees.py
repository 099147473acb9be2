"""What a request costs, line by line, from the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dinh.catalogue.expressions import evaluate
from dinh.catalogue.layout import holds
from dinh.catalogue.shapes.procedure import Fee, Procedure


@dataclass(frozen=True)
class FeeLine:
    """One line of what is owed; a line that the law exempts stays, with 0."""

    fee: Fee
    amount_vnd: int
    exempt: bool


def lines(
    procedure: Procedure, answers: Mapping[str, Any], today: date, *, online: bool
) -> tuple[FeeLine, ...]:
    """Return the lines of the fee for these plain answers, in whole VND.

    today   day of filing: late registration is counted from it
    online  filed online: `online_vnd` applies where it is set

    A quantity that is not answered yet counts as one, so that a price can be shown early.
    Source: `source` of each fee.
    """
    owed = (fee for fee in procedure.fees if holds(fee.owed_if, answers, today))
    return tuple(_line(fee, answers, today, online) for fee in owed)


def total_vnd(procedure: Procedure, answers: Mapping[str, Any], today: date, *, online: bool) -> int:
    """Return the sum of the lines, in whole VND."""
    return sum(line.amount_vnd for line in lines(procedure, answers, today, online=online))


def _line(fee: Fee, answers: Mapping[str, Any], today: date, online: bool) -> FeeLine:
    if fee.exempt_if and holds(fee.exempt_if, answers, today):
        return FeeLine(fee, 0, exempt=True)
    each = fee.online_vnd if online and fee.online_vnd is not None else fee.amount_vnd
    if fee.formula:
        amount = evaluate(fee.formula, answers, today)
        return FeeLine(fee, amount if type(amount) is int and amount >= 0 else each, exempt=False)
    quantity = answers.get(fee.per, 1) if fee.per else 1
    if isinstance(quantity, list | tuple):
        quantity = len(quantity)
    amount = each * (quantity if type(quantity) is int and quantity >= 0 else 1)
    return FeeLine(fee, amount if fee.maximum_vnd is None else min(amount, fee.maximum_vnd), exempt=False)
