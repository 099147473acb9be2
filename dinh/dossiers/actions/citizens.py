"""What the citizen does with a dossier of theirs: withdraw it, and say afterwards how it went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers.actions.changing import Doing, change, do_step, moment, not_now, procedure_of, require_verb
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.models import Dossier, Rating, Status
from dinh.dossiers.rules import clock, life
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, Refused

RATED = _("You have already rated this dossier. Thank you.")
STARS = _("Choose one to five stars.")


@action
def withdraw(
    *, dossier: Dossier, by: Account, at: datetime, reason: str = "", version: int | None = None
) -> Dossier:
    """Take a dossier back before it is decided (status 7).

    by      the one who asked; or at their request, who must write why: an officer of reception, or the volunteer
            who filed it for them, as long as it is not received

    Raises Refused ("dossiers.not_now") once decided, NotFound for somebody else's dossier, Stale.
    """
    at = moment(at)
    on = local_date(at)
    own = policy.is_own(by, dossier, on, may_act=True)
    acting = policy.Acting("citizen")
    helped = dossier.status == Status.SUBMITTED and policy.is_helped(by, dossier)
    if helped and not own:
        acting, reason = policy.Acting("volunteer"), required_reason(reason)
    elif not own:
        if by.kind == Account.Kind.CITIZEN:
            policy.require_own(by, dossier, on)
        use = directory.acting_role(by, "dossiers.receive", dossier.unit_id, dossier.procedure, on)
        acting, reason = policy.Acting(use.role, use.delegated_by), required_reason(reason)
    procedure = procedure_of(dossier)
    require_verb(dossier, procedure, "withdraw")
    step = life.step_of(procedure, dossier.step)
    if step is None:
        raise not_now(dossier, "withdraw")
    columns: dict[str, Any] = {
        "status": int(Status.WITHDRAWN),
        "local_status": "",
        "step": "",
        "holder_id": None,
        "waiting_since": at,
        "finished_at": at,
        "pauses": clock.ended(dossier.pauses, at),
    }
    do_step(
        dossier, Doing(procedure, step, by, acting), "withdraw", "dossiers.withdrawn", columns, at=at, on_site=not (own or helped),
        note=" ".join(reason.split())[:500], version=version, on_behalf_of=None if own else dossier.applicant_id,
    )  # fmt: skip
    return dossier


@action
def rate(*, dossier: Dossier, stars: int, by: Account, at: datetime, comment: str = "") -> Rating:
    """Keep what the person thought of it, once, after the result was returned.

    stars  1 to 5

    Raises Invalid for other stars, Refused when it was rated before or is not returned yet, NotFound
    for somebody else's dossier.
    """
    at = moment(at)
    policy.require_own(by, dossier, local_date(at))
    require_verb(dossier, procedure_of(dossier), "rate")
    if not 1 <= stars <= 5:
        raise Invalid("dossiers.bad_stars", [Fault("stars", "dossiers.bad_stars", STARS)], STARS)
    if Rating.objects.filter(dossier=dossier).exists():
        raise Refused("dossiers.already_rated", RATED, dossier=dossier.pk)
    comment = comment.strip()[:1000]
    # The dossier's own version counts this entry: one subject, one order of entries.
    change(
        dossier, "dossiers.rated", {}, by=by, at=at, extra={"rating": {"stars": stars, "comment": comment}}
    )
    return Rating.objects.create(dossier=dossier, stars=stars, comment=comment, at=at)
