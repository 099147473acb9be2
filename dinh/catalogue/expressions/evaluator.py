"""The value of an expression: total (it never raises), three-valued, without floats or clock.

1. An answer that is missing, empty, or of a kind we do not know is unknown (None).
2. What is computed from something unknown is unknown, except where the rest decides:
   `False and unknown` is False, `True or unknown` is True.
3. `and`, `or`, `not`, `if` take only True and False; any other value is unknown to them.
4. Texts and numbers are never equal. Only numbers with numbers and dates with dates have an
   order; "1951" and "1951-03" have none, for one is a part of the other.
5. Whole numbers beyond 2**53 - 1 are unknown, as JavaScript could not hold them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeGuard

from dinh.catalogue.expressions.nodes import (
    All,
    Any_,
    Calculate,
    Call,
    Choose,
    Compare,
    Constant,
    In,
    Name,
    Node,
    Not,
    Today,
)  # fmt: skip
from dinh.catalogue.expressions.parser import LARGEST, parse
from dinh.lib.dates import age_on

Value = str | int | bool | list[Any] | None
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def evaluate(node: Node | str, answers: Mapping[str, Any], today: date) -> Any | None:
    """Return the value of an expression over plain answers; None when it is unknown.

    answers  field id -> value, as kept in a dossier: text, whole number, true/false, list of rows
    today    local date on which the condition is asked
    """
    return _value(parse(node) if isinstance(node, str) else node, answers, today)


def _value(node: Node, answers: Mapping[str, Any], today: date) -> Value:
    match node:
        case Constant(value):
            return plain(value)
        case Name(id):
            return plain(answers.get(id))
        case Today():
            return today.isoformat()
        case Not(item):
            truth = _truth(_value(item, answers, today))
            return None if truth is None else not truth
        case All(items):
            return _conjunction(items, answers, today, decisive=False)
        case Any_(items):
            return _conjunction(items, answers, today, decisive=True)
        case Compare(op, left, right):
            return _compare(op, _value(left, answers, today), _value(right, answers, today))
        case In(item, options):
            found = _value(item, answers, today)
            return None if found is None else any(_equal(found, plain(option)) for option in options)
        case Calculate(op, left, right):
            return _calculate(op, _value(left, answers, today), _value(right, answers, today))
        case Call(function, arguments):
            return _call(function, [_value(argument, answers, today) for argument in arguments], today)
        case Choose(condition, then, otherwise):
            truth = _truth(_value(condition, answers, today))
            return None if truth is None else _value(then if truth else otherwise, answers, today)


def plain(value: object) -> Value:
    """Return a value of the language; None for what is empty or of another kind."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= LARGEST else None
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, list | tuple):
        return list(value)
    return value.isoformat() if type(value) is date else None


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _conjunction(
    items: tuple[Node, ...], answers: Mapping[str, Any], today: date, *, decisive: bool
) -> bool | None:
    """Return `and` (decisive False) or `or` (decisive True) of the parts."""
    truths = []
    for item in items:
        truth = _truth(_value(item, answers, today))
        if truth is decisive:
            return decisive
        truths.append(truth)
    return None if None in truths else not decisive


def _equal(left: Value, right: Value) -> bool:
    return isinstance(left, bool) is isinstance(right, bool) and left == right


def _compare(op: str, left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None
    if op in {"==", "!="}:
        return _equal(left, right) is (op == "==")
    order = _order(left, right)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]


def _order(left: Value, right: Value) -> int | None:
    """Return -1, 0 or 1 as `left` comes before, with or after `right`; None where there is no order."""
    if _is_number(left) and _is_number(right):
        return (left > right) - (left < right)
    if is_date(left) and is_date(right):
        if left == right:
            return 0
        known = min(len(left), len(right))
        return (left[:known] > right[:known]) - (left[:known] < right[:known]) or None
    return None


def _is_number(value: Value) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def is_date(value: object) -> TypeGuard[str]:
    """Tell whether a value is a real date in ISO text, whole or partial."""
    return (
        isinstance(value, str)
        and bool(_DATE.fullmatch(value))
        and _whole((value + "-01-01")[:10]) is not None
    )


def _whole(value: object) -> date | None:
    if not isinstance(value, str) or len(value) != 10 or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _calculate(op: str, left: Value, right: Value) -> Value:
    if _is_number(left) and _is_number(right):
        return plain({"+": left + right, "-": left - right, "*": left * right}[op])
    day = _whole(left)
    if day and _is_number(right) and op in {"+", "-"}:
        try:
            moved = day + timedelta(days=right if op == "+" else -right)
        except OverflowError:
            return None
        return moved.isoformat()
    return None


def _call(function: str, values: list[Value], today: date) -> Value:
    first = values[0]
    match function:
        case "present":
            return first is not None and first != []
        case "count":
            return len(first) if isinstance(first, list) else (0 if first is None else None)
        case "age":
            return age_on(str(first), today) if is_date(first) else None
        case "days_between":
            start, end = _whole(first), _whole(values[1])
            return (end - start).days if start and end else None
        case _:
            order = _order(first, values[1])
            if order is None:
                return None
            return first if (order <= 0) is (function == "min") else values[1]
