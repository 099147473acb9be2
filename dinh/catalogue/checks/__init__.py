"""What must hold across the files of the catalogue: small named functions, each yielding its faults.

A check never raises on what an earlier check reports; so one run finds everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dinh.catalogue.checks import (
    conditions,
    effects,
    field_work,
    figures,
    law,
    others,
    references,
    registers,
    reports,
    tasks,
)  # fmt: skip
from dinh.catalogue.checks.look import Look
from dinh.lib.errors import Fault

if TYPE_CHECKING:
    from dinh.catalogue.contents import Catalogue
    from dinh.catalogue.reading import Reading


def run(catalogue: Catalogue, reading: Reading) -> Iterator[Fault]:
    """Yield every fault of cross-reference in a catalogue whose shapes were checked."""
    look = Look(catalogue, reading)
    for package in (
        others, references, registers, conditions, effects, law, tasks, field_work, figures, reports,
    ):  # fmt: skip
        for check in package.CHECKS:
            yield from check(look)
