"""What the long worker does for digitising: split a PDF into pictures, read a page. Each can be begun again.

One page is one task, so that a verification that was asked for meanwhile waits for a page and not for a book.
"""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django_tasks import task


@task(queue_name="long")
def split(file_id: str) -> str:
    """Split one PDF; return its state."""
    from dinh.registers.scans.splitting import split_file

    return split_file(UUID(file_id), clock=timezone.now)


@task(queue_name="long")
def read(page_id: str) -> str:
    """Read one page; return "read", "failed", "absent" (no tesseract) or "done" (nothing to do)."""
    from dinh.registers.scans.splitting import read_one

    return read_one(UUID(page_id), clock=timezone.now)
