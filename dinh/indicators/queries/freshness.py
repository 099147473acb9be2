"""When the sources of figures were counted, and whether an entry waits to be."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from dinh.indicators.models import Source
from dinh.indicators.queries import places
from dinh.indicators.queries.closing import moment
from dinh.indicators.queries.knowing import Question

Fresh = tuple[datetime | None, bool]  # the oldest counting, whether one waits
NOTHING: Fresh = (None, False)


class Freshness:
    """Freshness by unit, for any views; views are read together, each once."""

    def __init__(self, asked: Question) -> None:
        self._land = places.land(asked.level, asked.last, asked.boundaries)
        self._units = asked.units
        self._close = asked.close
        self._views: dict[str, dict[UUID, Fresh]] = {}
        self._found: dict[tuple[UUID, frozenset[str]], Fresh] = {}

    def of(self, unit: UUID, views: frozenset[str]) -> Fresh:
        """Return when the oldest of a unit's rows in some views was counted, and whether one waits to be."""
        key = (unit, views)
        if key not in self._found:
            self.read(views)
            found = [self._views[view].get(unit, NOTHING) for view in views]
            counted = [at for at, _waits in found if at is not None]
            self._found[key] = min(counted, default=None), any(waits for _at, waits in found)
            if self._close is not None:  # what came since is not shown
                self._found[key] = min([*counted, moment(self._close)]) if counted else None, False
        return self._found[key]

    def read(self, views: Collection[str]) -> None:
        """Read some views that were not read yet. One query."""
        missing = set(views) - self._views.keys()
        if not missing:
            return
        sources: dict[str, dict[UUID, Fresh]] = {view: {} for view in missing}
        rows = Source.objects.filter(view__in=missing).values_list(
            "view", "commune", "counted_at", "touched_at"
        )
        for view, commune, counted_at, touched_at in rows:
            sources[view][commune] = counted_at, touched_at is not None
        for view, known in sources.items():
            self._views[view] = {unit: self._together(unit, known) for unit in self._units}

    def _together(self, unit: UUID, known: dict[UUID, Fresh]) -> Fresh:
        own = [known[commune] for commune in self._land.communes.get(unit, ()) if commune in known]
        counted = [at for at, _waits in own if at is not None]
        return min(counted, default=None), any(waits for _at, waits in own)
