"""Receive one large file of a form: written once, where it will stay, and digested on its way.

Django's own handlers keep a file in memory or in the system's temporary folder, which may be small, and copy it
from there. A file that does not arrive whole leaves nothing.
"""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from dinh.lib.errors import Refused
from dinh.lib.ids import uuid7
from dinh.papers.uploads import answer_unread, takes_up_to
from dinh.registers.imports.handing import Received, room_for

LEFT_AFTER_SECONDS = 6 * 3600  # an upload that a killed server left half
SUFFIX = ".coming"
View = Callable[..., HttpResponseBase]


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # it takes none when it runs
    """A file of a form that lies on the disk."""

    def __init__(self, received: Received, content_type: str) -> None:
        self.received = received
        super().__init__(None, received.filename, content_type, received.size)


class Receiver(FileUploadHandler):
    """Writes the pieces of the form's first file to the disk."""

    chunk_size = 1024 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.path: Path | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        if self.path is not None:
            raise StopUpload(connection_reset=True)  # the form has one file
        folder = Path(settings.DINH_HOME) / "imports"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _forget_left(folder)
        self.path, self.digest = folder / f"{uuid7()}{SUFFIX}", hashlib.sha256()
        self.path.touch(mode=0o600)
        self.file = self.path.open("wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        self.digest.update(raw_data)
        try:
            self.file.write(raw_data)
        except OSError as error:
            self._forget()
            if error.errno == errno.ENOSPC:
                raise StopUpload(connection_reset=True) from error
            raise

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """Return the whole file."""
        self.file.close()
        received = Received(Path(self.file.name), self.file_name or "", file_size, self.digest.hexdigest())
        return ReceivedFile(received, self.content_type or "")

    def upload_interrupted(self) -> None:
        """Leave nothing of a file that did not arrive whole."""
        self._forget()

    def _forget(self) -> None:
        if self.path is not None:
            self.file.close()
            self.path.unlink(missing_ok=True)


def receives(setting: str, allowed: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Let a page receive one large file from those who are allowed to; they are told before when it has no room."""

    def wrap(view: View) -> View:
        guarded = csrf_protect(view)

        @wraps(view)
        def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (
                request.method == "POST"
                and request.content_type == "multipart/form-data"
                and allowed(request)
            ):
                try:
                    room_for(int(request.headers.get("content-length") or 0))
                except Refused as refused:
                    return _refused(request, refused)
                request.upload_handlers = [Receiver(request)]
            try:
                return guarded(request, *args, **kwargs)
            finally:
                _clear(request)

        return cast(View, takes_up_to(setting, allowed)(csrf_exempt(received)))

    return wrap


def _refused(request: HttpRequest, refused: Refused) -> HttpResponseBase:
    page = render_to_string("desk/registers/no_room.html", {"sentence": refused.message}, request=request)
    return answer_unread(request, page, 507)


def _clear(request: HttpRequest) -> None:
    """Delete a file that the page did not take: it was refused, or broke."""
    for file in getattr(request, "_files", {}).values() if hasattr(request, "_files") else ():
        if isinstance(file, ReceivedFile):
            file.received.path.unlink(missing_ok=True)


def _forget_left(folder: Path) -> None:
    oldest = time.time() - LEFT_AFTER_SECONDS
    for file in folder.glob(f"*{SUFFIX}"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
