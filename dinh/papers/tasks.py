"""Tasks of papers, on the queue "papers": only a worker that serves it loads typst and pyHanko."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from dinh.papers.issuing import issue_paper


@task(queue_name="papers")
def issue(paper_id: str) -> str:
    """Draw and sign one paper now, e.g. after the cause of a failure was mended; return its state."""
    return str(issue_paper(UUID(paper_id), at=timezone.now()).state)
