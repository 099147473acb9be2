"""The programs that digitising asks for: tesseract reads, poppler splits. Each runs niced, bounded and alone.

What they are given was scanned somewhere: they get a limit of memory, of time and of processor, and no more.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from dinh.lib.errors import Refused

MOST_MEMORY = 2 * 1024**3
NICER = 5
LANGUAGE = "vie"
INSTALL = {
    "tesseract": "tesseract-ocr tesseract-ocr-vie",
    "pdftoppm": "poppler-utils",
    "pdfinfo": "poppler-utils",
}


class Failed(Refused):
    """A program did not do it: its code says whether it was too slow, and nothing of what it read."""


def missing() -> dict[str, str]:
    """Return {program: packages of Debian that bring it} of the programs that are not installed."""
    gone = {one: packages for one, packages in INSTALL.items() if shutil.which(one) is None}
    if "tesseract" not in gone and not _reads_vietnamese(shutil.which("tesseract") or ""):
        gone["tesseract"] = INSTALL["tesseract"]
    return gone


def run(arguments: Sequence[str], *, seconds: int) -> bytes:
    """Run a program and return what it wrote. Raises Failed when it is too slow or ends badly."""

    def bounded() -> None:
        os.nice(NICER)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    known = {"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
    if prefix := os.environ.get("TESSDATA_PREFIX"):
        known["TESSDATA_PREFIX"] = prefix
    try:
        done = subprocess.run(  # noqa: S603  the program is one of INSTALL, its arguments are ours
            list(arguments), capture_output=True, timeout=seconds * 2, env=known, check=True,
            preexec_fn=bounded, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Failed("scans.too_slow", program=Path(arguments[0]).name) from None
    except subprocess.CalledProcessError as error:
        raise Failed(
            "scans.program_failed", program=Path(arguments[0]).name, ended=error.returncode
        ) from None
    return done.stdout


@lru_cache(maxsize=2)
def _reads_vietnamese(path: str) -> bool:
    listed = subprocess.run([path, "--list-langs"], capture_output=True, timeout=10, check=False)  # noqa: S603
    return LANGUAGE in listed.stdout.decode(errors="replace").split()
