"""Bands of age in SQL: births and days are compared as texts, as `lib.dates.age_on` counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dinh.catalogue.shapes.figures import Measure
from dinh.database.published import BANDS
from dinh.indicators.engine.words import Engine


def cuts(point: date) -> str:
    """Return, for each band, the last birth of who has reached it on a day, as columns of constants."""
    return ", ".join(
        f"'{point.year - first:04d}{point.isoformat()[4:]}' AS born_{first}" for first, _code in BANDS
    )


def born(engine: Engine) -> str:
    """Return the first day that a birth can be, as a text that is compared by its bytes; empty when it is unknown."""
    born = "CASE WHEN coalesce(birth, '') = '' THEN '' ELSE substr(birth || '-01-01', 1, 10) END"
    return f'({born}) COLLATE "C"' if engine.vendor == "postgresql" else f"({born})"


def band(measure: Measure, engine: Engine, today: str) -> str:
    """Return the band of age on the reference day: births and days are compared as texts, as `lib.dates.age_on` counts."""
    if measure.kind == "stock":
        return bands(born(engine))
    return bands(born(engine), [engine.years_before(today, first) for first, _code in BANDS])


def band_at(engine: Engine, point: date) -> str:
    """Return the band on one day."""
    cuts = [f"'{point.year - first:04d}{point.isoformat()[4:]}'" for first, _code in BANDS]
    return bands(born(engine), cuts)


def bands(born: str = "born", cuts: Sequence[str] = ()) -> str:
    known = list(zip(BANDS, cuts or [f"born_{first}" for first, _code in BANDS], strict=True))
    cases = " ".join(f"WHEN {born} <= {cut} THEN '{code}'" for (_first, code), cut in reversed(known))
    return f"CASE WHEN {born} = '' THEN '' {cases} ELSE '' END"
