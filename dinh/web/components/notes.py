"""What is wrong on a page, as the error summary lists it: from faults of the house or from a Django form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm

from dinh.lib.errors import Fault, Invalid
from dinh.web.components.fields import control_id


@dataclass(frozen=True)
class Problem:
    """One sentence and the control it is about (none: it is about the whole page).

    label  what the control is called, said before the sentence: several may say the same ("This field is required.")
    """

    message: str
    anchor: str = ""
    label: str = ""

    @property
    def named(self) -> str:
        """The sentence after the name of its control; what asks ("Who is it?") has its mark already."""
        name = self.label.strip().removesuffix(":")
        if not name or self.message.startswith(name):
            return self.message
        return f"{name} {self.message}" if name.endswith("?") else f"{name}: {self.message}"


def problems(source: BaseForm | Invalid | Sequence[Any] | None) -> list[Problem]:
    """Return the problems of a form, of a refusal, or of a list of faults; the order is the page's."""
    if not source:
        return []
    if isinstance(source, BaseForm):
        return _of_form(source)
    if isinstance(source, Invalid):
        source = source.faults
    return [_of_fault(fault) for fault in source]


def _of_fault(fault: Any) -> Problem:
    if isinstance(fault, Fault):
        anchor = (
            control_id(fault.path) if fault.path and " " not in fault.path and ":" not in fault.path else ""
        )
        return Problem(str(fault.message), anchor)
    return fault if isinstance(fault, Problem) else Problem(str(fault))


def _of_form(form: BaseForm) -> list[Problem]:
    found = [Problem(str(message)) for message in form.non_field_errors()] if form.is_bound else []
    for name, messages in form.errors.items():
        if name in form.fields:
            bound = form[name]
            found.extend(
                Problem(str(message), bound.id_for_label or bound.auto_id or "", str(bound.label or ""))
                for message in list(messages)[:1]
            )
    return found
