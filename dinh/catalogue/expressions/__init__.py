"""The small language of conditions: a subset of Python's expressions, made total and three-valued.

    parse("age(applicant.birth) >= 75 and not present(pension)")
    evaluate(node, {"applicant.birth": "1951-03-12"}, today=date(2026, 11, 22))

Text is read by `parser`, valued by `evaluator`, carried to other languages by `exchange`, told to
people by `sayer`. `catalogue/examples/expressions.json` holds what every evaluator must answer.
"""

from __future__ import annotations

from dinh.catalogue.expressions.evaluator import evaluate
from dinh.catalogue.expressions.exchange import from_json, to_json
from dinh.catalogue.expressions.nodes import Node, names
from dinh.catalogue.expressions.parser import parse
from dinh.catalogue.expressions.rename import rename, write
from dinh.catalogue.expressions.sayer import say

__all__ = ["Node", "evaluate", "from_json", "names", "parse", "rename", "say", "to_json", "write"]
