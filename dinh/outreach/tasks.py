"""What the worker does for the teams by the clock."""

from __future__ import annotations

import logging

from django.utils import timezone

from dinh.outreach import carried
from dinh.outreach.actions.settling import release_overdue
from dinh.outreach.queries.carried import files_named

log = logging.getLogger("dinh.outreach")


def release_held() -> int:
    """Apply what waited 72 hours for something that never came; return how many."""
    return release_overdue(at=timezone.now())


def sweep_files() -> int:
    """Delete files of telephones that no operation took over for 90 days; return how many."""
    before = timezone.now() - carried.KEPT
    gone = carried.sweep(before, lambda device: files_named(device, before))
    if gone:
        log.info("outreach.files_swept", extra={"files": gone})
    return gone
