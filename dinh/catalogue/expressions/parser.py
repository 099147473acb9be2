"""Reading an expression: Python's own parser, then a strict whitelist into our nodes.

Nothing is ever executed. What is not listed here (attributes of values, calls of
unknown functions, floats, None, lambda, indexing ...) is refused with its place.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from django.utils.translation import gettext as _

from dinh.catalogue.expressions.nodes import (
    FUNCTIONS,
    All,
    Any_,
    Arithmetic,
    Calculate,
    Call,
    Choose,
    Compare,
    Comparison,
    Constant,
    In,
    Name,
    Node,
    Not,
    Scalar,
    Today,
)  # fmt: skip
from dinh.lib.errors import Fault, Invalid

LONGEST = 1000  # characters; keeps reading and evaluating within the machine's stack
DEEPEST = 40  # levels of nodes
LARGEST = 2**53 - 1  # the largest whole number that JavaScript holds exactly

_COMPARE: dict[type[ast.cmpop], Comparison] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_CALCULATE: dict[type[ast.operator], Arithmetic] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


class Refusal(Exception):
    """Internal: this part of the text is not in the language."""

    def __init__(self, message: object, column: int = 0) -> None:
        super().__init__(str(message))
        self.message, self.column = message, column


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Return the syntax tree of an expression.

    Raises Invalid ("catalogue.expression") with one fault that says what is not understood and where.
    """
    try:
        if len(text) > LONGEST:
            raise Refusal(_("The condition is longer than 1,000 characters."))
        return _node(ast.parse(text.strip(), mode="eval").body, 0)
    except Refusal as refusal:
        message = _("%(what)s (at character %(column)s of “%(text)s”)") % {
            "what": refusal.message, "column": refusal.column + 1, "text": text.strip()[:120],
        }  # fmt: skip
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        message = _("“%(text)s” is not a condition that can be read.") % {"text": text.strip()[:120]}
    raise Invalid("catalogue.expression", [Fault("", "catalogue.expression", message)])


def _node(item: ast.expr, depth: int) -> Node:
    """Return our node for Python's."""
    if depth > DEEPEST:
        raise Refusal(_("The condition is nested too deeply."), item.col_offset)
    deeper = depth + 1
    match item:
        case ast.Constant() | ast.UnaryOp(op=ast.USub()):
            return Constant(_scalar(item))
        case ast.Name() | ast.Attribute():
            return _name(item)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_node(operand, deeper))
        case ast.BoolOp(op=op, values=values):
            parts = tuple(_node(value, deeper) for value in values)
            return All(parts) if isinstance(op, ast.And) else Any_(parts)
        case ast.Compare():
            return _comparison(item, deeper)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _CALCULATE:
            return Calculate(_CALCULATE[type(op)], _node(left, deeper), _node(right, deeper))
        case ast.Call():
            return _call(item, deeper)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Choose(_node(test, deeper), _node(body, deeper), _node(orelse, deeper))
    raise Refusal(_("This kind of expression is not part of the language."), item.col_offset)


def _name(item: ast.Name | ast.Attribute) -> Node:
    """Return a field id of one or two parts, or today."""
    if isinstance(item, ast.Name):
        return Today() if item.id == "today" else Name(item.id)
    if isinstance(item.value, ast.Name):
        return Name(f"{item.value.id}.{item.attr}")
    raise Refusal(_("A field has at most two parts, like child.birth."), item.col_offset)


def _scalar(item: ast.expr) -> Scalar:
    match item:
        case ast.Constant(value=bool() | str() as value):
            return value
        case ast.Constant(value=int() as value) if value <= LARGEST:
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)) if (
            not isinstance(value, bool) and value <= LARGEST
        ):
            return -value
    raise Refusal(_("Only texts, whole numbers, True and False may be written."), item.col_offset)


def _comparison(item: ast.Compare, depth: int) -> Node:
    """Return one comparison, or the conjunction that a chain (1 < x <= 3) means."""
    parts: list[Node] = []
    left = item.left
    for op, right in zip(item.ops, item.comparators, strict=True):
        if isinstance(op, ast.In | ast.NotIn):
            found = In(_node(left, depth), _options(right))
            parts.append(found if isinstance(op, ast.In) else Not(found))
        elif type(op) in _COMPARE:
            parts.append(Compare(_COMPARE[type(op)], _node(left, depth), _node(right, depth)))
        else:
            raise Refusal(_("Compare with ==, !=, <, <=, >, >= or in."), item.col_offset)
        left = right
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _options(item: ast.expr) -> tuple[Scalar, ...]:
    if not isinstance(item, ast.List | ast.Tuple):
        raise Refusal(_("After “in” stands a list of constants in square brackets."), item.col_offset)
    return tuple(_scalar(element) for element in item.elts)


def _call(item: ast.Call, depth: int) -> Node:
    function = item.func.id if isinstance(item.func, ast.Name) else ""
    if function not in FUNCTIONS:
        known = ", ".join(FUNCTIONS)
        raise Refusal(_("Only these functions exist: %(known)s.") % {"known": known}, item.col_offset)
    if item.keywords or len(item.args) != FUNCTIONS[function]:
        message = _("%(function)s takes %(count)s value(s).")
        raise Refusal(message % {"function": function, "count": FUNCTIONS[function]}, item.col_offset)
    return Call(function, tuple(_node(argument, depth) for argument in item.args))
