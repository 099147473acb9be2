"""Tasks of papers, on the queue "papers": only a worker that serves it loads typst and pyHanko."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone
from django_tasks import task

from dinh.papers.issuing import issue_paper
from dinh.papers.models import Paper

HANDLED = timedelta(minutes=1)  # a paper just asked for is drawn by the handler of its entry
AGAIN_SECONDS = 60


@task(queue_name="papers")
def issue(paper_id: str) -> str:
    """Draw and sign one paper now, e.g. after the cause of a failure was mended; return its state."""
    return str(issue_paper(UUID(paper_id), at=timezone.now()).state)


def issue_when_read(paper: Paper, *, at: datetime) -> bool:
    """Ask the worker for a paper that was recorded and never drawn, now that somebody wants to read it.

    Papers of a history that was taken over are recorded only: two thousand PDF that nobody opens are drawn
    for nothing. Returns whether the worker was asked; at most once a minute for each paper.
    """
    waits = paper.state == Paper.State.FAILED or (
        paper.state == Paper.State.REQUESTED and at - paper.requested_at > HANDLED
    )
    if not waits or not cache.add(f"paper-asked:{paper.pk}", 1, AGAIN_SECONDS):
        return False
    issue.enqueue(str(paper.pk))
    return True
