"""Sums of measures: what a numerator and a denominator may be.

Only such an expression gives the same when its measures are first added up over places and
months; a product of two measures, or a smaller of two, would not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from dinh.catalogue.expressions.nodes import Calculate, Constant, Name, Node
from dinh.catalogue.expressions.parser import parse
from dinh.lib.errors import Fault, Invalid


@lru_cache(maxsize=1024)
def linear(text: str) -> Mapping[str, int]:
    """Return how many times each measure is taken: "a - 2 * b" gives {"a": 1, "b": -2}.

    Measures that cancel out are left out. Raises Invalid ("catalogue.expression") for what cannot be read,
    ("catalogue.not_a_sum") for anything but + and - of measures and * by a whole number.
    """
    return {name: times for name, times in _sum(parse(text)).items() if times}


def _sum(node: Node) -> dict[str, int]:
    match node:
        case Name(id):
            return {id: 1}
        case Calculate("*", Constant(int() as times), item) | Calculate("*", item, Constant(int() as times)):
            return {name: times * found for name, found in _sum(item).items()}
        case Calculate("+" | "-" as op, left, right):
            result, sign = _sum(left), 1 if op == "+" else -1
            for name, found in _sum(right).items():
                result[name] = result.get(name, 0) + sign * found
            return result
    message = _(
        "Only measures with + and -, and * by a whole number, can be added up over places and months."
    )
    raise Invalid("catalogue.not_a_sum", [Fault("expression", "catalogue.not_a_sum", message)], message)
