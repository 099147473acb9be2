"""Applying a change: one transaction, or nothing. Units, then rows, then what each package does, then the proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dinh.directory import names, policy, tree
from dinh.directory.changes import offices, posts, proving, successions, touched
from dinh.directory.changes.decisions import Decision
from dinh.directory.changes.ledger import Ledger
from dinh.directory.changes.plans import Plan, plan_of
from dinh.directory.changes.touched import Table, Way
from dinh.directory.models import Account, Unit, UnitChange
from dinh.directory.writing import change as amend
from dinh.directory.writing import refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken, Fault, Refused, Stale

MANAGE = "directory.manage_places"
OPEN = (UnitChange.State.DRAFT, UnitChange.State.AGREED)


@contextmanager
def forgetting() -> Iterator[None]:
    """Forget places whatever comes of it: what a change wrote that failed was never there, and must not be remembered."""
    try:
        yield
    finally:
        forget()


@action
@forgetting()
def apply(*, change: UnitChange, by: Account | None, at: datetime) -> UnitChange:
    """Apply a decision that was drafted or agreed, on its day or later, and prove that nothing was lost.

    Raises Refused when it was applied or dropped, or before its day; Stale when somebody changed it meanwhile;
    Invalid with every fault of the decision and every conflict that is not settled; NotPermitted.
    """
    held = hold(change)
    if held.state not in OPEN:
        message = _("This change was applied, or dropped, already. Open it again to see.")
        raise Refused("directory.change_not_open", message, change=held.pk)
    if local_date(at) < held.effective_on:
        message = _("It takes effect on %(on)s. Apply it on that day or later.")
        raise Refused(
            "directory.change_too_early", message % {"on": f"{held.effective_on:%d/%m/%Y}"}, change=held.pk
        )
    plan = _locked(Decision.model_validate(held.decision))
    require(plan, by, at)
    refuse_if(
        [Fault(one.code, "conflict", one.message) for one in touched.conflicts_of(plan) if one.blocks],
        "directory.change_in_conflict",
    )
    before = proving.measured(plan.before)
    ledger = Ledger(held, by, at)
    successions.begin_and_end(plan, ledger)
    offices.follow(plan, ledger)
    posts.follow(plan, ledger)
    for table in touched.tables():
        if table.way is Way.FOLLOWS:
            _move(table, plan, ledger)
    for handler in touched.handlers():
        handler(plan, ledger)
    forget()
    proof = proving.proof(plan, before, proving.measured(plan.after()), ledger.moved)
    if not proof["equal"]:
        raise Broken("directory.change_loses_rows", change=held.pk, tables=",".join(proof["unequal"]))
    units = sorted(str(unit) for unit in plan.units)
    amend(
        held, "directory.change_applied", by=by, at=at, unit=None, leave_out=("before", "proof"),
        state=UnitChange.State.APPLIED.value, applied_at=at, applied_by=by.pk if by else None,
        stopped_at=None, stopped_because=[],
        before={**ledger.before, "units": units}, proof=proof, proof_digest=proving.digest(proof),
    )  # fmt: skip
    change.__dict__.update({k: v for k, v in held.__dict__.items() if k != "_state"})
    return change


def require(plan: Plan, by: Account | None, at: datetime) -> None:
    """Raise NotPermitted unless the account manages every unit named, and those above the ones that begin."""
    if by is None:
        return
    begun = {one.unit for one in plan.begun}
    above = {one.parent for one in plan.begun} | {one.parent for one in plan.kept}
    for unit in (plan.units | {one for one in above if one}) - begun:
        policy.require(by, MANAGE, unit=unit, on=local_date(at))


def hold(change: UnitChange) -> UnitChange:
    """Return the change under a lock. Raises Stale when somebody changed it since it was read."""
    held = UnitChange.objects.select_for_update().get(pk=change.pk)
    if held.version != change.version:
        message = _("Somebody changed this while you were looking at it. Open it again and try once more.")
        raise Stale("directory.stale", message, subject=change.pk)
    return held


def hold_units(units: Iterable[UUID]) -> None:
    """Lock units: who writes a row under one of them meanwhile waits, and who did so already is waited for."""
    list(Unit.objects.select_for_update().filter(pk__in=list(units)).order_by("pk").values_list("pk"))


def forget() -> None:
    """Forget the places that this process remembers: now, and once what was written is there for others."""
    for one in (tree.forget, names.forget):
        one()
        transaction.on_commit(one)


def _locked(decision: Decision) -> Plan:
    """Return what a decision means once its units are held: of two changes at once the second sees the first one's.

    What this process remembered of places may be a minute old, so it is read anew.
    """
    tree.forget()
    hold_units(plan_of(decision).units)
    tree.forget()
    return plan_of(decision)


def _move(table: Table, plan: Plan, ledger: Ledger) -> None:
    """Give the rows of one table to their new units: with their village, or to the heir."""
    for former in plan.ends if table.village else ():
        heir = plan.heirs[former]
        for taker in {one.to for one in plan.pieces if one.former == former} - {heir}:
            here = [village for village, to in plan.villages(former).items() if to == taker]
            if here:
                rows = table.rows([former]).filter(table.living, **{f"{table.village}__in": here})
                ledger.move(table, rows, taker)
    for heir in sorted({*plan.heirs.values()}):  # of all that it inherits at once
        formers = [former for former, to in plan.heirs.items() if to == heir]
        ledger.move(table, table.rows(formers).filter(table.living), heir)
    for one in plan.kept:  # a village under another commune takes its people along
        if table.village and one.parent != one.version.parent_id and one.parent and one.version.parent_id:
            rows = table.rows([one.version.parent_id]).filter(table.living, **{table.village: one.unit})
            ledger.move(table, rows, one.parent)
