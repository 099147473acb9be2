"""The syntax tree of conditions: few kinds of node, frozen, the same for every evaluator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as Word

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*")
FUNCTIONS = {"age": 1, "days_between": 2, "count": 1, "present": 1, "min": 2, "max": 2}

Comparison = Word["==", "!=", "<", "<=", ">", ">="]
Arithmetic = Word["+", "-", "*"]
Scalar = str | int | bool


@dataclass(frozen=True)
class Constant:
    """A text, a whole number, true or false."""

    value: Scalar


@dataclass(frozen=True)
class Name:
    """An answer, by field id: "child.birth"."""

    id: str


@dataclass(frozen=True)
class Today:
    """The day on which the condition is asked, given by the caller."""


@dataclass(frozen=True)
class Not:
    """True where `item` is false; unknown where it is unknown."""

    item: Node


@dataclass(frozen=True)
class All:
    """`and`: false when one part is false, whatever the others are."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Any_:
    """`or`: true when one part is true, whatever the others are."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Compare:
    """Two values side by side; unknown when one of them is."""

    op: Comparison
    left: Node
    right: Node


@dataclass(frozen=True)
class In:
    """One of a closed list of constants."""

    item: Node
    options: tuple[Scalar, ...]


@dataclass(frozen=True)
class Calculate:
    """Whole numbers, or a date and a number of days."""

    op: Arithmetic
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """One of FUNCTIONS."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Choose:
    """`a if condition else b`; unknown when the condition is."""

    condition: Node
    then: Node
    otherwise: Node


Node = Constant | Name | Today | Not | All | Any_ | Compare | In | Calculate | Call | Choose


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under a node."""
    match node:
        case Not(item) | In(item, _):
            return (item,)
        case All(items) | Any_(items):
            return items
        case Compare(_, left, right) | Calculate(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
        case Choose(condition, then, otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


def names(node: Node) -> frozenset[str]:
    """Return the field ids that an expression reads."""
    own = frozenset({node.id}) if isinstance(node, Name) else frozenset[str]()
    return own.union(*(names(child) for child in children(node)))
