"""What the place's own catalogue says of units by their codes: files that somebody mends by hand, told beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Conflict, conflicts

READ = (".toml", ".geojson", ".typ")
NAMED = 5  # of the files that name a unit so many are told


@conflicts("directory.catalogue")
def named_in_files(plan: Plan) -> list[Conflict]:
    """Files of the place's own folders that name a code which ends or changes; nothing blocks.

    Reads every such file: a folder holds a few dozen.
    """
    codes = {one.code for one in plan.formers} | {
        one.version.code for one in plan.kept if one.amended.code or one.parent != one.version.parent_id
    }
    folders = settings.DINH_CATALOGUE_PATHS
    if not codes or not folders:
        return []
    found = sorted({path for folder in folders for path in _naming(folder, codes)})
    if not found:
        return []
    files = ", ".join(found[:NAMED]) + (" …" if len(found) > NAMED else "")
    message = _("The catalogue of this place names these units in %(files)s. Look whether that still holds.")
    return [Conflict("catalogue", message % {"files": files}, tuple(found), blocks=False)]


def _naming(folder: Path, codes: set[str]) -> Iterator[str]:
    """Give the files that hold one of the codes as a whole value, or the code of a village below it."""
    told = re.compile(rf"""["'](?:{"|".join(map(re.escape, sorted(codes)))})(?:-\d+)?["']""")
    for path in sorted(folder.rglob("*")):
        if path.suffix in READ and path.is_file() and told.search(path.read_text("utf-8", errors="replace")):
            yield str(path.relative_to(folder))
