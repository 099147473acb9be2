"""What the worker of long tasks does: run one verification to its end, whatever killed it before."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from dinh.verification.runs import files, running

log = logging.getLogger("dinh.verification")


@task(queue_name="long")
def run_submission(submission_id: str) -> str:
    """Run a verification that waits, or take up one whose worker was killed; return the state it ends in.

    A second call for one that is done does nothing. What goes wrong stands in its `error` as a sentence, and in
    the log with its traceback.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return running.run(UUID(submission_id), at=timezone.now())


def tidy() -> None:
    """Remove files of verifications that nobody needs any more, and give up what was lost: once a day, by the clock."""
    running.give_up_lost(timezone.now())
    files.clear_all(timezone.now())
