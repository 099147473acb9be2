"""The lock of a home: one node, upgrade or demonstration at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.conf import settings

from dinh.lib.errors import Refused


def only_one() -> int:
    """Hold the home's lock and return its handle; it goes with this process alone (children do not inherit it).

    Raises Refused when a node runs in this home.
    """
    path = Path(settings.DINH_HOME) / "run.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        message = (
            f"A node is running in {settings.DINH_HOME} already. Stop it first, or set another DINH_HOME."
        )
        raise Refused("run.already_running", message) from None
    return handle
