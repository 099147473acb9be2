"""An expression as JSON, for evaluators in other languages: ["==", ["name", "event"], "birth"].

A list is an operation, its first element the operator; a text, number, true or false stands for itself.
"""

from __future__ import annotations

from typing import Any

from dinh.catalogue.expressions.nodes import (
    ARITHMETIC,
    COMPARISONS,
    FUNCTIONS,
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
from dinh.lib.errors import Broken


def to_json(node: Node) -> Any:
    """Return the tree as JSON values."""
    match node:
        case Constant(value):
            return value
        case Name(id):
            return ["name", id]
        case Today():
            return ["today"]
        case Not(item):
            return ["not", to_json(item)]
        case All(items):
            return ["and", *map(to_json, items)]
        case Any_(items):
            return ["or", *map(to_json, items)]
        case Compare(op, left, right) | Calculate(op, left, right):
            return [op, to_json(left), to_json(right)]
        case In(item, options):
            return ["in", to_json(item), *options]
        case Call(function, arguments):
            return [function, *map(to_json, arguments)]
        case Choose(condition, then, otherwise):
            return ["if", to_json(condition), to_json(then), to_json(otherwise)]


def from_json(tree: Any) -> Node:
    """Return the nodes of a tree made by `to_json`. Raises Broken on anything else."""
    if isinstance(tree, str | int | bool):
        return Constant(tree)
    match tree:
        case ["name", str(id)]:
            return Name(id)
        case ["today"]:
            return Today()
        case ["not", item]:
            return Not(from_json(item))
        case ["and" | "or" as op, *items]:
            return (All if op == "and" else Any_)(tuple(map(from_json, items)))
        case ["in", item, *options]:
            return In(from_json(item), tuple(options))
        case ["if", condition, then, otherwise]:
            return Choose(from_json(condition), from_json(then), from_json(otherwise))
        case [op, left, right] if op in COMPARISONS:
            return Compare(op, from_json(left), from_json(right))
        case [op, left, right] if op in ARITHMETIC:
            return Calculate(op, from_json(left), from_json(right))
        case [str(function), *arguments] if FUNCTIONS.get(function) == len(arguments):
            return Call(function, tuple(map(from_json, arguments)))
    raise Broken("catalogue.expression_json")
