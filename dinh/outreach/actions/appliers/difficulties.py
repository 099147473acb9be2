"""What stood in somebody's way, the answer told at the house, and network and power as they were seen."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.database.prepared import Insert
from dinh.directory.models import Account
from dinh.lib.errors import Fault
from dinh.outreach.actions.appliers import Applied, applies
from dinh.outreach.actions.profiles import Given, change_profile, codes
from dinh.outreach.models import Difficulty
from dinh.outreach.rules import facts
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.merging import Stamp
from dinh.outreach.rules.reasons import Unacceptable

NOT_IN_LIST = _("This is not in the list. Fetch the new forms and choose again.")
_insert = Insert(Difficulty)


@applies("difficulty")
def difficulty(op: Op, *, member: Account, at: datetime) -> Applied:
    """Keep a difficulty in the person's own words; it is grouped and answered elsewhere."""
    body = op.body
    if body.kind not in codes("difficulty_kinds"):
        raise Unacceptable("value_invalid", [Fault("kind", "value_invalid", NOT_IN_LIST)])
    if body.procedure and body.procedure not in store.get().procedures:
        raise Unacceptable("value_invalid", [Fault("procedure", "value_invalid", NOT_IN_LIST)])
    _insert(
        Difficulty(
            id=op.id, kind=body.kind, household_id=body.household, village_id=op.village, account_id=member.pk,
            procedure=body.procedure, place=body.place, words=body.words, urgency=body.urgency, at=op.at,
        )
    )  # fmt: skip
    return Applied()


@applies("answer.told")
def answer_told(op: Op, *, member: Account, at: datetime) -> Applied:
    """The house heard the answer to what it had said; the first to tell it counts."""
    row = Difficulty.objects.select_for_update().get(pk=op.body.difficulty)
    first = row.told_at is None
    if row.told_at is None or op.at < row.told_at:
        row.told_at = op.at
        row.version += 1
        row.save(update_fields=["told_at", "version"])
    return Applied(code="" if first else "already_done", versions={row.pk: row.version})


@applies("coverage")
def coverage(op: Op, *, member: Account, at: datetime) -> Applied:
    """Keep what was seen of network and power: at a house in its profile, elsewhere with the operation."""
    body = op.body
    seen = {
        name: value
        for name in ("mobile", "broadband", "power")
        if (value := getattr(body, name)) not in ("", None)
    }
    wrong = [
        name
        for name, value in seen.items()
        if not facts.is_allowed(facts.HOUSEHOLD[name], name, value, codes)
    ]
    if wrong or not seen:
        faults = [Fault(name, "value_invalid", NOT_IN_LIST) for name in wrong or ["mobile"]]
        raise Unacceptable("value_invalid", faults)
    if body.household is None:
        return Applied(answer={"seen": seen})
    changed = change_profile(
        entity_type="household", entity=body.household, unit=op.unit,
        given=[Given(name, value) for name, value in sorted(seen.items())], stamp=Stamp(op.at, op.id),
        operation=op.id, by=member.pk, at=at,
    )  # fmt: skip
    return Applied(
        "merged" if changed.lost else "applied",
        answer={"seen": seen},
        versions={body.household: changed.version},
    )
