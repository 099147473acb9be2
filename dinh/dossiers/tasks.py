"""What the worker does with drafts: warn before they expire, then let them go with their answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_tasks import task

from dinh.catalogue import store
from dinh.dossiers.actions.drafts import let_go
from dinh.dossiers.models import Draft
from dinh.dossiers.rules import numbers
from dinh.lib.dates import local_date, show_date
from dinh.messages.actions import notify

WARN_DAYS = 5
AT_ONCE = 500  # drafts of one run; the others wait for the next, within the hour
TITLE = _("Your unfinished request will be deleted on {date}")
BODY = _(
    "{procedure}: you began this request and have not sent it. Open it again with the code {code} before {date}, "
    "and it is kept for another 30 days. If you no longer need it, do nothing."
)


@task()
def tidy_drafts() -> int:
    """Warn the owners of drafts that soon expire, delete those that have; return how many were deleted."""
    return tidy(timezone.now())


def tidy(at: datetime) -> int:
    """Do what `tidy_drafts` does, at an instant. A draft is deleted only after its owner was warned."""
    today = local_date(at)
    open_drafts = Draft.objects.filter(dossier=None)
    soon = open_drafts.filter(expires_on__lte=today + timedelta(days=WARN_DAYS), warned_at=None)
    for draft in soon.select_related("account", "applicant").order_by("expires_on")[:AT_ONCE]:
        _warn(draft, at)
    gone = open_drafts.filter(expires_on__lt=today, warned_at__lt=at - timedelta(days=WARN_DAYS - 1))
    return let_go(list(gone.order_by("expires_on").values_list("pk", flat=True)[:AT_ONCE]))


def _warn(draft: Draft, at: datetime) -> None:
    last = max(draft.expires_on, local_date(at) + timedelta(days=WARN_DAYS))
    if draft.account_id is not None:
        procedure = store.get_procedure(draft.procedure, draft.procedure_version)
        words = {
            "date": show_date(last, draft.language),
            "procedure": procedure.title.of(draft.language),
            "code": numbers.show_code(draft.code),
        }
        with override(draft.language):
            notify(
                account=draft.account_id,
                person=draft.applicant_id,
                subject_type="draft",
                subject=draft.pk,
                kind="dossiers.draft_expires",
                cause=draft.pk,
                title=str(format_lazy(TITLE, **words)),
                body=str(format_lazy(BODY, **words)),
                language=draft.language,
                emails=[draft.account.email] if draft.account and draft.account.email else [],
                at=at,
            )
    Draft.objects.filter(pk=draft.pk).update(warned_at=at, expires_on=last)
