"""GeoJSON, read feature by feature: an outline and its properties are one row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.registers.imports.sources.base import Line, Source, refuse

GEOMETRY = "geometry"
_CHUNK = 256 * 1024
_LEAST_GROWTH = 4  # parse again only when the held text grew by a quarter: a long feature stays linear
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_CRS_NAME = re.compile(r'"name"\s*:\s*"([^"]+)"')
_SAMPLED = 200  # features whose properties give the columns
MOST_OF_A_FEATURE = 64 * 1024 * 1024

NOT_FEATURES = _("This is not a GeoJSON FeatureCollection. Export the layer as GeoJSON in WGS 84.")
CUT_OFF = _("This GeoJSON file is cut off after feature %(number)s. Copy it again.")
PROJECTED = _("This GeoJSON file says that it is in %(name)s. Export it again in WGS 84 (EPSG:4326).")
_WGS_84 = ("CRS84", "4326")


class Features(Source):
    """A FeatureCollection; its columns are the properties and "geometry"."""

    form = "geojson"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._size = max(1, path.stat().st_size)
        self._share = 0.0
        titles: dict[str, None] = {}
        for number, feature in enumerate(self._features()):
            titles |= dict.fromkeys(_properties(feature))
            if number >= _SAMPLED:
                break
        self.titles = [*titles, GEOMETRY]

    def lines(self) -> Iterator[Line]:
        """Yield the features; the first has the number 1."""
        titles = [title for title in self.titles or () if title != GEOMETRY]
        for number, feature in enumerate(self._features(), start=1):
            properties = _properties(feature)
            yield number, [*(_plain(properties.get(title)) for title in titles), feature.get("geometry")]

    def share_read(self) -> float:
        """Return the share of bytes read."""
        return self._share

    def _features(self) -> Iterator[dict[str, Any]]:
        decoder = json.JSONDecoder()
        number = tried = at = 0
        with self.path.open(encoding="utf-8-sig", errors="strict") as file:
            held = self._to_features(file)
            while True:
                at = _BETWEEN.match(held, at).end()  # type: ignore[union-attr]  # it matches nothing too
                if held.startswith("]", at):
                    self._share = 1.0
                    return
                feature = None
                if at < len(held) and len(held) - at >= tried:
                    try:
                        feature, at = decoder.raw_decode(held, at)
                    except RecursionError as error:  # nested without end
                        raise refuse("imports.not_features", NOT_FEATURES) from error
                    except json.JSONDecodeError:
                        tried = (len(held) - at) * (_LEAST_GROWTH + 1) // _LEAST_GROWTH
                if feature is None:
                    held, at = self._more(file, held[at:], number), 0
                    continue
                if not isinstance(feature, dict):
                    raise refuse("imports.not_features", NOT_FEATURES)
                number, tried = number + 1, 0
                yield feature

    def _more(self, file: Any, held: str, number: int) -> str:
        chunk = _text(file)
        self._share = min(1.0, file.buffer.tell() / self._size)
        if not chunk or len(held) > MOST_OF_A_FEATURE:
            message = CUT_OFF % {"number": number}
            raise refuse("imports.cut_off", message, f"feature {number}")
        return held + chunk

    def _to_features(self, file: Any) -> str:
        """Return the text after the bracket that opens the features."""
        head = _text(file)
        before, mark, after = head.partition('"features"')
        colon, bracket, held = after.partition("[")
        if not mark or not bracket or colon.strip() != ":" or not before.lstrip().startswith("{"):
            raise refuse("imports.not_features", NOT_FEATURES)
        if '"crs"' in before and not any(name in before for name in _WGS_84):
            name = _CRS_NAME.search(before)
            message = PROJECTED % {"name": name.group(1) if name else "?"}
            raise refuse("imports.projected", message)
        return str(held)


def _text(file: Any) -> str:
    try:
        return str(file.read(_CHUNK))
    except UnicodeDecodeError as error:
        raise refuse("imports.not_features", NOT_FEATURES) from error


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
