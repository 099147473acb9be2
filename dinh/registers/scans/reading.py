"""What a machine reads on a page: words with their boxes and how sure it is, through tesseract."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from dinh.lib.names import nfc
from dinh.registers.scans import programs

SECONDS = 120  # of processor, for one page
MOST_WORDS = 4_000
# 1: find the direction of the page first, so that one scanned upside down is read all the same.
MODE = "1"


class Word(NamedTuple):
    """One word: text, confidence 0 to 100, box in pixels (left, top, width, height), number of its line."""

    text: str
    confidence: int
    x: int
    y: int
    width: int
    height: int
    line: int


class Read(NamedTuple):
    """What one page says, how sure the machine is on average, and how long it took."""

    words: list[Word]
    confidence: float
    seconds: float


def read_page(picture: Path) -> Read:
    """Return what tesseract reads on a picture. Raises `programs.Failed`."""
    begun = time.monotonic()
    told = programs.run(
        ["tesseract", str(picture), "-", "-l", programs.LANGUAGE, "--psm", MODE, "--dpi", "250", "tsv"],
        seconds=SECONDS,
    )
    words = list(words_of(told.decode(errors="replace")))[:MOST_WORDS]
    sure = fmean(one.confidence for one in words) if words else 0.0
    return Read(words, round(sure, 1), round(time.monotonic() - begun, 2))


def words_of(table: str) -> Iterable[Word]:
    """Yield the words of tesseract's table; lines are numbered through the whole page."""
    lines: dict[tuple[str, ...], int] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = nfc((row.get("text") or "").strip())
        if row.get("level") != "5" or not text:
            continue
        line = lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), len(lines))
        left, top, width, height = (int(row[side]) for side in ("left", "top", "width", "height"))
        yield Word(text[:80], max(0, round(float(row["conf"]))), left, top, width, height, line)


def kept(words: Sequence[Any]) -> list[Word]:
    """Return words as they were kept in the page's row."""
    return [Word(*one) for one in words]
