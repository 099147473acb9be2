"""The errors of the house.

    DinhError
    ├── Refused          an expected "no": shown to the person as it is
    │   ├── NotPermitted the person has no right to this (403)
    │   ├── NotFound     nothing there, or nothing this person may see (404)
    │   ├── Stale        somebody else acted first; reload and look (409)
    │   └── Invalid      what was given cannot be accepted, fault by fault (422)
    └── Broken           a fault of ours or of the machine: logged once, with its traceback

Every error has a stable `code` for machines ("dossiers.already_decided"), a
`message` for people (what happened and what to do; lazily translated), and
`params` for logs: identifiers only, never personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class DinhError(Exception):
    """Root of the tree; raise one of its children."""

    status = 500

    def __init__(self, code: str, message: object = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class Refused(DinhError):
    """An expected refusal. Raise it for what a person did; never for a defect of ours."""

    status = 409


class NotPermitted(Refused):
    """The policy said no. Raise it only through `directory.policy`."""

    status = 403


class NotFound(Refused):
    """There is nothing here that this person may see."""

    status = 404


class Stale(Refused):
    """A guarded write met a newer version. Trying again with the new version may help."""

    status = 409


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was given.

    path     where: a field id, "file.toml: time_limit.value", "row 17, column B"
    code     stable, for machines and for templates
    message  what is wrong and what to do, lazily translated
    """

    path: str
    code: str
    message: object


class Invalid(Refused):
    """What was given cannot be accepted; `faults` lists every reason at once."""

    status = 422

    def __init__(self, code: str, faults: Sequence[Fault], message: object = "", **params: object) -> None:
        super().__init__(code, message, **params)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return f"{self.code} ({', '.join(f'{f.path}: {f.code}' for f in self.faults)})"


class Broken(DinhError):
    """Something of ours does not hold. Never raise it for what a person did."""


def reasons(error: DinhError, most: int | None = None) -> list[str]:
    """Return an error as sentences for people: those of its faults, each once, else its own, else its code.

    most  so many faults at most; None: all
    """
    faults = error.faults[:most] if isinstance(error, Invalid) else ()
    return list(dict.fromkeys(str(fault.message) for fault in faults)) or [str(error.message) or error.code]
