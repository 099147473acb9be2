"""Reading the files of the catalogue: folders in order, whole items replaced, named values overridden.

`procedures/certified_copy.toml` in a later folder replaces the item of an earlier one;
`procedures/certified_copy.override.toml` changes only what it names. In an override a table
over a list of items names them by their stable id: `[fees.copy]`, `[offices.police]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dinh.lib.errors import Fault

KINDS = {
    "procedures", "forms", "registers", "roles", "lists", "calendars", "places", "offices", "scenarios",
    "tasks",
    "activities", "guidance", "measures", "indicators", "reports",
}  # fmt: skip
OTHERS = {"papers", "examples"}  # read by `papers` and by the tests
OVERRIDE = ".override"
NAMES = ("id", "key", "code")  # how the items of a list are told apart


@dataclass
class Source:
    """One item as it was read, before its shape is checked."""

    where: str  # the file, for faults: "procedures/x.toml", with its folder when it is a later one
    data: dict[str, Any]
    base: dict[str, Any] | None = None  # what it said before it was overridden
    overridden_in: str = ""


@dataclass
class Reading:
    """Everything that was read, by kind and id, with the faults met on the way."""

    items: dict[str, dict[str, Source]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    faults: list[Fault] = field(default_factory=list)
    unread: set[tuple[str, str]] = field(default_factory=set)  # (kind, id) of files that are not TOML


def read(folders: Sequence[Path]) -> Reading:
    """Return the items of all folders; later ones replace or override earlier ones."""
    reading = Reading()
    for number, folder in enumerate(folders):
        prefix = "" if number == 0 else f"{folder}/"
        if not folder.is_dir():
            message = _("There is no such folder. Set DINH_CATALOGUE_PATHS to folders that exist.")
            reading.faults.append(Fault(str(folder), "catalogue.no_folder", message))
            continue
        for child in sorted(folder.iterdir()):
            if child.is_dir() and child.name in KINDS:
                _read_kind(reading, child, prefix)
            elif child.is_dir() and child.name not in OTHERS and not child.name.startswith("."):
                message = _("No kind of item has this name. Known kinds: %(kinds)s.")
                known = {"kinds": ", ".join(sorted(KINDS))}
                reading.faults.append(
                    Fault(f"{prefix}{child.name}", "catalogue.unknown_kind", message % known)
                )
    return reading


def _read_kind(reading: Reading, folder: Path, prefix: str) -> None:
    """Read one folder: its whole items first, then its overrides."""
    files = sorted(folder.glob("*.toml"), key=lambda file: (file.stem.endswith(OVERRIDE), file.name))
    for file in files:
        where, kind = f"{prefix}{folder.name}/{file.name}", folder.name
        name = file.stem.removesuffix(OVERRIDE)
        data = _load(reading, file, where)
        if data is None:
            reading.unread.add((kind, name))
        elif file.stem.endswith(OVERRIDE):
            _override(reading, kind, name, where, data)
        else:
            if data.get("id") != name:
                message = _("The id must be equal to the file's name, “%(name)s”.") % {"name": name}
                reading.faults.append(Fault(f"{where}: id", "catalogue.id_is_not_the_name", message))
            reading.items[kind][name] = Source(where, data)


def _load(reading: Reading, file: Path, where: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = _("This is not TOML: %(error)s") % {"error": str(error)}
        reading.faults.append(Fault(where, "catalogue.not_toml", message))
    return None


def _override(reading: Reading, kind: str, name: str, where: str, patch: dict[str, Any]) -> None:
    source = reading.items[kind].get(name)
    if source is None:
        message = _("There is nothing to override: no earlier folder has “%(name)s”.") % {"name": name}
        reading.faults.append(Fault(where, "catalogue.nothing_to_override", message))
        return
    faults: list[Fault] = []
    merged = merge(source.data, patch, where, "", faults)
    reading.faults.extend(faults)
    reading.items[kind][name] = Source(source.where, merged, source.base or source.data, where)


def merge(base: Any, patch: Any, where: str, path: str, faults: list[Fault]) -> Any:
    """Return `base` with the values that `patch` names in place of its own."""
    if isinstance(base, Mapping) and isinstance(patch, Mapping):
        merged = dict(base)
        for key, value in patch.items():
            deeper = f"{path}.{key}" if path else key
            merged[key] = merge(base[key], value, where, deeper, faults) if key in base else value
        return merged
    if isinstance(base, list) and isinstance(patch, Mapping):
        return _merge_named(base, patch, where, path, faults)
    return patch


def _merge_named(
    base: list[Any], patch: Mapping[str, Any], where: str, path: str, faults: list[Fault]
) -> list[Any]:
    """Return the list with the items that `patch` names by their id changed."""
    left = dict(patch)
    merged = []
    for item in base:
        name = item_name(item)
        found = name in left
        deeper = f"{path}[{name}]"
        merged.append(merge(item, left.pop(name), where, deeper, faults) if found else item)
    for name in left:
        message = _("There is no item “%(name)s” here to override.") % {"name": name}
        faults.append(Fault(f"{where}: {path}[{name}]", "catalogue.nothing_to_override", message))
    return merged


def item_name(item: Any) -> str:
    """Return what tells an item of a list from the others; "" when nothing does."""
    if not isinstance(item, Mapping):
        return ""
    return next((str(item[key]) for key in NAMES if key in item), "")
