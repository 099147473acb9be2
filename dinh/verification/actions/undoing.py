"""Take a decision back: what it changed is as before, unless somebody has changed the record since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, Refused
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.registers.queries import NOTHING_HERE
from dinh.verification.actions.deciding import PAIRS, WHOSE, named, write
from dinh.verification.actions.submitting import verify_again
from dinh.verification.models import Finding
from dinh.verification.reach import require_decide

NOT_DECIDED = _("There is no decision to take back.")
CHANGED_SINCE = _(
    "Somebody changed this record after the decision, so it cannot be taken back. Correct the record itself."
)
TAKEN_BACK = _("Decision taken back")


@action
def undo(*, finding: Finding, by: Account, at: datetime) -> Finding:
    """Take back the decision of a finding and return it, open again; the record says what it said before.

    Raises NotPermitted, Stale, and Refused when there is no decision, or somebody changed the record since.
    """
    shown = finding.version
    found = Finding.objects.select_related("record", "record__unit").filter(pk=finding.pk).first()
    if found is None:
        raise NotFound("verification.no_finding", NOTHING_HERE, finding=finding.pk)
    row = found.record
    require_decide(by, row, local_date(at))
    if found.state != Finding.State.DECIDED:
        raise Refused("verification.not_decided", NOT_DECIDED, finding=found.pk)
    fields = {name: pair[0] for name, pair in found.changed.items() if name != WHOSE}
    closed = found.decision == Finding.Decision.CLOSED
    if (fields or closed) and row.version != found.record_version:
        raise Refused("verification.changed_since", CHANGED_SINCE, finding=found.pk)
    if closed:
        row = registers.reopen(
            row=row, reason=str(TAKEN_BACK), provenance="correction", provenance_id=found.pk, by=by, at=at
        )
    elif fields:
        row = _restore(found, row, fields, by, at)
    if found.decision in PAIRS:
        whose, _chosen = found.changed.get(WHOSE, (None, None))
        Record.objects.filter(pk=row.pk, person=found.person_id).update(person_id=whose)
    columns: dict[str, Any] = {
        "state": Finding.State.OPEN, "decision": "", "note": "", "person_id": None, "changed": {}, "candidates": [],
        "record_version": row.version, "decided_by": None, "decided_at": None,
    }  # fmt: skip
    write(found, shown, columns, "verification.undone", by, at)
    verify_again(register=row.register, unit=row.unit, at=at)
    return found


def _restore(finding: Finding, row: Record, before: dict[str, object], by: Account, at: datetime) -> Record:
    """Give the fields their values of before; what could not be read then stands again as it was written."""
    earlier = row.versions.filter(version=row.version - 1).first()
    unread = (earlier.as_written or {}) if earlier else {}
    changes = {name: None if name in unread else value for name, value in before.items()}
    return registers.amend(
        row=row, changes=changes, reason=str(TAKEN_BACK), provenance="correction", provenance_id=finding.pk,
        person_name=named(row, before), as_written={name: unread[name] for name in before if name in unread},
        by=by, at=at,
    )  # fmt: skip
