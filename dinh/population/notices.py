"""Telling those who keep the population that a household lost its head, so that somebody names another.

A handler: it runs in the worker after the entry is sealed, and may run twice, which tells once. The notice
has the household's code alone: who lived there and why the head left is read where reading is written down.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.directory import policy
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.messages.actions import notify
from dinh.population.models import Household
from dinh.population.queries import households_without_head

WRITE = "population.write"


def on_head_left(entry: Entry) -> None:
    """Tell everybody who may name another head; nobody when there is one again, or no member is left."""
    household = Household.objects.get(pk=entry.subject)
    if household not in households_without_head(policy.EVERYTHING, household=household):
        return
    for account in policy.holders(WRITE, household.unit_id, None, local_date(entry.at)):
        with override(account.language):
            title = _("Household %(code)s has no head any more") % {"code": household.code}
            body = _(
                "The head of household %(code)s has died or moved away. "
                "Ask its members who is head now, and enter it."
            ) % {"code": household.code}
        notify(
            account=account, person=None, subject_type="household", subject=household.pk, kind=entry.kind,
            cause=entry.pk, title=title, body=body, language=account.language,
            emails=[account.email] if account.email else [], at=entry.at,
        )  # fmt: skip
