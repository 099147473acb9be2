"""Text read aloud on the node by espeak-ng, where the device has no Vietnamese voice.

The program runs as a child with limits of time, memory and output; the text goes in by a pipe, never as an argument.
Without the program the button is absent, and `dinh doctor` says so. What was made for a page that everybody sees is
kept, named by the digest of its text; what belongs to a person's visit is made and given away.
"""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

PROGRAM = "espeak-ng"
VOICES = {"vi": "vi", "fr": "fr-fr", "en": "en-gb"}
WORDS_A_MINUTE = "140"  # slower than talk: old ears listen
MOST_CHARACTERS = 600
MOST_SECONDS = 10
MOST_BYTES = 8 * 1024 * 1024
LIMITS = {
    resource.RLIMIT_CPU: MOST_SECONDS,
    resource.RLIMIT_AS: 512 * 1024 * 1024,
    resource.RLIMIT_CORE: 0,
}
MOST_KEPT = 200  # files, about 100 kB each


def available() -> bool:
    """Tell whether the program is installed."""
    return shutil.which(PROGRAM) is not None


def say(text: str, language: str, *, keep: bool) -> bytes | None:
    """Return the text as a WAV file; None when it could not be made.

    text      at most MOST_CHARACTERS are read
    language  of VOICES
    keep      a text that everybody sees: made once
    """
    text = " ".join(text.split())[:MOST_CHARACTERS]
    if not text or language not in VOICES:
        return None
    path = _folder() / f"{hashlib.sha256(f'{language} {WORDS_A_MINUTE} {text}'.encode()).hexdigest()}.wav"
    if keep and path.is_file():
        os.utime(path)
        return path.read_bytes()
    made = _make(text, language)
    if made and keep:
        _keep(path, made)
    return made


def _make(text: str, language: str) -> bytes | None:
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    arguments = [program, "-v", VOICES[language], "-s", WORDS_A_MINUTE, "--stdin", "--stdout"]
    try:
        child = subprocess.Popen(  # noqa: S603  # a fixed program; the text is its input
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )  # fmt: skip
    except OSError:
        return None
    with child:
        _limit(child.pid)
        try:
            sound, _none = child.communicate(text.encode(), timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            return None
    good = child.returncode == 0 and sound.startswith(b"RIFF") and len(sound) <= MOST_BYTES
    return sound if good else None


def _limit(pid: int) -> None:
    """Set limits from outside: between fork and exec, a process of several threads must run no Python."""
    try:
        for kind, most in LIMITS.items():
            resource.prlimit(pid, kind, (most, most))
    except ProcessLookupError:
        return  # it has ended already


def _keep(path: Path, made: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = path.with_suffix(f".{os.getpid()}")
    own.write_bytes(made)
    own.replace(path)
    kept = sorted(path.parent.glob("*.wav"), key=lambda one: one.stat().st_mtime)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DINH_HOME) / "cache" / "speech"
