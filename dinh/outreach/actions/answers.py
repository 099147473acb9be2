"""What a phone is told of its operations, in the language in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from dinh.outreach.models import Operation
from dinh.outreach.rules import reasons


class Result(TypedDict):
    """What a phone is told of one operation."""

    op_id: str
    state: str  # "applied", "duplicate", "merged", "review", "refused" or "waiting"
    code: str
    message: str
    act: dict[str, Any]
    receipt: str
    answer: dict[str, Any]
    versions: dict[str, int]


def told(operation: Operation) -> Result:
    """Return what a phone is told of an operation as it stands, in the language in force."""
    return result(str(operation.pk), operation.state, operation.code, operation.answer, operation.receipt)


def result(op_id: str, state: str, code: str, answer: Mapping[str, Any], receipt: str) -> Result:
    """Return what a phone is told: the sentence and the next act of the code, and what was kept for it."""
    return Result(
        op_id=op_id,
        state=str(state),
        code=code,
        message=reasons.sentence(code, answer),
        act=reasons.act(code),
        receipt=receipt,
        answer={key: value for key, value in answer.items() if key != "versions"},
        versions=dict(answer.get("versions", {})),
    )
