"""What reports do after sealing."""

from __future__ import annotations

import logging
import time

from django.utils import timezone

from dinh.indicators.models import Report
from dinh.indicators.reports import actions
from dinh.journal.models import Entry
from dinh.lib.errors import DinhError

log = logging.getLogger("dinh.indicators")


def on_asked(entry: Entry) -> None:
    """Make the report that this entry asked for. Idempotent; what it raises is tried again later."""
    row = Report.objects.get(pk=entry.subject)
    at, began = timezone.now(), time.perf_counter()
    try:
        actions.make(row, at=at)
    except Exception as error:  # whatever it was, who asked sees it at once; the journal's rule tries again
        code = error.code if isinstance(error, DinhError) else type(error).__name__
        log.warning("report failed", extra={"report": row.pk, "kind": row.report, "code": code})
        row.refresh_from_db()
        actions.mark_failed(row, at=at)
        raise
    log.info("report made", extra={"report": row.pk, "ms": round((time.perf_counter() - began) * 1000)})
