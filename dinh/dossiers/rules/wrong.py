"""An answer that cannot be read, and the sentence that says so."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy

from dinh.lib.errors import Invalid


class Wrong(Exception):
    """An answer that cannot be read; `message` is a sentence: what is wrong, what to do."""

    def __init__(self, code: str, message: Any, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = format_lazy(message, **params) if params else message


def from_lib(error: Invalid) -> Wrong:
    """Return a fault that `lib` found, with the sentence that `lib` has for it."""
    return Wrong(error.code.rpartition(".")[2], error.faults[0].message)
