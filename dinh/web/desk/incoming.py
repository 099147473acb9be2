"""Files of persons between their check and their load, under `$DINH_HOME/imports`.

They are nobody's paper, so they are not kept among papers: a file lies here, readable by the node alone,
until it is loaded, or for a day.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.lib.errors import NotFound

DAY_SECONDS = 86_400
DIGEST_LENGTH = 64
GONE = _("The file is no longer here: it is kept for one day. Choose it again.")


def keep(pieces: Iterable[bytes]) -> str:
    """Keep a file and return its digest; older ones go."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget_old(folder)
    content = b"".join(pieces)
    digest = hashlib.sha256(content).hexdigest()
    handle = os.open(folder / digest, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return digest


def read(digest: str) -> bytes:
    """Return a kept file. Raises NotFound when it is gone."""
    try:
        return (_folder() / digest).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("desk.file_gone", GONE) from error


def forget(digest: str) -> None:
    """Throw a file away once it was loaded."""
    (_folder() / digest).unlink(missing_ok=True)


def _forget_old(folder: Path) -> None:
    oldest = time.time() - DAY_SECONDS
    for file in folder.iterdir():
        # Files of registers and their stages lie here too, and wait until they are loaded or given up.
        if len(file.name) == DIGEST_LENGTH and file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DINH_HOME) / "imports"
