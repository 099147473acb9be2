"""Badges and books of slips: given, revoked, checked. A number of a slip is given once and never again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from dinh.directory import policy, tree
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken, Fault, Refused
from dinh.outreach.models import Badge, BadgeCheck, Member, SlipBook
from dinh.outreach.queries.leading import MANAGE
from dinh.outreach.queries.scope import in_term
from dinh.outreach.queries.trust import Answer
from dinh.outreach.rules import badges

SLIPS_AT_MOST = 400  # of one book: fifty sheets
WAYS = ("web", "sms", "kiosk", "head")
REVOKED = _("This badge was revoked already.")


@action
def give_badge(*, account: Account, unit: Unit, expires_on: date, by: Account, at: datetime) -> Badge:
    """Give a member of a team a badge with a code of its own; an earlier one that is in force is revoked.

    Raises Invalid for somebody who is in no team of the commune, or a day that is past; NotPermitted.
    """
    on = local_date(at)
    policy.require(by, MANAGE, unit=unit.pk, on=on)
    faults = []
    if not _is_member(account, unit, on):
        faults.append(Fault("account", "no_member", _("Only a member of a team carries a badge.")))
    if expires_on <= on:
        faults.append(Fault("expires_on", "past", _("Choose a day to come.")))
    refuse_if(faults, "outreach.badge_invalid")
    Account.objects.select_for_update().get(pk=account.pk)  # of two at once the second revokes the first's
    for earlier in Badge.objects.filter(account=account, revoked_at=None):
        revoke_badge(badge=earlier, by=by, at=at)
    badge = Badge(account=account, unit=unit, code=_free_code(), printed_at=at, expires_on=expires_on)
    badge.save(force_insert=True)
    created(badge, "outreach.badge_given", by=by, at=at, unit=unit.pk)
    return badge


@action
def revoke_badge(*, badge: Badge, by: Account, at: datetime) -> Badge:
    """Take a badge back: from now on a house that asks is told so. Raises NotPermitted, Refused, Stale."""
    policy.require(by, MANAGE, unit=badge.unit_id, on=local_date(at))
    if badge.revoked_at is not None:
        raise Refused("outreach.badge_revoked", REVOKED, badge=badge.pk)
    change(badge, "outreach.badge_revoked", by=by, at=at, unit=badge.unit_id, revoked_at=at)
    return badge


@action
def note_check(*, answer: Answer, way: str, at: datetime) -> BadgeCheck:
    """Count that somebody asked about a badge. Nothing is kept of who asked; a code that is none is not kept."""
    row = BadgeCheck(badge=answer.badge, way=way, at=at, genuine=answer.genuine)
    row.save(force_insert=True)
    created(
        row, "outreach.badge_checked", by=None, at=at, unit=answer.badge.unit_id if answer.badge else None
    )
    return row


@action
def give_slips(*, account: Account, unit: Unit, amount: int, by: Account, at: datetime) -> SlipBook:
    """Give a member the next run of numbers of the commune. Raises Invalid, NotPermitted."""
    on = local_date(at)
    policy.require(by, MANAGE, unit=unit.pk, on=on)
    faults = []
    if not 1 <= amount <= SLIPS_AT_MOST:
        faults.append(Fault("amount", "out_of_range", _("A book has 1 to 400 slips.")))
    if not _is_member(account, unit, on):
        faults.append(Fault("account", "no_member", _("Only a member of a team is given slips.")))
    refuse_if(faults, "outreach.slips_invalid")
    Unit.objects.select_for_update().get(pk=unit.pk)  # of two at once the second sees the first's numbers
    last = SlipBook.objects.filter(unit=unit).aggregate(Max("last"))["last__max"] or 0
    book = SlipBook(unit=unit, account=account, first=last + 1, last=last + amount, made_at=at)
    book.save(force_insert=True)
    created(book, "outreach.slips_given", by=by, at=at, unit=unit.pk)
    return book


@transaction.atomic
def give_badges(
    *, accounts: Iterable[Account], unit: Unit, expires_on: date, by: Account, at: datetime
) -> Sequence[Badge]:
    """Give several members a badge each, in the order given."""
    return [give_badge(account=one, unit=unit, expires_on=expires_on, by=by, at=at) for one in accounts]


def _is_member(account: Account, unit: Unit, on: date) -> bool:
    """Return whether somebody is in a team of a commune: nobody vouches for members of elsewhere."""
    here = Member.objects.filter(in_term(on), account=account, team__unit__in=tree.subtree(unit.pk, on))
    return here.exists()


def _free_code() -> str:
    for _attempt in range(20):
        code = badges.make_code(secrets.randbelow)
        if not Badge.objects.filter(code=code).exists():
            return code
    raise Broken("outreach.no_free_code")
