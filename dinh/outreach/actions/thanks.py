"""Thanks for what a member did, with the hours counted from their work, and the certificate that says so."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import created, length_faults, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault
from dinh.outreach.models import Thanks
from dinh.outreach.policy import MANAGE
from dinh.outreach.printing import print_thanks
from dinh.outreach.queries import hours


@action
def give_thanks(
    *,
    account: Account,
    unit: Unit,
    from_on: date,
    until_on: date,
    words: str,
    by: Account,
    at: datetime,
) -> Thanks:
    """Thank a member for a period, both days counted; their hours are counted now and kept. A certificate is asked for.

    Raises Invalid with every fault; NotPermitted.
    """
    policy.require(by, MANAGE, unit=unit.pk, on=local_date(at))
    said = " ".join(words.split())
    faults = length_faults(Thanks, {"words": said})
    if not said:
        faults.append(Fault("words", "required", _("Write what you thank them for.")))
    if until_on < from_on:
        faults.append(Fault("until_on", "before_it_begins", _("The end must not be before the beginning.")))
    if until_on > local_date(at):
        faults.append(Fault("until_on", "to_come", _("The period must have ended by today.")))
    if account.pk == by.pk:
        faults.append(Fault("account", "oneself", _("Nobody thanks themself.")))
    refuse_if(faults, "outreach.thanks_invalid")
    thanks = Thanks(
        account=account, unit=unit, from_on=from_on, until_on=until_on, words=said, given_by=by, at=at,
        minutes=hours.of([account.pk], from_on, until_on)[account.pk].minutes,
    )  # fmt: skip
    thanks.save(force_insert=True)
    created(thanks, "outreach.thanked", by=by, at=at, unit=unit.pk)
    print_thanks(thanks=thanks, by=by, at=at)
    return thanks
