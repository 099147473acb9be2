"""Which files are recordings of a voice, told from their first bytes."""

from __future__ import annotations

LARGEST = 1024 * 1024  # about two minutes of speech as browsers record it
TYPES = {"audio/ogg": "ogg", "audio/webm": "webm", "audio/mpeg": "mp3", "audio/mp4": "m4a"}
_FRAMES = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")  # MPEG layer III without a tag
_BRANDS = (b"M4A ", b"mp42", b"mp41", b"isom", b"iso5", b"iso6", b"dash")


def media_type(head: bytes) -> str | None:
    """Return "audio/ogg", "audio/webm", "audio/mpeg" or "audio/mp4"; None for everything else, pictures of voices too."""
    if head.startswith(b"OggS") and (b"OpusHead" in head[:64] or b"\x01vorbis" in head[:64]):
        return "audio/ogg"
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return "audio/webm"
    if head.startswith(b"ID3") or head[:2] in _FRAMES:
        return "audio/mpeg"
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return "audio/mp4"
    return None
