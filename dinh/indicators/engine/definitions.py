"""Which definition of a measure or indicator holds in which month: versions follow each other at New Year."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Generic, TypeVar

from dinh.catalogue import store
from dinh.catalogue.digest import upcast
from dinh.catalogue.models import Published
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.indicators.rules.months import later, month_of
from dinh.lib.errors import NotFound

T = TypeVar("T", Measure, Indicator)
FAR = 999912
KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class Window(Generic[T]):
    """A definition with the first and the last month in which it holds."""

    first: int
    last: int
    item: T


_older: tuple[float, dict[tuple[str, str], list[Measure | Indicator]]] | None = None


def measures() -> dict[str, Measure]:
    """Return every measure as it holds today, by id."""
    return store.get().measures


def indicators() -> dict[str, Indicator]:
    """Return every indicator as it holds today, by id."""
    return store.get().indicators


def indicator(id: str) -> Indicator:
    """Return an indicator. Raises NotFound ("indicators.no_indicator")."""
    found = store.get().indicators.get(id)
    if found is None:
        raise NotFound("indicators.no_indicator", indicator=id)
    return found


def windows_of_measure(id: str) -> tuple[Window[Measure], ...]:
    """Return the definitions of a measure, the oldest first. Raises KeyError."""
    return _windows(measures()[id], "measure")


def windows_of_indicator(id: str) -> tuple[Window[Indicator], ...]:
    """Return the definitions of an indicator, the oldest first. Raises KeyError."""
    return _windows(indicators()[id], "indicator")


def forget() -> None:
    """Forget which older versions there are, after some were published."""
    global _older
    _older = None


def _windows(item: T, kind: str) -> tuple[Window[T], ...]:
    versions: dict[str, T] = {}
    for old in _published().get((kind, item.id), ()):
        if isinstance(old, type(item)):
            versions[old.version] = old
    versions[item.version] = item
    rows = sorted(versions.values(), key=lambda one: one.valid_from)
    starts = [month_of(row.valid_from) for row in rows] + [later(FAR, 1)]
    found = []
    for row, start, following in zip(rows, starts, starts[1:], strict=False):
        last = min(later(following, -1), month_of(row.valid_to) if row.valid_to else FAR)
        if start <= last:
            found.append(Window(start, last, row))
    return tuple(found)


def _published() -> dict[tuple[str, str], list[Measure | Indicator]]:
    """Return the published versions of figures, read at most once a minute."""
    global _older
    now = time.monotonic()
    if _older is not None and now - _older[0] < KEPT_SECONDS:
        return _older[1]
    found: dict[tuple[str, str], list[Measure | Indicator]] = {}
    for row in Published.objects.filter(kind__in=("measure", "indicator")):
        shape: type[Measure] | type[Indicator] = Measure if row.kind == "measure" else Indicator
        text = json.dumps(upcast(row.content, row.format))
        found.setdefault((row.kind, row.item), []).append(shape.model_validate_json(text))
    _older = (now, found)
    return found
