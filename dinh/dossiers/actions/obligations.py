"""A financial obligation that the citizen settles elsewhere, a land tax say (national status 6).

The office says what is owed and the clock stands still; whoever sees the proof of payment lets it run again.
The fee of the procedure itself is not asked for here: it is known when the request is filed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers.actions.changing import (
    Doing,
    begin_step,
    do_step,
    moment,
    not_now,
    procedure_of,
    require_verb,
)
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.actions.supplements import resumed
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.rules import life
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid
from dinh.lib.money import show_vnd

AMOUNT_MAX = 100_000_000_000
BAD_AMOUNT = _("Write the amount in whole đồng, more than 0.")


@action
def ask_payment(
    *,
    dossier: Dossier,
    what: str,
    amount_vnd: int,
    by: Account,
    at: datetime,
    on_site: bool = True,
    version: int | None = None,
) -> None:
    """Tell the citizen what is owed and wait: status 6, the clock stands still.

    what  what is owed, and to whom, in words the citizen understands

    Raises Invalid without `what` or for an amount outside 1 to AMOUNT_MAX.
    """
    at = moment(at)
    doing = begin_step(dossier, "ask_payment", "examine", by=by, at=at)
    what = required_reason(what, "what")
    if not 0 < amount_vnd <= AMOUNT_MAX:
        fault = Fault("amount_vnd", "dossiers.bad_amount", BAD_AMOUNT)
        raise Invalid("dossiers.bad_amount", [fault], BAD_AMOUNT)
    columns: dict[str, Any] = {
        "status": int(Status.FINANCIAL),
        "local_status": "",
        "pauses": [*dossier.pauses, {"from": at.isoformat(), "to": None, "because": "financial"}],
    }
    do_step(
        dossier, doing, "ask_payment", "dossiers.payment_asked", columns, at=at, on_site=on_site,
        note=f"{what}: {show_vnd(amount_vnd, dossier.language)}"[:500], version=version,
        extra={"what": what, "amount_vnd": amount_vnd},
    )  # fmt: skip


@action
def confirm_payment(
    *,
    dossier: Dossier,
    proof: str,
    by: Account,
    at: datetime,
    on_site: bool = True,
    version: int | None = None,
) -> None:
    """Write down that the obligation is settled; the clock runs again and the due date moves by the wait.

    proof  what was seen: "receipt 0012345 of the treasury, 20/11/2026"

    Whoever may do the waiting step or receive may confirm. Raises Invalid without `proof`, Refused, NotPermitted.
    """
    at = moment(at)
    procedure = procedure_of(dossier)
    require_verb(dossier, procedure, "confirm_payment")
    step = life.step_of(procedure, dossier.step)
    if step is None:
        raise not_now(dossier, "confirm_payment")
    acting = policy.acting_in_any(by, dossier, procedure, step, local_date(at))
    proof = required_reason(proof, "proof")
    do_step(
        dossier, Doing(procedure, step, by, acting), "confirm_payment", "dossiers.payment_confirmed",
        resumed(dossier, procedure, at), at=at, on_site=on_site, note=proof, version=version, extra={"proof": proof},
    )  # fmt: skip
