"""Where the typst templates lie: `catalogue/papers/`, and the folders of the place laid over it.

A province that changes one template puts a file of the same name into
`papers/` of its own catalogue folder; `house.typ` and the rest stay shared.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from dinh.catalogue import store
from dinh.lib.errors import Broken

SHARED = frozenset({"house"})


@functools.cache
def folder() -> Path:
    """Return the folder with all templates, those of the place having replaced the shipped ones."""
    own = [
        Path(path) / "papers" for path in settings.DINH_CATALOGUE_PATHS if (Path(path) / "papers").is_dir()
    ]
    shipped = store.shipped() / "papers"
    if not own:
        return shipped
    merged = Path(tempfile.mkdtemp(prefix="dinh-papers-"))
    for source in (shipped, *own):
        shutil.copytree(source, merged, dirs_exist_ok=True)
    return merged


def names() -> tuple[str, ...]:
    """Return the ids of all templates."""
    return tuple(sorted(path.stem for path in folder().glob("*.typ") if path.stem not in SHARED))


def path_of(template: str) -> Path:
    """Return the file of a template. Raises Broken: a catalogue naming a missing template is a defect."""
    if template not in names():
        raise Broken("papers.no_template", template=template)
    return folder() / f"{template}.typ"


@functools.cache
def digest(template: str) -> str:
    """Return the SHA-256 of everything a paper of this template is drawn with, its data apart."""
    total = hashlib.sha256()
    for path in (folder() / "house.typ", folder() / "words.toml", path_of(template)):
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
