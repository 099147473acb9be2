"""The registers of the demonstration: drawn from its people with the scenario's faults, brought in like any file.

Each is then verified by the node itself, as soon as it runs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from dinh.catalogue import store
from dinh.directory.models import Account, Unit
from dinh.lib.dates import local_date
from dinh.registers import imports, samples
from dinh.verification.actions import submit

Tell = Callable[[str, int, int], None]


def bring_in(
    unit: Unit, values: Mapping[str, Any], seed: int, by: Account, at: datetime, tell: Tell
) -> dict[str, int]:
    """Draw and load each register that the scenario declares; return how many rows each has."""
    declared = values.get("registers", {})
    counts: dict[str, int] = {}
    with tempfile.TemporaryDirectory(dir=settings.DINH_HOME) as folder:
        for number, id in enumerate(declared, start=1):
            counts[id] = _bring(Path(folder), id, unit, values, seed, by, at)
            tell("registers", number, len(declared))
    for id, rows in counts.items():
        if rows and store.get().registers[id].person:
            # The node's worker runs it in its first minute: rates are computed, not brought along.
            submit(register=id, unit=unit, by=None, at=at)
    return counts


def _bring(
    folder: Path, id: str, unit: Unit, values: Mapping[str, Any], seed: int, by: Account, at: datetime
) -> int:
    register, on = store.get().registers[id], local_date(at)
    path = folder / f"{samples.PREFIX}-{id}.csv"
    rows = samples.draw(register, unit, samples.rates_of(values, id), seed=seed, on=on)
    if not samples.write(register, path, rows):
        return 0  # nobody of this commune is in it: no death is known yet, for example
    wish = imports.Wish(path=path, register=id, unit=unit, on=on)
    opened = imports.open_wish(wish)
    row = imports.read(wish, opened, imports.begin(wish, opened, by=by, at=at))
    return imports.load(row=row, by=by, at=at).entered
