"""What comes after help: the result carried home, consent taken back, somebody met who is on no list."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.dossiers import actions as dossiers
from dinh.dossiers.models import Dossier, Status
from dinh.lib.errors import Fault, Refused
from dinh.outreach.actions.appliers import Applied, applies
from dinh.outreach.models import Assistance
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.reasons import Unacceptable

NEEDED = _("Say which result was brought.")
WITHDRAWN = _("The person took back the consent under which this was filed for them at home.")


@applies("result.brought")
def brought(op: Op, *, member: Account, at: datetime) -> Applied:
    """A result was carried home; the first to bring it counts."""
    body = op.body
    if body.dossier is None and body.assistance is None:
        raise Unacceptable("value_invalid", [Fault("dossier", "value_invalid", NEEDED)])
    named = {"pk": body.assistance} if body.assistance is not None else {"dossier": body.dossier}
    row = Assistance.objects.select_for_update().filter(**named).order_by("at", "pk").first()
    if row is None:
        raise Unacceptable("entity_unknown")
    first = row.brought_at is None
    if row.brought_at is None or op.at < row.brought_at:
        row.brought_at = op.at
        row.save(update_fields=["brought_at"])
    return Applied(code="" if first else "already_done")


@applies("consent.withdrawn")
def consent_withdrawn(op: Op, *, member: Account, at: datetime) -> Applied:
    """Note it. What the office does not have yet is withdrawn at once; of the rest the desk is told."""
    row = Assistance.objects.select_for_update().filter(pk=op.body.assistance).first()
    if row is None:
        raise Unacceptable("entity_unknown")
    if not row.consent:
        raise Unacceptable("consent_missing")
    if "withdrawn_at" not in row.consent:
        row.consent = {**row.consent, "withdrawn_at": op.at.isoformat(), "withdrawn_to": str(member.pk)}
        row.save(update_fields=["consent"])
    dossier = Dossier.objects.filter(pk=row.dossier).first() if row.dossier else None
    if dossier is None or dossier.status == Status.WITHDRAWN:
        return Applied()
    told = {"dossier": {"id": str(dossier.pk), "number": dossier.number}}
    if dossier.status != Status.SUBMITTED:
        return Applied("review", "consent_withdrawn", told)
    try:
        dossiers.withdraw(dossier=dossier, by=member, at=at, reason=str(WITHDRAWN))
    except Refused:  # somebody else's filing, or the member may no longer: the desk does it
        return Applied("review", "consent_withdrawn", told)
    return Applied(answer={"dossier": {**told["dossier"], "withdrawn": True}})


@applies("newcomer")
def newcomer(op: Op, *, member: Account, at: datetime) -> Applied:
    """Somebody on no list: the desk looks whether they are known elsewhere before they are added."""
    return Applied("review", "newcomer", {"household": str(op.body.household)})
