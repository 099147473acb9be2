"""What papers do after sealing: `Handler(("papers.requested",), "dinh.papers.handlers:on_requested", queue="papers")`."""

from __future__ import annotations

from django.utils import timezone

from dinh.journal.models import Entry
from dinh.papers.issuing import issue_paper


def on_requested(entry: Entry) -> None:
    """Draw and sign the paper that this entry asked for. Idempotent; what it raises is tried again later."""
    issue_paper(entry.subject, at=timezone.now())
