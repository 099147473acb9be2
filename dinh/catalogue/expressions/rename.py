"""An expression over the answers of a shared group, rewritten for one use of that group."""

from __future__ import annotations

from collections.abc import Callable

from dinh.catalogue.expressions.nodes import (
    All,
    Any_,
    Calculate,
    Call,
    Choose,
    Compare,
    In,
    Name,
    Node,
    Not,
)  # fmt: skip


def rename(node: Node, new_name: Callable[[str], str]) -> Node:
    """Return the same expression with every field id passed through `new_name`."""

    def again(inner: Node) -> Node:
        return rename(inner, new_name)

    match node:
        case Name(id):
            return Name(new_name(id))
        case Not(item):
            return Not(again(item))
        case All(items):
            return All(tuple(map(again, items)))
        case Any_(items):
            return Any_(tuple(map(again, items)))
        case Compare(op, left, right):
            return Compare(op, again(left), again(right))
        case Calculate(op, left, right):
            return Calculate(op, again(left), again(right))
        case In(item, options):
            return In(again(item), options)
        case Call(function, arguments):
            return Call(function, tuple(map(again, arguments)))
        case Choose(condition, then, otherwise):
            return Choose(again(condition), again(then), again(otherwise))
        case _:
            return node


def write(node: Node) -> str:
    """Return the expression as text that `parse` reads back to the same tree."""
    match node:
        case Name(id):
            return id
        case Not(item):
            return f"(not {write(item)})"
        case All(items) | Any_(items):
            word = " and " if isinstance(node, All) else " or "
            return f"({word.join(map(write, items))})"
        case Compare(op, left, right) | Calculate(op, left, right):
            return f"({write(left)} {op} {write(right)})"
        case In(item, options):
            return f"({write(item)} in {list(options)!r})"
        case Call(function, arguments):
            return f"{function}({', '.join(map(write, arguments))})"
        case Choose(condition, then, otherwise):
            return f"({write(then)} if {write(condition)} else {write(otherwise)})"
        case _:
            return repr(node.value) if hasattr(node, "value") else "today"
