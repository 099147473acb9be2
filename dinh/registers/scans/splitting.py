"""The long worker's part: a PDF becomes pictures page by page, a picture becomes words.

Every page is a transaction of its own: a worker that is killed goes on with the next one, and what it was drawing
lies in a folder that the next task empties.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from dinh.lib.errors import Invalid
from dinh.papers import blobs
from dinh.registers.scans import books, programs, reading, rules
from dinh.registers.scans.models import ScanFile, ScanPage

DPI = 250
LEAST_DPI = 72
POINTS = 72.0
SECONDS = 60  # of processor, for one page
_PAGES = re.compile(rb"^Pages:\s+(\d+)", re.M)
_SIZE = re.compile(rb"^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts", re.M)

Clock = Callable[[], datetime]


def split_file(file_id: UUID, *, clock: Clock) -> str:
    """Make pages of a PDF that was handed in; return the state in which it is then."""
    file = ScanFile.objects.select_related("book__unit").get(pk=file_id)
    if file.state != ScanFile.State.WAITING:
        return file.state
    if "pdftoppm" in programs.missing():
        return file.state  # asked for again when somebody presses the button
    source = blobs.path_of(file.blob_id)
    try:
        pages = _count(source)
        for number in range(1, pages + 1):
            _take(file, source, number, clock)
    except (programs.Failed, Invalid) as refused:
        books.finish_file(
            file=file, state=ScanFile.State.REFUSED.value, pages=None, reason=refused.code, at=clock()
        )
        return ScanFile.State.REFUSED.value
    books.finish_file(file=file, state=ScanFile.State.TAKEN.value, pages=pages, at=clock())
    return ScanFile.State.TAKEN.value


def read_one(page_id: UUID, *, clock: Clock) -> str:
    """Read one page; return what came of it."""
    page = ScanPage.objects.select_related("book").get(pk=page_id)
    if page.reading == ScanPage.Reading.READ or page.replaced_by_id is not None:
        return "done"
    if "tesseract" in programs.missing():
        return "absent"
    try:
        found = reading.read_page(blobs.path_of(page.blob_id))
    except programs.Failed:
        books.keep_reading(page=page, columns={"reading": ScanPage.Reading.FAILED.value}, at=clock())
        return "failed"
    columns = {
        "reading": ScanPage.Reading.READ.value,
        "words": [list(one) for one in found.words],
        "confidence": found.confidence,
        "seconds": found.seconds,
    }
    books.keep_reading(page=page, columns=columns, at=clock())
    return "read"


def _count(source: Path) -> int:
    told = programs.run(["pdfinfo", str(source)], seconds=10)
    found = _PAGES.search(told)
    pages = int(found[1]) if found else 0
    if not 1 <= pages <= rules.MOST_PAGES:
        raise programs.Failed("scans.pages_of_file", pages=pages)
    return pages


def _take(file: ScanFile, source: Path, number: int, clock: Clock) -> None:
    taken = ScanPage.objects.filter(file=file, file_page=number).exists()
    if taken or any(page == number for page, _place in file.doubles):
        return
    with _desk() as folder:
        picture = _draw(source, number, folder)
        data = picture.read_bytes()
    size = rules.picture_size(data)
    if size is None or not rules.picture_fits(size):
        raise programs.Failed("scans.bad_picture", page=number)
    blob = blobs.keep(data, clock())
    books.add_page(file=file, number=number, blob=blob, size=size, at=clock())


def _draw(source: Path, number: int, folder: Path) -> Path:
    first_and_last = ["-f", str(number), "-l", str(number)]
    told = _SIZE.search(programs.run(["pdfinfo", *first_and_last, str(source)], seconds=10))
    if told is None:
        raise programs.Failed("scans.bad_picture", page=number)
    # A page may say that it is a field of ten metres: what is drawn has the pixels of a page all the same.
    inches = float(told[1]) / POINTS * (float(told[2]) / POINTS)
    dpi = min(DPI, int((rules.MOST_PIXELS / max(inches, 0.01)) ** 0.5))
    if dpi < LEAST_DPI:
        raise programs.Failed("scans.bad_picture", page=number)
    programs.run(
        ["pdftoppm", *first_and_last, "-r", str(dpi), "-jpeg", "-jpegopt", "quality=85", "-singlefile", str(source),
         str(folder / "page")],
        seconds=SECONDS,
    )  # fmt: skip
    return folder / "page.jpg"


@contextmanager
def _desk() -> Iterator[Path]:
    """Give the one folder in which pages are drawn, empty: the long worker draws one at a time."""
    folder = Path(settings.DINH_HOME) / "scans"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
