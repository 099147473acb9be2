"""The catalogue in memory: read once per process, checked as a whole, kept until the process ends.

1. `load` reads the shipped folder and the place's own (`reading`), gives every file its shape
   (`shapes`), and asks every cross-reference (`checks`). All faults of all files come at once.
2. `get` is what the rest of the house uses.
3. `publish` keeps each version for ever; `get_procedure` finds the one a dossier was filed under.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from dinh.catalogue import checks
from dinh.catalogue.actions import publish
from dinh.catalogue.contents import SHAPES, Catalogue, tuples
from dinh.catalogue.digest import upcast
from dinh.catalogue.faults import shape_faults
from dinh.catalogue.models import Published
from dinh.catalogue.reading import Reading, read
from dinh.catalogue.shapes.procedure import FieldGroup, Procedure
from dinh.lib.errors import Fault, Invalid, NotFound

__all__ = ["SHAPES", "Catalogue", "forget", "get", "get_procedure", "load", "publish", "shipped"]

NO_PROCEDURE = _("There is no such procedure in this version. Choose one from the list.")


def shipped() -> Path:
    """Return the folder of the shipped items: inside the wheel, or at the root of a checkout."""
    inside = Path(__file__).parent / "shipped"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "catalogue"


def load(paths: Sequence[Path] | None = None) -> Catalogue:
    """Read and check a catalogue.

    paths  folders, later ones replacing or overriding earlier ones; default: the shipped folder,
           then settings.DINH_CATALOGUE_PATHS

    Raises Invalid ("catalogue.invalid") with every fault of every file; a fault's path is
    "procedures/x.toml: time_limit.value".
    """
    folders = tuple(paths) if paths is not None else (shipped(), *settings.DINH_CATALOGUE_PATHS)
    reading = read(folders)
    faults = list(reading.faults)
    shaped = {kind: _shape_kind(reading, kind, faults) for kind in SHAPES}
    forms: dict[str, Any] = shaped["forms"]
    shaped["procedures"] = {id: _with_forms(item, forms) for id, item in shaped["procedures"].items()}
    catalogue = Catalogue(**shaped, folders=folders)
    faults.extend(checks.run(catalogue, reading))
    if faults:
        raise Invalid("catalogue.invalid", sorted(faults, key=lambda fault: fault.path.partition(":")[0]))
    return catalogue


def get() -> Catalogue:
    """Return the catalogue of this process, loaded at first use."""
    return _get(tuple(settings.DINH_CATALOGUE_PATHS))


def forget() -> None:
    """Drop what is kept in memory: the next `get` reads the files again. For tests and the upgrade."""
    _get.cache_clear()
    _published.cache_clear()


def get_procedure(id: str, version: str | None = None) -> Procedure:
    """Return a procedure as in force, or the version that a dossier was filed under.

    Raises NotFound ("catalogue.no_procedure") when neither the catalogue nor the published
    versions have it. One query for an old version at its first use in a process.
    """
    current = get().procedures.get(id)
    if current is not None and version in {None, current.version}:
        return current
    if version is None:
        raise NotFound("catalogue.no_procedure", NO_PROCEDURE, procedure=id)
    return _published(id, version)


@lru_cache(maxsize=4)
def _get(extra: tuple[Path, ...]) -> Catalogue:
    return load((shipped(), *extra))


@lru_cache(maxsize=128)
def _published(id: str, version: str) -> Procedure:
    row = Published.objects.filter(kind="procedure", item=id, version=version).first()
    if row is None:
        raise NotFound("catalogue.no_procedure", NO_PROCEDURE, procedure=id, version=version)
    return Procedure.model_validate_json(json.dumps(upcast(row.content, row.format)))


def _shape_kind(reading: Reading, kind: str, faults: list[Fault]) -> dict[str, Any]:
    """Return the items of a kind that have their shape; the others become faults."""
    shaped: dict[str, Any] = {}
    for id, source in sorted(reading.items[kind].items()):
        try:
            shaped[id] = SHAPES[kind].model_validate(tuples(source.data))
        except ValidationError as error:
            faults.extend(shape_faults(error, source.overridden_in or source.where, source.data))
    return shaped


def _with_forms(procedure: Procedure, forms: dict[str, FieldGroup]) -> Procedure:
    """Return the procedure with the shared groups it uses, so that its version keeps them."""
    used = {use.use for page in procedure.pages for use in page.groups}
    kept = tuple(forms[id] for id in sorted(used) if id in forms)
    return procedure.model_copy(update={"forms": kept}) if kept else procedure
