"""A visit, and a visit that checks another one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.database.prepared import Insert
from dinh.directory.models import Account
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault
from dinh.outreach.actions.appliers import Applied, applies
from dinh.outreach.actions.profiles import Given, change_profile
from dinh.outreach.models import Badge, Visit
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.merging import Stamp
from dinh.outreach.rules.reasons import Unacceptable

NO_BADGE = _("No valid badge has this code. Read it again from the card.")
_insert = Insert(Visit)


@applies("visit")
def visit(op: Op, *, member: Account, at: datetime) -> Applied:
    """Keep a visit; the house was visited, and may have asked not to be visited again."""
    body = op.body
    if (
        body.checks is not None
        and not Visit.objects.filter(pk=body.checks, household=body.household).exists()
    ):
        raise Unacceptable("entity_unknown", visit=str(body.checks))
    _insert(
        Visit(
            id=op.id, household_id=body.household, village_id=op.village, account_id=member.pk, outcome=body.outcome,
            met=[str(one) for one in body.met], at=op.at, minutes=body.minutes,
            companion_id=_companion(body.companion_badge, op.at), checks_id=body.checks, agrees=body.agrees,
            slip=body.slip, note=body.note,
        )
    )  # fmt: skip
    refused = body.outcome == Visit.Outcome.REFUSED
    changed = change_profile(
        entity_type="household", entity=body.household, unit=op.unit,
        given=[Given("refused_on", local_date(op.at).isoformat())] if refused else [],
        stamp=Stamp(op.at, op.id), operation=op.id, by=member.pk, at=at, visit=body.outcome,
    )  # fmt: skip
    return Applied(versions={body.household: changed.version})


def _companion(code: str, at: datetime) -> UUID | None:
    """Return whose badge was shown by the one who came along."""
    if not code:
        return None
    badge = Badge.objects.filter(code=code, expires_on__gte=local_date(at)).first()
    if badge is None or (badge.revoked_at is not None and badge.revoked_at <= at):
        raise Unacceptable("value_invalid", [Fault("companion_badge", "value_invalid", NO_BADGE)])
    return badge.account_id
