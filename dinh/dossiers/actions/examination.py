"""Examining: the officer compares, corrects what was mistyped, and proposes a decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.dossiers import corrections as rows
from dinh.dossiers.actions.changing import begin_step, do_step, moment, to_step
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.actions.supplements import changed_answers
from dinh.dossiers.models import Dossier, Proposal, Status
from dinh.dossiers.rules import life
from dinh.journal.actions import action
from dinh.lib.errors import Refused

HELD = _("A colleague holds this dossier. Ask them to put it back first.")


@action
def examine(
    *,
    dossier: Dossier,
    note: str = "",
    by: Account,
    at: datetime,
    corrections: Mapping[str, Any] | None = None,
    proposal: str = Proposal.APPROVE,
    amends: Collection[str] = (),
    on_site: bool = True,
    version: int | None = None,
) -> Dossier:
    """Finish an examination and hand the dossier to the next step.

    note         for the one who decides; needed when refusal is proposed
    corrections  field id -> value as it should be: who typed what before stays visible
    proposal     `Proposal.APPROVE` or `Proposal.REFUSE`
    amends       keys of `corrections.differences`: rows of registers that the approval puts right

    Raises Invalid for a correction that does not hold, Refused ("dossiers.held") when a colleague
    holds it, Refused ("dossiers.excluded", "dossiers.nothing_to_correct"), NotPermitted, Stale.
    """
    at = moment(at)
    doing = begin_step(dossier, "examine", "examine", by=by, at=at)
    if dossier.holder_id not in {None, by.pk}:
        raise Refused("dossiers.held", HELD, dossier=dossier.pk, holder=dossier.holder_id)
    proposed = Proposal(proposal)
    note = required_reason(note, "note") if proposed == Proposal.REFUSE else " ".join(note.split())[:500]
    columns = changed_answers(dossier, doing.procedure, corrections or {}, by, at)
    findings = columns.get("findings", dossier.findings)
    if amends or any(one.get("correct") for one in findings):
        columns["findings"] = rows.marked(dossier, doing.procedure, findings, amends, by=by, at=at)
    following = life.step_after(doing.procedure, doing.step.id)
    columns |= {
        "status": int(Status.IN_PROCESS),
        "proposal": proposed.value,
        **to_step(following, doing.step, at),
    }
    do_step(
        dossier, doing, "examine", "dossiers.examined", columns, at=at, on_site=on_site, note=note,
        version=version, extra={"corrected": sorted(corrections or {})} | ({"amends": sorted(amends)} if amends else {}),
    )  # fmt: skip
    return dossier
